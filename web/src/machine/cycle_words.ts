// How cycles are put into words and set against each other.
import type { Cycle, ProgramStatistics } from '../types';

/** A probability as somebody would say it. */
export function confidence_words(confidence: number): string {
  if (confidence >= 0.95) return 'Nearly certain';
  if (confidence >= 0.85) return 'Very likely';
  if (confidence >= 0.7) return 'Likely';
  return confidence >= 0.45 ? 'Uncertain' : 'Doubtful';
}

export const name_of = (program: string | null) => program ?? 'Program unknown';

/** The median of in-cycle seconds of a cycle's program, if any of it was completed. */
export function median_of(cycle: Cycle, statistics: readonly ProgramStatistics[]): number | null {
  return statistics.find((s) => s.program === cycle.program)?.in_cycle?.median ?? null;
}

/** What the bars are measured by, in seconds: one that was left standing for long would make
 *  slivers of all others, so nothing above twice the longest median counts. */
export function longest_of(
  cycles: readonly Cycle[],
  statistics: readonly ProgramStatistics[],
): number {
  const longest = Math.max(1, ...cycles.map((c) => c.in_cycle));
  const medians = statistics.flatMap((s) => (s.in_cycle ? [s.in_cycle.median] : []));
  return medians.length === 0 ? longest : Math.max(1, Math.min(longest, 2 * Math.max(...medians)));
}
