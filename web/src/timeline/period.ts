// A day or a shift of the reader's zone. Locations will bring their own zone and shifts.
import { clock, date_long } from '../format';
import { day_start } from '../time';
import type { Span } from './view';

export type PeriodKind = 'day' | 'shift';
export interface Period extends Span {
  kind: PeriodKind;
  title: string;
}

const kHour = 3_600_000;
/** Hours at which shifts begin; the last one runs over midnight. */
const kShiftStarts = [6, 14, 22] as const;

function at_hour(day: number, hour: number): number {
  const start = new Date(day);
  return new Date(start.getFullYear(), start.getMonth(), start.getDate(), hour).getTime();
}

export function day_of(at: number): Period {
  const from = day_start(at);
  return { kind: 'day', from, to: day_start(at, 1), title: date_long(from) };
}

export function shift_of(at: number): Period {
  const day = day_start(at);
  const starts = [
    at_hour(day_start(day, -1), kShiftStarts[2]),
    ...kShiftStarts.map((h) => at_hour(day, h)),
    at_hour(day_start(day, 1), kShiftStarts[0]),
  ];
  const i = starts.findLastIndex((start) => start <= at);
  const from = starts[i]!;
  const to = starts[i + 1]!;
  return { kind: 'shift', from, to, title: `${date_long(from)}, ${clock(from)}–${clock(to)}` };
}

export const period_of = (kind: PeriodKind, at: number) =>
  kind === 'day' ? day_of(at) : shift_of(at);

/** What is shown of a period at first: an open one up to the next whole hour, four hours at least,
 *  so that the morning is not a sliver at the edge of an empty day. */
export function first_view(period: Period, now: number): Span {
  if (now >= period.to || now < period.from) return period;
  const told = Math.max(4 * kHour, Math.ceil((now - period.from) / kHour) * kHour);
  return { from: period.from, to: Math.min(period.to, period.from + told) };
}

export function step(period: Period, by: 1 | -1): Period {
  return period_of(period.kind, by > 0 ? period.to : period.from - 1);
}
