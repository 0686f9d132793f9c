import { describe, expect, it } from 'vitest';
import type { Samples } from '../types';
import { append, bands, chart_columns } from './columns';

const numbers = (at: number[], value: (number | null)[]): Samples => ({
  item: 'x',
  units: null,
  numeric: true,
  exact: true,
  columns: { at, value },
  count: at.length,
});

describe('a plot', () => {
  it('draws unavailable as a gap and never as zero', () => {
    expect(chart_columns(numbers([0, 1000, 2000], [1, null, 3]), 2000)[1]).toEqual([1, null, 3]);
  });
  it('carries the last value to the end, as it still holds', () => {
    expect(chart_columns(numbers([0, 1000], [1, 2]), 5000)[0]).toEqual([0, 1, 5]);
    expect(chart_columns(numbers([0, 1000], [1, null]), 5000)[0]).toEqual([0, 1]);
  });
  it('makes bands of words, equal neighbours one', () => {
    const words = [
      { at: 0, value: 'A' },
      { at: 10, value: 'A' },
      { at: 20, value: null },
      { at: 30, value: 'B' },
    ];
    expect(bands({ ...numbers([], []), numeric: false, words }, 50)).toEqual([
      { from: 0, to: 20, text: 'A' },
      { from: 20, to: 30, text: null },
      { from: 30, to: 50, text: 'B' },
    ]);
  });
  it('grows with what the stream brings and takes nothing older', () => {
    const grown = append(numbers([0, 1000], [1, 2]), 2000, 5);
    expect(grown.columns.value).toEqual([1, 2, 5]);
    expect(append(grown, 1500, 9)).toBe(grown);
  });
});
