// Where the time axis is marked: round local times, as close together as their labels allow.
import { clock, clock_fine, clock_seconds, date, month_short } from '../format';
import { day_start } from '../time';
import { length, type Span } from './view';

const kSecond = 1000;
const kMinute = 60_000;
const kHour = 3_600_000;
const kDay = 86_400_000;
const kSteps = [
  100,
  200,
  500,
  kSecond,
  2 * kSecond,
  5 * kSecond,
  10 * kSecond,
  15 * kSecond,
  30 * kSecond,
  kMinute,
  2 * kMinute,
  5 * kMinute,
  10 * kMinute,
  15 * kMinute,
  30 * kMinute,
  kHour,
  2 * kHour,
  3 * kHour,
  4 * kHour,
  6 * kHour,
  12 * kHour,
  kDay,
  7 * kDay,
];
/** Months between two marks, where days are too close. */
const kMonths = [1, 2, 3, 6, 12];

export interface Tick {
  at: number;
  label: string;
}

export function step_for(view: Span, width: number, label_width: number): number {
  const least = (length(view) / Math.max(1, width)) * label_width;
  return kSteps.find((step) => step >= least) ?? Infinity;
}

export function label(at: number, step: number): string {
  if (step >= kDay || (step >= kHour && at === day_start(at))) return date(at);
  if (step >= kMinute) return clock(at);
  return step >= kSecond ? clock_seconds(at) : clock_fine(at);
}

/** Counted from local midnight, so that hours stay round where the zone is not a whole hour off. */
export function ticks(view: Span, width: number, label_width = 84): Tick[] {
  const step = step_for(view, width, label_width);
  if (step === Infinity) return month_ticks(view, width, label_width);
  const found: Tick[] = [];
  for (
    let day = day_start(view.from);
    day <= view.to;
    day = day_start(day, Math.max(1, Math.round(step / kDay)))
  ) {
    const next = day_start(day, 1);
    const first = Math.max(0, Math.ceil((view.from - day) / step));
    for (let at = day + first * step; at < next && at <= view.to; at += step) {
      if (at >= view.from) found.push({ at, label: label(at, step) });
    }
  }
  return found;
}

function month_ticks(view: Span, width: number, label_width: number): Tick[] {
  const least = ((length(view) / Math.max(1, width)) * label_width) / (30 * kDay);
  const step = kMonths.find((months) => months >= least) ?? 12;
  const first = new Date(view.from);
  const found: Tick[] = [];
  const begin = Math.floor(first.getMonth() / step) * step;
  for (let i = begin; ; i += step) {
    const at = new Date(first.getFullYear(), i, 1).getTime();
    if (at > view.to) return found;
    if (at >= view.from) found.push({ at, label: month_short(at) });
  }
}
