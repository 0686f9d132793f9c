// A shift, a day, a week, a month or a year of the reader's zone.
import { clock, date_long, day, month } from '../format';
import { day_start } from '../time';
import type { Span } from './view';

export const kPeriods = ['shift', 'day', 'week', 'month', 'year'] as const;
export type PeriodKind = (typeof kPeriods)[number];
export const kPeriodWords: Record<PeriodKind, string> = {
  shift: 'Shift',
  day: 'Day',
  week: 'Week',
  month: 'Month',
  year: 'Year',
};
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

/** From Monday to Monday. */
export function week_of(at: number): Period {
  const from = day_start(at, -((new Date(at).getDay() + 6) % 7));
  const to = day_start(from, 7);
  return { kind: 'week', from, to, title: `${day(from)} – ${day(day_start(to, -1))}` };
}

export function month_of(at: number): Period {
  const date = new Date(at);
  const from = new Date(date.getFullYear(), date.getMonth(), 1).getTime();
  const to = new Date(date.getFullYear(), date.getMonth() + 1, 1).getTime();
  return { kind: 'month', from, to, title: month(from) };
}

export function year_of(at: number): Period {
  const year = new Date(at).getFullYear();
  const from = new Date(year, 0, 1).getTime();
  return { kind: 'year', from, to: new Date(year + 1, 0, 1).getTime(), title: String(year) };
}

const kOf = { shift: shift_of, day: day_of, week: week_of, month: month_of, year: year_of };
export const period_of = (kind: PeriodKind, at: number): Period => kOf[kind](at);

const kStep = 300_000;
/** The last days up to now, whole ones of the reader and a few minutes behind, so that nothing
 *  flickers. A day that has only begun has its first minutes: a range of none is refused. */
export function last_days(days: number, now: number): Span {
  const today = day_start(now);
  const settled = Math.floor(now / kStep) * kStep;
  return { from: day_start(now, 1 - days), to: Math.max(settled, today + kStep) };
}

/** How far the timeline can be moved and zoomed out from a period: a year back, and to its end. */
export function bounds_of(period: Period, now: number): Span {
  const to = Math.max(period.to, day_start(now, 1));
  return { from: Math.min(period.from, day_start(now, -365)), to };
}

/** What is shown of a period at first: an open one up to the next whole hour, four hours at least,
 *  so that the morning is not a sliver at the edge of an empty day. */
export function first_view(period: Period, now: number): Span {
  if (now >= period.to || now < period.from) return period;
  if (period.kind !== 'day' && period.kind !== 'shift') return period;
  const told = Math.max(4 * kHour, Math.ceil((now - period.from) / kHour) * kHour);
  return { from: period.from, to: Math.min(period.to, period.from + told) };
}

export function step(period: Period, by: 1 | -1): Period {
  return period_of(period.kind, by > 0 ? period.to : period.from - 1);
}
