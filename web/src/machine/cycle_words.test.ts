import { expect, test } from 'vitest';
import type { Cycle, ProgramStatistics } from '../types';
import { confidence_words, longest_of, median_of } from './cycle_words';

const cycle = (program: string | null, in_cycle: number) => ({ program, in_cycle }) as Cycle;
const statistics = (program: string | null, median: number | null) =>
  ({ program, in_cycle: median === null ? null : { median } }) as ProgramStatistics;

test('a confidence is said as somebody would say it', () => {
  expect([0.98, 0.91, 0.76, 0.5, 0.3].map(confidence_words)).toEqual([
    'Nearly certain',
    'Very likely',
    'Likely',
    'Uncertain',
    'Doubtful',
  ]);
});

test('a cycle is measured by the median of its own program, the unnamed one among them', () => {
  const all = [statistics('O1', 100), statistics(null, 7), statistics('O2', null)];
  expect(median_of(cycle('O1', 1), all)).toBe(100);
  expect(median_of(cycle(null, 1), all)).toBe(7);
  expect(median_of(cycle('O2', 1), all)).toBe(null);
  expect(median_of(cycle('O3', 1), all)).toBe(null);
});

test('one cycle that stood for hours does not make slivers of the others', () => {
  expect(longest_of([cycle('O1', 90), cycle('O1', 50_000)], [statistics('O1', 100)])).toBe(200);
  expect(longest_of([cycle('O1', 90)], [statistics('O1', 100)])).toBe(90);
  expect(longest_of([cycle('O1', 40)], [statistics('O1', null)])).toBe(40);
  expect(longest_of([], [])).toBe(1);
});
