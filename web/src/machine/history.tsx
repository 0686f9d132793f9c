import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { query } from '../api';
import { now } from '../clock';
import { replace_query, url } from '../router';
import type { Held } from '../shop';
import { is_doubtful } from '../states';
import { parse_time, to_rfc3339, zone_words } from '../time';
import { stretches as to_stretches } from '../timeline/layout';
import { Legend } from '../timeline/legend';
import { first_view, period_of, step as step_period, type PeriodKind } from '../timeline/period';
import { ActivityTable } from '../timeline/table';
import { Timeline } from '../timeline/timeline';
import { totals } from '../timeline/totals';
import { clamp, type Span } from '../timeline/view';
import type { Activities, DataItem } from '../types';
import { Icon } from '../ui/icon';
import { Later } from '../ui/later';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { Cycles } from './cycles';
import { Explain } from './explain';
import type { LiveItems } from './items';
import { Plot } from './plot';

const running = () => import('./running-cycle');

/** How often an open period is asked for anew when nothing else says that it changed. */
const kRefresh = 60_000;

/** What the machine did over a day or a shift: timeline, legend, table, reasons, a plot. */
export function History({
  base,
  held,
  live,
  explained,
  explain,
  plotted,
  plot,
}: {
  base: string;
  held: Held;
  live: LiveItems;
  explained: number | null;
  explain: (at: number | null) => void;
  plotted: DataItem | null;
  plot: (item: DataItem | null) => void;
}) {
  const { card } = held;
  const kind: PeriodKind = url.value.searchParams.get('by') === 'shift' ? 'shift' : 'day';
  const chosen = parse_time(url.value.searchParams.get('on'));
  const period = useMemo(
    () => period_of(kind, chosen ?? explained ?? now.peek()),
    [kind, chosen, Math.floor(now.value / kRefresh)],
  );
  const zoomed = useSignal<Span | null>(null);
  useEffect(() => {
    zoomed.value = null;
  }, [period.from, period.to]);
  const view = clamp(zoomed.value ?? first_view(period, now.value), period);
  const open = period.to > now.value && period.from <= now.value;

  const range = query({ from: to_rfc3339(period.from), to: to_rfc3339(period.to) });
  const { data, problem, reload } = useLoad<Activities>(`${base}/activities?${range}`);
  const turn = open
    ? `${card.since} ${card.state} ${card.in_cycle} ${card.executing} ${Math.floor(now.value / kRefresh)}`
    : '';
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else reload();
  }, [turn]);

  const until = data?.open && open ? Math.min(now.value, period.to) : null;
  const stretches = useMemo(() => to_stretches(data?.items ?? [], until), [data, until]);
  const counted = useMemo(() => totals(stretches, period), [stretches, period.from]);
  const go = (by: 1 | -1) => {
    const next = step_period(period, by);
    if (next.from <= now.peek())
      replace_query({
        on: next.from <= now.peek() && now.peek() < next.to ? null : to_rfc3339(next.from),
        at: null,
      });
  };
  return (
    <>
      <section class="section history" aria-labelledby="history-title">
        <div class="section-head">
          <h2 id="history-title">{period.title}</h2>
          <span class="hint num">{zone_words(period.from)}</span>
          <div class="segments" role="group" aria-label="Period">
            {(['day', 'shift'] as const).map((k) => (
              <button
                key={k}
                type="button"
                aria-pressed={kind === k}
                onClick={() => replace_query({ by: k === 'day' ? null : k })}
              >
                {k === 'day' ? 'Day' : 'Shift'}
              </button>
            ))}
          </div>
          <div class="segments">
            <button
              type="button"
              aria-label={`${kind === 'day' ? 'Day' : 'Shift'} before`}
              onClick={() => go(-1)}
            >
              <Icon of="previous" />
            </button>
            <button
              type="button"
              disabled={open}
              onClick={() => replace_query({ on: null, at: null })}
            >
              Now
            </button>
            <button
              type="button"
              aria-label={`${kind === 'day' ? 'Day' : 'Shift'} after`}
              disabled={period.to > now.value}
              onClick={() => go(1)}
            >
              <Icon of="next" />
            </button>
          </div>
        </div>
        {problem && <ProblemNote problem={problem} retry={reload} />}
        <div class={explained === null ? 'history-body' : 'history-body with-explain'}>
          <div class="history-line">
            {!data && !problem && <Skeleton lines={1} tall />}
            {data && (
              <Timeline
                stretches={stretches}
                gaps={data.gaps}
                period={period}
                view={view}
                set_view={(next) => (zoomed.value = next)}
                explained={explained}
                explain={explain}
                step={go}
              />
            )}
            {data && stretches.length === 0 && (
              <p class="nothing">Nothing was told in this time.</p>
            )}
          </div>
          {data && (
            <Legend
              totals={counted}
              has_gaps={data.gaps.length > 0}
              has_doubts={stretches.some((s) => is_doubtful(s.activity.placed))}
            />
          )}
          {explained !== null && (
            <Explain
              base={base}
              at={explained}
              close={() => {
                explain(null);
                document.querySelector<HTMLElement>('.timeline-canvas')?.focus();
              }}
            />
          )}
        </div>
        {data && (
          <ActivityTable stretches={stretches} view={view} name={card.name} explain={explain} />
        )}
      </section>
      <Later load={running} given={{ base, card }} lines={0} />
      <Cycles
        base={base}
        period={period}
        turn={turn}
        show={(span) => {
          const margin = Math.max(1_000, (span.to - span.from) / 10);
          zoomed.value = clamp({ from: span.from - margin, to: span.to + margin }, period);
          const line = document.querySelector<HTMLElement>('.timeline-canvas');
          line?.scrollIntoView({ block: 'center' });
          line?.focus({ preventScroll: true });
        }}
      />
      {plotted && (
        <Plot
          base={base}
          item={plotted}
          live={live}
          view={view}
          period={period}
          set_view={(next) => (zoomed.value = clamp(next, period))}
          close={() => plot(null)}
        />
      )}
    </>
  );
}
