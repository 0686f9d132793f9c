// Where a figure's parts come from, and how far that can be believed: the counter, or the cycles
// where it does not do; what both say of the same time; and all that was ever made.
import { useSignal } from '@preact/signals';
import { percent, whole } from '../format';
import { RawDialog } from '../machine/raw';
import type { CounterEvent, LifetimeCount, PartsAgreement } from '../rules/types';
import { parse_time } from '../time';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { date_clock_in } from './clock';
import type { Oee } from './types';

const kSourceWords = {
  counter: 'its part counter',
  program_end: 'the ends of its programs',
  tools: 'its tools, which come again',
} as const;

/** Steps that are listed before somebody asks for all of them. */
const kFirst = 20;

export function Parts({
  base,
  oee,
  range,
  zone,
  explain,
}: {
  base: string;
  oee: Oee;
  range: string;
  zone: string;
  explain: (at: number) => void;
}) {
  const open = useSignal(false);
  const source = oee.parts_source;
  return (
    <details
      class="goal parts"
      onToggle={(event) => (open.value = (event.currentTarget as HTMLDetailsElement).open)}
    >
      <summary>
        Parts{' '}
        <span class="hint num">
          {source === null
            ? 'not counted: no counter and no cycle'
            : `${whole(oee.parts?.known_busy ?? 0)}, told by ${kSourceWords[source.from]}, ` +
              `each right with ${percent(source.confidence)}`}
        </span>
      </summary>
      {open.value && (
        <>
          <Agreement path={`${base}/parts?${range}`} />
          {oee.steps.length > 0 && <Steps oee={oee} zone={zone} explain={explain} />}
          <Lifetime base={base} zone={zone} />
        </>
      )}
    </details>
  );
}

/** What counter and cycles say of the same time, each by itself. */
export function agreement_words(told: PartsAgreement): string {
  const cycles = `${whole(told.cycles)} complete ${told.cycles === 1 ? 'cycle' : 'cycles'}`;
  if (told.counter === null)
    return told.cycles === 0
      ? 'The machine has no counter that counts, and no cycle came to an end.'
      : `The machine has no counter that counts; ${cycles} came to an end.`;
  if (told.cycles === 0)
    return `The counter rose by ${whole(told.counter)}; no cycle came to an end.`;
  const most = Math.max(told.counter, told.cycles);
  const apart = Math.abs(told.counter - told.cycles) / most;
  const agrees =
    apart === 0
      ? 'Both agree'
      : apart <= 0.05
        ? `Both agree to ${percent(apart)}`
        : `They differ by ${percent(apart)}`;
  return (
    `${agrees}: the counter rose by ${whole(told.counter)}, ${cycles} came to an end, ` +
    `${whole(told.counted_cycles)} of them with a step of the counter.`
  );
}

function Agreement({ path }: { path: string }) {
  const { data, problem, reload } = useLoad<PartsAgreement>(path);
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (!data) return <Skeleton lines={1} />;
  return (
    <p class={data.counter !== null && data.source !== 'counter' ? 'note' : undefined}>
      {agreement_words(data)}
      {data.unseen_parts > 0 &&
        ` It rose by ${whole(data.unseen_parts)} without a program that was seen to make them.`}
      {data.counter !== null &&
        data.source !== 'counter' &&
        ' The counter stands still while the machine produces, so the cycles count.'}
    </p>
  );
}

function Steps({ oee, zone, explain }: { oee: Oee; zone: string; explain: (at: number) => void }) {
  const most = useSignal(kFirst);
  const newest = [...oee.steps].reverse();
  return (
    <>
      <h4>{oee.parts_source?.from === 'counter' ? 'The counter’s steps' : 'The cycles'}</h4>
      <ul class="parts-list">
        {newest.slice(0, most.value).map((step) => {
          const at = parse_time(step.at) ?? 0;
          const begun = parse_time(step.begun);
          return (
            <li key={step.at}>
              <span class="num">
                {begun !== null && `${date_clock_in(zone, begun)} – `}
                {date_clock_in(zone, at)}
              </span>{' '}
              <b class="num">{whole(step.count)}</b>{' '}
              <button type="button" class="plain" onClick={() => explain(begun ?? at)}>
                What it did
              </button>
            </li>
          );
        })}
      </ul>
      {newest.length > most.value && (
        <button type="button" onClick={() => (most.value += 500)}>
          Show more ({newest.length - most.value} left)
        </button>
      )}
    </>
  );
}

const kChangeWords: Record<CounterEvent['change'], (event: CounterEvent) => string> = {
  reset: (e) => `put back from ${whole(e.before)} to ${whole(e.after)}`,
  corrected: (e) => `corrected from ${whole(e.before)} to ${whole(e.after)}`,
  wrapped: (e) => `went over its end, from ${whole(e.before)} to ${whole(e.after)}`,
  set: (e) => `set from ${whole(e.before)} to ${whole(e.after)}, which is no making`,
};

function Lifetime({ base, zone }: { base: string; zone: string }) {
  const { data, problem, reload } = useLoad<LifetimeCount>(`${base}/lifetime-count`);
  const line = useSignal<CounterEvent | null>(null);
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (!data) return <Skeleton lines={1} />;
  if (data.item === null || data.parts === null)
    return (
      <p class="hint">
        {data.item === null
          ? 'The machine has no part counter.'
          : 'Its part counter never said anything but 0.'}
      </p>
    );
  const since = parse_time(data.since);
  return (
    <>
      <h4>All that was ever made</h4>
      <p>
        <b class="num">{whole(data.parts)}</b> parts
        {since !== null && ` since ${date_clock_in(zone, since)}`}, over{' '}
        {data.events === 1 ? 'one change' : `${whole(data.events)} changes`} of the counter, which
        shows {data.shows === null ? 'nothing' : whole(data.shows)} now.
      </p>
      {data.items.length > 0 && (
        <ul class="parts-list" aria-label="What became of the counter">
          {data.items.map((event) => (
            <li key={event.at}>
              <span class="num">{date_clock_in(zone, parse_time(event.at) ?? 0)}</span>{' '}
              {kChangeWords[event.change](event)}{' '}
              <button type="button" class="plain" onClick={() => (line.value = event)}>
                The line
              </button>
            </li>
          ))}
        </ul>
      )}
      {line.value && (
        <RawDialog
          base={base}
          item={{
            key: data.item,
            name: null,
            type: null,
            sub_type: null,
            units: null,
            component: null,
            category: null,
          }}
          at={parse_time(line.value.at) ?? 0}
          close={() => (line.value = null)}
        />
      )}
    </>
  );
}
