// What a card says of figures that the server worked out beforehand, in words.
import { clock, date, number } from '../format';
import { machine_path } from '../router';
import { day_start, parse_time, to_rfc3339 } from '../time';
import type { Card } from '../types';

/** "14:20–15:05", with a day where it is not today; null where nothing is foreseen any more. */
export function done_words(forecast: Card['forecast'], now: number): string | null {
  const from = parse_time(forecast?.from);
  const to = parse_time(forecast?.to);
  if (from === null || to === null || to < now) return null;
  const today = day_start(now);
  const said = (ms: number, day: number) =>
    day_start(ms) === day ? clock(ms) : `${date(ms)} ${clock(ms)}`;
  if (from === to) return said(from, today);
  return `${said(from, today)}–${said(to, day_start(from))}`;
}

/** "7.2 % off its own counter"; null where the two agree. */
export function drift_words(audit: Card['audit']): string | null {
  if (!audit?.drifts) return null;
  return `${number(Math.round(1000 * audit.differs) / 10)} % off its own counter`;
}

/** Where the days stand one by one, beside the timeline of the one that is told. */
export function evidence_path(organization: string, card: Card): string {
  const day = parse_time(`${card.audit?.day}T12:00:00Z`);
  const on = day === null ? '' : `&on=${encodeURIComponent(to_rfc3339(day))}`;
  return `${machine_path(organization, card.id, 'oee')}?audit=1${on}`;
}
