import { describe, expect, it } from 'vitest';
import type { Bucket, Card, State } from '../types';
import { arrange, by_location, matches } from './order';

const card = (id: string, state: State, since = '2026-01-01T00:00:00Z', more: Partial<Card> = {}) =>
  ({
    id,
    name: id,
    state,
    bucket: 'production' as Bucket,
    since,
    location: null,
    program: null,
    protocol: 'shdr',
    ...more,
  }) as Card;

describe('the order of the floor', () => {
  it('begins with what needs a person', () => {
    const cards = [
      card('runs', 'IN_CYCLE'),
      card('waits', 'WAITING'),
      card('red', 'ALARM'),
      card('pressed', 'ESTOP'),
      card('gone', 'OFFLINE'),
    ];
    expect(arrange(cards, [], false)).toEqual(['pressed', 'red', 'gone', 'waits', 'runs']);
  });
  it('puts what has stood longest first among equals', () => {
    const cards = [
      card('new', 'ALARM', '2026-01-01T02:00:00Z'),
      card('old', 'ALARM', '2026-01-01T01:00:00Z'),
    ];
    expect(arrange(cards, [], false)).toEqual(['old', 'new']);
  });
  it('puts planned time last', () => {
    const cards = [
      card('planned', 'STOPPED', undefined, { bucket: 'planned' }),
      card('runs', 'IN_CYCLE'),
    ];
    expect(arrange(cards, [], false)).toEqual(['runs', 'planned']);
  });
  it('holds still while the reader points at it', () => {
    const before = ['a', 'b'];
    const now = [card('a', 'IN_CYCLE'), card('b', 'ESTOP')];
    expect(arrange(now, before, true)).toEqual(['a', 'b']);
    expect(arrange(now, before, false)).toEqual(['b', 'a']);
  });
  it('adds what is new at the end and drops what is gone while it holds', () => {
    expect(arrange([card('b', 'IN_CYCLE'), card('c', 'ESTOP')], ['a', 'b'], true)).toEqual([
      'b',
      'c',
    ]);
  });
  it('does not depend on the order in which machines came', () => {
    const cards = ['m10', 'm2', 'm1'].map((id) => card(id, 'IN_CYCLE'));
    expect(arrange(cards, [], false)).toEqual(arrange([...cards].reverse(), [], false));
    expect(arrange(cards, [], false)).toEqual(['m1', 'm2', 'm10']);
  });
});

describe('locations', () => {
  it('stand by name, numbers as numbers, and what has none last; each keeps its order', () => {
    const where: Record<string, string | null> = {
      a: 'Hall 10',
      b: null,
      c: 'Hall 2',
      d: 'Hall 10',
    };
    expect(by_location(['d', 'b', 'c', 'a'], (id) => where[id] ?? null)).toEqual([
      { name: 'Hall 2', ids: ['c'] },
      { name: 'Hall 10', ids: ['d', 'a'] },
      { name: null, ids: ['b'] },
    ]);
  });
});

describe('the filter', () => {
  const lathe = card('Lathe 3', 'ALARM', undefined, { location: 'Hall 2', program: 'O1234' });
  it.each(['', 'lathe', 'hall 2', 'o1234', 'alarm', '2 lathe'])('“%s” finds it', (f) =>
    expect(matches(lathe, f)).toBe(true),
  );
  it.each(['mill', 'lathe running'])('“%s” does not', (f) => expect(matches(lathe, f)).toBe(false));
});
