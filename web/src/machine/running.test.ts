import { describe, expect, it } from 'vitest';
import type { Activity, Cycle, ProgramStatistics } from '../types';
import { expected_of, progress_words, running_since } from './running';

const iso = (minute: number) => new Date(minute * 60_000).toISOString();
const activity = (from: number, to: number, state: Activity['state'], in_cycle: boolean) =>
  ({ from: iso(from), to: iso(to), state, in_cycle }) as Activity;
const cycle = (to: number) => ({ to: iso(to) }) as Cycle;

describe('the cycle under way', () => {
  const kRun = [
    activity(0, 10, 'WAITING', false),
    activity(10, 20, 'IN_CYCLE', true),
    activity(20, 22, 'HELD', true),
    activity(22, 30, 'IN_CYCLE', true),
  ];
  it('began behind what was out of cycle, holds and all', () => {
    expect(running_since(true, kRun, [])).toBe(600_000);
    expect(running_since(false, kRun, [])).toBeNull();
    expect(running_since(true, [], [])).toBeNull();
  });
  it('goes on over a short time in which nothing was heard, not over a long one', () => {
    const lost = (to: number) => [
      activity(0, 10, 'IN_CYCLE', true),
      activity(10, to, 'OFFLINE', false),
      activity(to, to + 5, 'IN_CYCLE', true),
    ];
    expect(running_since(true, lost(20), [])).toBe(0);
    expect(running_since(true, lost(21), [])).toBe(21 * 60_000);
  });
  it('began where the last one ended, if that was within the run', () => {
    expect(running_since(true, kRun, [cycle(9), cycle(24)])).toBe(24 * 60_000);
    expect(running_since(true, kRun, [cycle(9)])).toBe(600_000);
  });
});

describe('what it should take', () => {
  const told = (program: string | null, complete: number) =>
    ({
      program,
      complete,
      in_cycle: complete > 0 ? { median: 300, p10: 290, p90: 330, deviation: 4 } : null,
    }) as ProgramStatistics;
  it('is what its program took so far', () => {
    const all = [told('O1', 12), told('O2', 0)];
    expect(expected_of('O1', all)).toEqual({ median: 300, p90: 330, complete: 12 });
    expect(expected_of('O2', all)).toBeNull();
    expect(expected_of('O3', all)).toBeNull();
  });
  it('is held against how long it took already', () => {
    const expected = { median: 300, p90: 330, complete: 12 };
    expect([300, 301, 331].map((s) => progress_words(s, expected))).toEqual([
      'within its usual time',
      'longer than the median',
      'longer than nine of ten',
    ]);
  });
});
