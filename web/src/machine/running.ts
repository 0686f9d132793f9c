// The cycle that is under way, from what is known of it so far: no cycle is told before it ends.
import { parse_time } from '../time';
import type { Activity, Cycle, ProgramStatistics } from '../types';

/** A hold or an unknown moment of up to this does not end a run (docs/CYCLES.md §2). */
const kLostAtMost = 600_000;

/** When the run under way began: behind the last activity that was out of cycle. */
function run_begin(activities: readonly Activity[]): number | null {
  let begin: number | null = null;
  for (let i = activities.length - 1; i >= 0; i--) {
    const { from, to, in_cycle, state } = activities[i]!;
    const lost = state === 'OFFLINE' || state === 'UNKNOWN';
    const length = (parse_time(to) ?? 0) - (parse_time(from) ?? 0);
    if (!in_cycle && !(lost && length <= kLostAtMost)) break;
    if (in_cycle) begin = parse_time(from);
  }
  return begin;
}

/** Nothing while the machine is not in cycle. A cycle that ended within the run ends its own part
 *  of it: the counter rose, or the tools came again. */
export function running_since(
  in_cycle: boolean,
  activities: readonly Activity[],
  cycles: readonly Cycle[],
): number | null {
  const begin = in_cycle ? run_begin(activities) : null;
  if (begin === null) return null;
  const last = Math.max(0, ...cycles.map((cycle) => parse_time(cycle.to) ?? 0));
  return Math.max(begin, last);
}

export interface Expected {
  /** Seconds in cycle of what its program usually takes. */
  median: number;
  p90: number;
  complete: number;
}

/** Nothing where no cycle of the program was ever completed. */
export function expected_of(
  program: string | null,
  statistics: readonly ProgramStatistics[],
): Expected | null {
  const known = statistics.find((s) => s.program === program);
  if (!known?.in_cycle || known.complete === 0) return null;
  return { median: known.in_cycle.median, p90: known.in_cycle.p90, complete: known.complete };
}

/** How it stands after so many seconds. */
export function progress_words(elapsed: number, { median, p90 }: Expected): string {
  if (elapsed <= median) return 'within its usual time';
  return elapsed <= p90 ? 'longer than the median' : 'longer than nine of ten';
}
