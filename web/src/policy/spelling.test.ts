import { describe, expect, it } from 'vitest';
import { first_of_policy, outline, spell } from './spelling';

declare const process: { cpuUsage: () => { user: number; system: number } };
/** What this process has worked, however busy the machine is with others. */
const cpu_ms = () => (process.cpuUsage().user + process.cpuUsage().system) / 1000;
const said = (text: string) => spell(text).map((t) => [text.slice(t.from, t.to), t.look]);

describe('the looks of a text', () => {
  it('tell keywords, verdicts, names, numbers and signs apart', () => {
    expect(said('clause 3.2 { allow personal.contact for service unless opted_out }')).toEqual([
      ['clause', 'keyword'],
      ['3.2', 'number'],
      ['{', 'sign'],
      ['allow', 'verdict'],
      ['personal', 'name'],
      ['.', 'sign'],
      ['contact', 'name'],
      ['for', 'keyword'],
      ['service', 'name'],
      ['unless', 'keyword'],
      ['opted_out', 'name'],
      ['}', 'sign'],
    ]);
  });
  it('take a text over several lines, with its escapes, as one', () => {
    expect(said('"a \\" b\nc" keep')).toEqual([
      ['"a \\" b\nc"', 'text'],
      ['keep', 'keyword'],
    ]);
  });
  it('run an unended text to the end, and an unended escape, too', () => {
    expect(said('deny "never closed\n}')).toEqual([
      ['deny', 'verdict'],
      ['"never closed\n}', 'text'],
    ]);
    expect(said('"\\')).toEqual([['"\\', 'text']]);
  });
  it('end a comment with its line', () => {
    expect(said('# allow "x\ndeny')).toEqual([
      ['# allow "x', 'comment'],
      ['deny', 'verdict'],
    ]);
  });
  it('know a part of a path is no keyword', () => {
    expect(said('request.keep')).toEqual([
      ['request', 'name'],
      ['.', 'sign'],
      ['keep', 'name'],
    ]);
  });
  it('pass over what is nothing', () => {
    expect(said('§ 😀 allow')).toEqual([['allow', 'verdict']]);
    expect(said('')).toEqual([]);
  });
  it('stay quick on a megabyte of anything', () => {
    for (const piece of ['"', '{', '\\', 'a', '#', '"\\']) {
      const began = cpu_ms();
      spell(piece.repeat(1_000_000 / piece.length));
      expect(cpu_ms() - began).toBeLessThan(2000);
    }
  }, 60_000);
});

describe('the policy', () => {
  it.each([
    ['words w "W"\n\npolicy p "P"', 3],
    ['policy p', 1],
    ['# policy p\nwords w "policy"', 1],
  ])('of %j begins at line %i', (text, line) => expect(first_of_policy(text)).toBe(line));
});

describe('the outline', () => {
  it('names every clause with its line and its sentence', () => {
    const text = [
      'policy p "P"',
      'clause 2.1 keeps O78 "Numbers of the state',
      '    are refused." { deny special }',
      'clause 3.b section "12. Text" "Told."',
      '  information',
      'clause 4 { deny any }',
    ].join('\n');
    expect(outline(text)).toEqual([
      { id: '2.1', line: 2, sentence: 'Numbers of the state are refused.' },
      { id: '3.b', line: 4, sentence: 'Told.' },
      { id: '4', line: 6, sentence: '' },
    ]);
  });
});
