// Forecasts and recommendations in words. Figures keep their intervals.
import { clock, date, duration, whole } from '../format';
import { day_start, parse_time } from '../time';
import type { AWeek, Forecast, Recommendation, Recommendations } from './types';

export const kAbout: Record<Recommendation['about'], string> = {
  override: 'Feed override',
  waiting: 'Waiting',
  warm_up: 'Warm-up',
  drift: 'Longer cycle',
  load: 'Rising load',
  holds: 'Held at one line',
};

/** "14:40", with its day if that is not today. */
export function when(text: string, now: number): string {
  const ms = parse_time(text);
  if (ms === null) return '–';
  return day_start(ms) === day_start(now) ? clock(ms) : `${date(ms)} ${clock(ms)}`;
}

/** "12 of 40 parts to go, from 28 cycles" */
export function basis_words({ forecast, goal }: Forecast): string {
  if (!forecast) return '';
  const parts = whole(forecast.parts_to_go);
  const to_go =
    goal === null
      ? `${parts} ${forecast.parts_to_go === 1 ? 'part' : 'parts'} to go`
      : `${parts} of ${whole(goal)} parts to go`;
  return `${to_go}, from ${whole(forecast.cycles)} cycles`;
}

const kHours = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

/** "6.8 h a week (6.1 to 7.4)" */
export const hours_words = (lost: AWeek): string =>
  `${kHours.format(lost.usual)} h a week (${kHours.format(lost.low)} to ${kHours.format(lost.high)})`;

/** "about 544 EUR (488 to 592)" */
export const money_words = (money: AWeek & { currency: string }): string =>
  `about ${whole(money.usual)} ${money.currency} (${whole(money.low)} to ${whole(money.high)})`;

/** "on 19 of 20 days; once in 2,000 if nothing were the matter" */
export function sure_words({ sure }: Recommendation): string {
  const seen = `${sure.counted === 'days' ? 'on' : 'in'} ${whole(sure.seen)} of ${whole(sure.of)} ${sure.counted}`;
  const once = Math.min(1e6, Math.floor(1 / Math.max(sure.by_chance, 1e-9)));
  const rare = once >= 1e6 ? 'less than once in a million' : `once in ${whole(once)}`;
  return `${seen}; ${rare} such machines would show it by chance`;
}

/** What was not recorded cannot have been found. */
export function not_looked_at({ basis }: Recommendations): string {
  const missing = [
    !basis.feed_override && 'no feed override',
    !basis.load && 'no spindle load',
    !basis.line && 'no line of the program',
    !basis.calendar && 'no shift calendar',
  ].filter((word): word is string => Boolean(word));
  return missing.length === 0 ? '' : `There is ${missing.join(', ')} to look at.`;
}

export interface Ranked {
  machine: { id: string; name: string };
  recommendation: Recommendation;
}

/** What loses the most first; what loses none that is known behind; dismissed ones not at all. */
export function rank(all: readonly Ranked[]): Ranked[] {
  const lost = (one: Ranked) => one.recommendation.hours_a_week?.usual ?? -1;
  return all
    .filter((one) => !one.recommendation.dismissed)
    .sort(
      (a, b) =>
        lost(b) - lost(a) ||
        a.machine.name.localeCompare(b.machine.name) ||
        a.recommendation.id.localeCompare(b.recommendation.id),
    );
}

export const spread_words = (spread: { median: number; p10: number; p90: number }): string =>
  `${duration(spread.median * 1000)} (${duration(spread.p10 * 1000)} to ${duration(spread.p90 * 1000)})`;
