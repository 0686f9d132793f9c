import { describe, expect, it } from 'vitest';
import { columns_of, difference, doubts, in_order } from './columns';
import type { ComparedLine, Totals } from './types';

const ratio = (value: number) => ({ value, over: value, under: 1, of: 1 });
const line = (name: string, availability: number | null, more: Partial<Totals> = {}) =>
  ({
    name,
    machine: name,
    on: [],
    figures: {
      availability: availability === null ? null : ratio(availability),
      coverage: 1,
      ...more,
    },
    programs: [],
    no_programs: null,
    alarms: [],
    reasons: [],
    before: null,
  }) as unknown as ComparedLine;
const column = (key: string) => {
  const found = columns_of('machine').find((c) => c.key === key);
  if (!found) throw new Error(key);
  return found;
};

describe('the order of a comparison', () => {
  const lines = [line('a', 0.5), line('b', null), line('c', 0.9)];
  it.each([
    [true, 'c a b'],
    [false, 'a c b'],
  ])('puts what is not known last, down: %s', (down, order) =>
    expect(
      in_order(lines, column('availability'), down)
        .map((l) => l.name)
        .join(' '),
    ).toBe(order),
  );
  it('is the one that they came in without a column', () =>
    expect(in_order(lines, null, true).map((l) => l.name)).toEqual(['a', 'b', 'c']));
});

describe('what is not known', () => {
  it('is null in every column, never zero', () => {
    const nothing = { ...line('a', null), figures: null };
    for (const c of columns_of('machine')) expect(c.of(nothing), c.key).toBeNull();
  });
});

describe('a difference', () => {
  it.each([
    [0.82, 0.8, '+2.0 points'],
    [0.7, 0.8, '−10.0 points'],
    [0.8, 0.8, '±0'],
  ])('of shares is told in points: %d after %d', (now, before, words) =>
    expect(difference(column('availability'), now, before)).toBe(words),
  );
});

describe('doubts', () => {
  it('are told where little is known or cycles are few', () => {
    const weak = line('a', 0.5, { coverage: 0.42 });
    weak.programs = [{ program: 'O1', complete: 2, tries: 0, in_cycle: null }];
    expect(doubts(weak)).toHaveLength(2);
    expect(doubts(line('b', 0.5))).toEqual([]);
  });
});
