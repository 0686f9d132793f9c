// Alarms: which took the most, how long until they were repaired, and what of it is not known.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { kApi } from '../api';
import { date_time, duration, percent, whole } from '../format';
import { machine_path } from '../router';
import { parse_time } from '../time';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import './reports.css';
import type { AlarmRow, Alarms, AlarmSpan, Failures } from './types';

const kRows = 10;
const kSpans = 20;

export const alarm_key = (a: { item: string; code: string; text: string }) =>
  a.code ? `${a.item}|${a.code}` : `${a.item}||${a.text}`;
export const alarm_words = (a: { item: string; code: string; text: string }) =>
  [a.code || a.item, a.text].filter(Boolean).join(' · ');
const seconds = (n: number | null) => (n === null ? '–' : duration(1000 * n));

/** `path`: of the organization or of a machine, with the range as `range`. */
export function AlarmList({
  path,
  range,
  organization,
  names,
  show,
}: {
  path: string;
  range: string;
  organization: string;
  /** Of machines by id, where there are several. */
  names?: ReadonlyMap<string, string>;
  /** Shows a moment of the one machine. */
  show?: (at: number) => void;
}) {
  const by = useSignal<'time' | 'count'>('time');
  const level = useSignal<'all' | 'fault'>('all');
  const asked = `${path}/alarms?${range}&by=${by.value}&level=${level.value}`;
  const { data, problem, reload } = useLoad<Alarms>(asked);
  return (
    <>
      <div class="report-bar">
        <div class="segments" role="group" aria-label="Order">
          {(['time', 'count'] as const).map((order) => (
            <button
              key={order}
              type="button"
              aria-pressed={by.value === order}
              onClick={() => (by.value = order)}
            >
              {order === 'time' ? 'By time' : 'By count'}
            </button>
          ))}
        </div>
        <div class="segments" role="group" aria-label="Level">
          {(['all', 'fault'] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={level.value === one}
              onClick={() => (level.value = one)}
            >
              {one === 'all' ? 'All' : 'Faults'}
            </button>
          ))}
        </div>
        <a class="button" href={`${kApi}${asked}&format=csv`} download>
          <Icon of="download" />
          CSV
        </a>
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={4} />}
      {data && <Reliability told={data.failures} />}
      {data && data.items.length === 0 && <p class="nothing">No alarm was told in this time.</p>}
      {data && data.items.length > 0 && (
        <Pareto data={data} organization={organization} names={names} show={show} />
      )}
    </>
  );
}

function Reliability({ told }: { told: Failures }) {
  const not_repaired = [
    told.open > 0 && `${told.open} go on`,
    told.cut > 0 && `${told.cut} end with the period`,
    told.gaps > 0 && `${told.gaps} end where nothing was heard`,
    told.carried > 0 && `${told.carried} had begun before`,
  ].filter(Boolean);
  return (
    <>
      <dl class="figures reliability">
        <div>
          <dt>Failures</dt>
          <dd class="num">{whole(told.count)}</dd>
        </div>
        <div>
          <dt>Mean time to repair</dt>
          <dd class="num">{seconds(told.mean_to_repair)}</dd>
          <dd class="hint">of {whole(told.repaired)} seen from beginning to end</dd>
        </div>
        <div>
          <dt>Mean time between failures</dt>
          <dd class="num">{seconds(told.mean_between)}</dd>
          <dd class="hint">
            {duration(1000 * told.operating)} of production / {whole(told.count)}
          </dd>
        </div>
      </dl>
      {not_repaired.length > 0 && (
        <p class="note">Not counted as repaired: {not_repaired.join(', ')}.</p>
      )}
      <p class="hint">
        A failure is a stop by alarm or emergency stop at least as long as a micro-stop. One alarm
        line alone is none.
      </p>
    </>
  );
}

function Pareto({
  data,
  organization,
  names,
  show,
}: {
  data: Alarms;
  organization: string;
  names: ReadonlyMap<string, string> | undefined;
  show: ((at: number) => void) | undefined;
}) {
  const open = useSignal<string | null>(null);
  const all = useSignal(false);
  const spans = useMemo(() => by_alarm(data.spans), [data.spans]);
  const most = Math.max(...data.items.map((row) => row[data.by]), 1e-9);
  const rows = all.value ? data.items : data.items.slice(0, kRows);
  return (
    <>
      <ol class="pareto">
        {rows.map((row) => {
          const key = alarm_key(row);
          return (
            <li key={key}>
              <button
                type="button"
                class="pareto-row plain"
                aria-expanded={open.value === key}
                onClick={() => (open.value = open.value === key ? null : key)}
              >
                <span class="pareto-name">
                  <Icon of={row.level === 'FAULT' ? 'triangle' : 'question'} />
                  <span>
                    {alarm_words(row)}
                    <span class="hint">
                      {' '}
                      {row.level === 'FAULT' ? 'fault' : 'warning'}
                      {names && ` · ${row.machines.map((m) => names.get(m) ?? m).join(', ')}`}
                    </span>
                  </span>
                </span>
                <svg class="pareto-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden>
                  <rect width={(100 * row[data.by]) / most} height={10} />
                </svg>
                <b class="num">{duration(1000 * row.time)}</b>
                <span class="num">{whole(row.count)} ×</span>
                <span class="num hint">to here {percent(row.cumulative)}</span>
              </button>
              {open.value === key && (
                <Opened
                  row={row}
                  spans={spans.get(key) ?? []}
                  organization={organization}
                  names={names}
                  show={show}
                />
              )}
            </li>
          );
        })}
      </ol>
      {data.items.length > kRows && !all.value && (
        <button type="button" onClick={() => (all.value = true)}>
          Show {data.items.length - kRows} more
        </button>
      )}
      {data.spans_left_out > 0 && (
        <p class="hint">
          The oldest {whole(data.spans_left_out)} intervals are counted and cannot be opened here;
          take fewer days.
        </p>
      )}
    </>
  );
}

function by_alarm(spans: readonly AlarmSpan[]) {
  const by = new Map<string, AlarmSpan[]>();
  for (const span of spans) {
    const key = alarm_key(span);
    const row = by.get(key);
    if (row) row.push(span);
    else by.set(key, [span]);
  }
  return by;
}

const kEnds: Record<AlarmSpan['end'], string> = {
  cleared: 'cleared',
  open: 'goes on',
  cut: 'goes on after the period',
  gap: 'then nothing was heard',
};

function Opened({
  row,
  spans,
  organization,
  names,
  show,
}: {
  row: AlarmRow;
  spans: readonly AlarmSpan[];
  organization: string;
  names: ReadonlyMap<string, string> | undefined;
  show: ((at: number) => void) | undefined;
}) {
  return (
    <div class="pareto-open">
      <p class="hint num">
        Mean until cleared {seconds(row.mean_to_repair)} of {whole(row.repaired)} seen from
        beginning to end, longest {duration(1000 * row.longest)}, production between two{' '}
        {seconds(row.mean_between)}.
      </p>
      <ul>
        {spans.slice(0, kSpans).map((span) => {
          const from = parse_time(span.from) ?? 0;
          const to = parse_time(span.to) ?? from;
          const evidence = `${machine_path(organization, span.machine)}?at=${encodeURIComponent(span.from)}`;
          const when = date_time(from);
          return (
            <li key={`${span.machine} ${span.from} ${span.to}`}>
              {show ? (
                <button type="button" class="plain num" onClick={() => show(from)}>
                  {when}
                </button>
              ) : (
                <a class="num" href={evidence}>
                  {when}
                </a>
              )}
              <b class="num">{duration(to - from)}</b>
              <span class="hint">
                {names && `${names.get(span.machine) ?? span.machine}, `}
                {span.carried ? 'had begun before, ' : ''}
                {kEnds[span.end]}
              </span>
            </li>
          );
        })}
      </ul>
      {spans.length > kSpans && <p class="hint">{spans.length - kSpans} earlier ones.</p>}
    </div>
  );
}
