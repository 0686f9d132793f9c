// Shifts, days and weeks of a location, as the server tells them: it knows the zone's rules.
import { parse_time } from '../time';
import type { Span } from '../timeline/view';
import type { Shifts } from './types';

export type PeriodKind = 'shift' | 'day' | 'week';
export interface Period extends Span {
  kind: PeriodKind;
  /** "Early", or empty. */
  name: string;
  /** The day of the location on which it begins, "2026-03-06". */
  day: string;
}

const kDay = 86_400_000;

export function periods_of(kind: PeriodKind, plan: Shifts): Period[] {
  if (kind === 'shift')
    return plan.items.map((s) => ({
      kind,
      name: s.name,
      day: s.day,
      from: parse_time(s.from)!,
      to: parse_time(s.to)!,
    }));
  const days = plan.days.map((d) => ({
    kind,
    name: '',
    day: d.day,
    from: parse_time(d.from)!,
    to: parse_time(d.to)!,
  }));
  if (kind === 'day') return days;
  const weeks: Period[] = [];
  for (const day of days) {
    const last = weeks.at(-1);
    if (weekday(day.day) > 0 && last) last.to = day.to;
    else if (weekday(day.day) === 0) weeks.push({ ...day });
  }
  // One whose end was not asked for is not whole.
  return weeks.filter((week) => week.to - week.from > 6.5 * kDay);
}

/** 0 is Monday. */
export const weekday = (day: string) => (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;

/** The one that holds `at`, or the last that began before. */
export const chosen_of = (periods: readonly Period[], at: number): Period | null =>
  periods.findLast(({ from }) => from <= at) ?? null;

/** What must be asked for, so that the period of `at` and those beside it are whole. */
export const asked_around = (at: number): Span => {
  const hour = 3_600_000;
  const settled = Math.floor(at / hour) * hour;
  return { from: settled - 16 * kDay, to: settled + 16 * kDay };
};
