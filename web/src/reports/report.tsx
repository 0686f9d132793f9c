// Reports of a day, a week, a month: chosen here, made by the server as a page that prints.
import { useSignal } from '@preact/signals';
import { kApi, query } from '../api';
import { now } from '../clock';
import { url } from '../router';
import type { Card } from '../types';
import { Icon } from '../ui/icon';
import { Field } from '../ui/field';
import { PlaceChoice } from './range';

const kSpans = [
  ['day', 'Day'],
  ['week', 'Week'],
  ['month', 'Month'],
] as const;

const pad = (n: number) => String(n).padStart(2, '0');
/** The reader's day, as the server reads it. */
const day_text = (ms: number) => {
  const date = new Date(ms);
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
};

export function ReportChoice({
  organization,
  places,
  machines,
}: {
  organization: string;
  places: readonly string[];
  machines: readonly Card[];
}) {
  const of = useSignal<(typeof kSpans)[number][0]>('week');
  const on = useSignal(day_text(now.peek() - 86_400_000));
  const machine = useSignal('');
  const place = url.value.searchParams.get('place');
  const asked = query({
    of: of.value,
    on: on.value,
    machine: machine.value || undefined,
    location: machine.value || place === null ? undefined : place,
  });
  const path = `${kApi}/organizations/${organization}/report?${asked}`;
  return (
    <section class="section" aria-labelledby="report-title">
      <div class="section-head">
        <h2 id="report-title">Reports</h2>
      </div>
      <p>
        What came of a day, a week or a month, what changed beyond the usual, and what to do first.
      </p>
      <div class="report-bar">
        <div class="segments" role="group" aria-label="Report of a">
          {kSpans.map(([key, words]) => (
            <button
              key={key}
              type="button"
              aria-pressed={of.value === key}
              onClick={() => (of.value = key)}
            >
              {words}
            </button>
          ))}
        </div>
        <PlaceChoice places={places} />
        <select
          aria-label="Machine"
          value={machine.value}
          onChange={(e) => (machine.value = e.currentTarget.value)}
        >
          <option value="">All of its machines</option>
          {machines.map((m) => (
            <option key={m.id} value={m.id}>
              {m.name}
            </option>
          ))}
        </select>
      </div>
      <Field label="A day of it" hint="Weeks begin on Monday.">
        {(attributes) => (
          <input
            {...attributes}
            type="date"
            value={on.value}
            max={day_text(now.value)}
            onInput={(e) => (on.value = e.currentTarget.value || on.peek())}
          />
        )}
      </Field>
      <div class="report-bar">
        <a class="button primary" href={path} target="_blank" rel="noopener">
          Open the report
        </a>
        <a class="button" href={`${path}&download=true`} download>
          <Icon of="download" />
          HTML file
        </a>
        <a class="button" href={`${path}&format=csv`} download>
          <Icon of="download" />
          CSV
        </a>
      </div>
      <p class="hint">
        The page has no scripts and needs nothing else: it can be sent on, kept and printed. The
        same data give the same file.
      </p>
    </section>
  );
}
