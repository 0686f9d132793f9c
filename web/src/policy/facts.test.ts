import { describe, expect, it } from 'vitest';
import { from_example, known, learn, short, sorted, told } from './facts';
import type { Fact } from './types';

const fact = (path: string, gloss = ''): Fact => ({
  path,
  gloss,
  dimension: path.split(':')[0] as string,
});
const kFacts = [
  fact('source:site', 'our site'),
  fact('condition:opted_out', 'said no'),
  fact('condition:minor'),
];

describe('what is known of a fact', () => {
  it('is unknown until told, and again when it is taken back', () => {
    expect(known({}, 'condition:minor')).toBe('unknown');
    const one = learn({}, 'condition:minor', 'fails');
    expect(known(one, 'condition:minor')).toBe('fails');
    expect(known(learn(one, 'condition:minor', 'holds'), 'condition:minor')).toBe('holds');
    expect(learn(one, 'condition:minor', 'unknown')).toEqual({});
  });
  it('leaves the knowledge before it as it was', () => {
    const before = learn({}, 'a', 'holds');
    learn(before, 'a', 'fails');
    expect(before).toEqual({ a: 'holds' });
  });
  it('goes to the server as two lists, without facts that the policy lost', () => {
    const knowledge = {
      'condition:minor': 'fails',
      'source:site': 'holds',
      'condition:gone': 'holds',
    } as const;
    expect(told(knowledge, kFacts)).toEqual({
      holds: ['source:site'],
      fails: ['condition:minor'],
    });
  });
  it('comes from an example, whose conditions stand without their word', () => {
    expect(from_example(['opted_out', 'source:site'], ['minor'])).toEqual({
      'condition:opted_out': 'holds',
      'source:site': 'holds',
      'condition:minor': 'fails',
    });
    expect(short('condition:minor')).toBe('minor');
    expect(short('source:site')).toBe('source:site');
  });
});

describe('the facts on screen', () => {
  it('stand by dimension, conditions first', () => {
    expect(sorted(kFacts, '').map(([d, f]) => [d, f.length])).toEqual([
      ['condition', 2],
      ['source', 1],
    ]);
  });
  it('can be found by name and by gloss', () => {
    expect(sorted(kFacts, 'SAID no')).toEqual([['condition', [kFacts[1]]]]);
    expect(sorted(kFacts, 'nothing such')).toEqual([]);
  });
});
