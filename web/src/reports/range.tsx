// Which days a page looks at, and which machines: in the address, so that it can be sent on.
import { useMemo } from 'preact/hooks';
import { query } from '../api';
import { now } from '../clock';
import { date } from '../format';
import { replace_query, url } from '../router';
import { to_rfc3339 } from '../time';
import { last_days } from '../timeline/period';
import type { Card } from '../types';
import { useLoad } from '../use';

const kDays: readonly [number, string][] = [
  [1, 'Today'],
  [7, '7 days'],
  [30, '30 days'],
];

export interface Days {
  from: number;
  to: number;
  /** Of `from` and `to` as parameters. */
  text: string;
}

export function useDays(): Days {
  const days = Number(url.value.searchParams.get('days') ?? 7);
  const chosen = kDays.some(([n]) => n === days) ? days : 7;
  const { from, to } = last_days(chosen, now.value);
  return useMemo(
    () => ({ from, to, text: query({ from: to_rfc3339(from), to: to_rfc3339(to) }) }),
    [from, to],
  );
}

export function DayChoice({ days, most = 30 }: { days: Days; most?: number }) {
  const chosen = url.value.searchParams.get('days') ?? '7';
  return (
    <>
      <div class="segments" role="group" aria-label="Period">
        {kDays
          .filter(([n]) => n <= most)
          .map(([n, words]) => (
            <button
              key={n}
              type="button"
              aria-pressed={chosen === String(n)}
              onClick={() => replace_query({ days: String(n) })}
            >
              {words}
            </button>
          ))}
      </div>
      <span class="hint num">
        {date(days.from)} to {date(days.to)}
      </span>
    </>
  );
}

export const place_words = (place: string) => place || 'Without a place';

/** The places that machines name, and the machines themselves. */
export function useMachines(organization: string) {
  const { data } = useLoad<{ items: Card[] }>(`/organizations/${organization}/machines`);
  const machines = data?.items ?? [];
  const places = [...new Set(machines.map((m) => m.location ?? ''))].sort();
  return { machines, places };
}

/** "&location=…" of the chosen place; nothing for all of them. */
export function place_query(): string {
  const place = url.value.searchParams.get('place');
  return place === null ? '' : `&${query({ location: place })}`;
}

export function PlaceChoice({ places }: { places: readonly string[] }) {
  const place = url.value.searchParams.get('place');
  if (places.length < 2 && place === null) return null;
  return (
    <select
      class="place-choice"
      aria-label="Place"
      value={place === null ? '*' : `=${place}`}
      onChange={(event) => {
        const chosen = event.currentTarget.value;
        replace_query({ place: chosen === '*' ? null : chosen.slice(1) });
      }}
    >
      <option value="*">All places</option>
      {places.map((p) => (
        <option key={p} value={`=${p}`}>
          {place_words(p)}
        </option>
      ))}
    </select>
  );
}
