// The columns of a comparison: what each says of a line, and how lines are ordered by it.
import { duration, percent, whole } from '../format';
import type { Compared, ComparedLine, SharedRatio } from './types';

export type By = 'machine' | 'shift' | 'program';

export interface Column {
  key: string;
  name: string;
  /** Null is not known: it stands last whatever the order, and is never drawn as zero. */
  of: (line: Compared) => number | null;
  words: (value: number) => string;
  /** What a full bar is; no bar without. */
  full?: 'one' | 'most';
  /** The section of a machine's page where it comes from. */
  evidence: 'oee' | 'cycles' | 'alarms';
}

const share = (
  key: string,
  name: string,
  of: (figures: NonNullable<Compared['figures']>) => SharedRatio | null,
): Column => ({
  key,
  name,
  of: (line) => (line.figures ? (of(line.figures)?.value ?? null) : null),
  words: percent,
  full: 'one',
  evidence: 'oee',
});

const time = (n: number) => duration(1000 * n);
const main = (line: Compared) => line.programs[0]?.in_cycle ?? null;

const kFigures: readonly Column[] = [
  share('oee', 'OEE', (f) => f.oee),
  share('availability', 'Availability', (f) => f.availability),
  share('effectiveness', 'Effectiveness', (f) => f.effectiveness),
  share('quality', 'Quality', (f) => f.quality),
  {
    key: 'parts',
    name: 'Good parts',
    of: (line) => line.figures?.good ?? null,
    words: whole,
    evidence: 'oee',
  },
  {
    key: 'unexplained',
    name: 'No reason',
    of: (line) => line.figures?.unexplained ?? null,
    words: time,
    full: 'most',
    evidence: 'oee',
  },
];

const kAlarms: Column = {
  key: 'alarms',
  name: 'Alarms',
  of: (line) => (line.figures ? line.alarms.reduce((n, a) => n + a.count, 0) : null),
  words: whole,
  full: 'most',
  evidence: 'alarms',
};
const kCycle: Column = {
  key: 'cycle',
  name: 'Median cycle',
  of: (line) => main(line)?.median ?? null,
  words: time,
  evidence: 'cycles',
};
const kComplete: Column = {
  key: 'complete',
  name: 'Complete',
  of: (line) => line.programs[0]?.complete ?? null,
  words: whole,
  full: 'most',
  evidence: 'cycles',
};
const kTries: Column = {
  key: 'tries',
  name: 'Tries',
  of: (line) => line.programs[0]?.tries ?? null,
  words: whole,
  evidence: 'cycles',
};

export const columns_of = (by: By): readonly Column[] =>
  by === 'program'
    ? [kComplete, kTries, kCycle]
    : by === 'shift'
      ? [...kFigures, kAlarms]
      : [...kFigures, kCycle, kAlarms];

/** Equal and unknown values keep the order that they came in; unknown ones stand last. */
export function in_order(
  lines: readonly ComparedLine[],
  column: Column | null,
  down: boolean,
): ComparedLine[] {
  if (!column) return [...lines];
  const value = (line: ComparedLine) => column.of(line);
  const known = lines.filter((line) => value(line) !== null);
  const unknown = lines.filter((line) => value(line) === null);
  known.sort((a, b) => ((value(a) ?? 0) - (value(b) ?? 0)) * (down ? -1 : 1));
  return [...known, ...unknown];
}

/** "+3.1 points", "−12": against the period before. */
export function difference(column: Column, now: number, before: number): string {
  const size = now - before;
  const sign = size < 0 ? '−' : '+';
  if (column.full === 'one') {
    const points = Math.abs(100 * size);
    return points < 0.05 ? '±0' : `${sign}${points.toFixed(1)} points`;
  }
  return size === 0 ? '±0' : `${sign}${column.words(Math.abs(size))}`;
}

/** With fewer complete cycles a median says little. */
export const kFewCycles = 5;
export const kLowCoverage = 0.9;

/** What makes a line's figures less sure than they look. */
export function doubts(line: Compared): string[] {
  const found: string[] = [];
  const coverage = line.figures?.coverage;
  if (coverage !== null && coverage !== undefined && coverage < kLowCoverage)
    found.push(`${percent(coverage)} of the planned time is known`);
  const first = line.programs[0];
  if (first && first.complete < kFewCycles) found.push(`${first.complete} complete cycles`);
  if (line.no_programs) found.push(line.no_programs);
  return found;
}
