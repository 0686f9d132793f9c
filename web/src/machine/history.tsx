import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { now } from '../clock';
import { replace_query, url } from '../router';
import type { Held } from '../shop';
import { is_doubtful } from '../states';
import { parse_time, to_rfc3339, zone_words } from '../time';
import { Legend } from '../timeline/legend';
import {
  bounds_of,
  first_view,
  kPeriods,
  kPeriodWords,
  period_of,
  step as step_period,
} from '../timeline/period';
import { lasting } from '../timeline/piece';
import { TimeStore } from '../timeline/store';
import { ActivityTable } from '../timeline/table';
import { Timeline } from '../timeline/timeline';
import { totals, totals_of_cells } from '../timeline/totals';
import { clamp, type Span } from '../timeline/view';
import type { DataItem } from '../types';
import { Icon } from '../ui/icon';
import { Later } from '../ui/later';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { Cycles } from './cycles';
import { Explain } from './explain';
import type { LiveItems } from './items';
import { Plot } from './plot';

const running = () => import('./running-cycle');

/** How often an open period is asked for anew when nothing else says that it changed. */
const kRefresh = 60_000;

/** Of more there are too many cycles to be read. */
const kLongestCycles = 32 * 86_400_000;

/** What the machine did over a shift or a year: timeline, legend, table, reasons, a plot. */
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
  const kind = kPeriods.find((known) => known === url.value.searchParams.get('by')) ?? 'day';
  const chosen = parse_time(url.value.searchParams.get('on'));
  const period = useMemo(
    () => period_of(kind, chosen ?? explained ?? now.peek()),
    [kind, chosen, Math.floor(now.value / kRefresh)],
  );
  const zoomed = useSignal<Span | null>(null);
  useEffect(() => {
    zoomed.value = null;
  }, [period.from, period.to]);
  const bounds = bounds_of(period, now.value);
  const view = clamp(zoomed.value ?? first_view(period, now.value), bounds);
  const open = period.to > now.value && period.from <= now.value;

  const turn = open
    ? `${card.since} ${card.state} ${card.in_cycle} ${card.executing} ${Math.floor(now.value / kRefresh)}`
    : '';
  const store = useMemo(() => new TimeStore(base), [base]);
  useEffect(() => () => store.close(), [store]);
  useEffect(() => store.show(period, turn), [store, period.from, period.to, turn]);

  const piece = store.period_piece();
  const told = piece && lasting(piece, now.value);
  const counted = useMemo(
    () => told && (told.cell > 0 ? totals_of_cells(told.cells) : totals(told.stretches, period)),
    [piece, told?.stretches.at(-1)?.to, period.from],
  );
  const layers = store.layers_of(view, now.value);
  // Once there is anything the timeline stays, also where a view has nothing yet: it has the focus.
  const any = store.pieces.value.length > 0;
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
            {kPeriods.map((k) => (
              <button
                key={k}
                type="button"
                aria-pressed={kind === k}
                onClick={() => replace_query({ by: k === 'day' ? null : k })}
              >
                {kPeriodWords[k]}
              </button>
            ))}
          </div>
          <div class="segments">
            <button
              type="button"
              aria-label={`${kPeriodWords[kind]} before`}
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
              aria-label={`${kPeriodWords[kind]} after`}
              disabled={period.to > now.value}
              onClick={() => go(1)}
            >
              <Icon of="next" />
            </button>
          </div>
        </div>
        {store.problem.value && (
          <ProblemNote problem={store.problem.value} retry={() => store.again()} />
        )}
        <div class={explained === null ? 'history-body' : 'history-body with-explain'}>
          <div class="history-line">
            {!any && !store.problem.value && <Skeleton lines={1} tall />}
            {any && (
              <Timeline
                store={store}
                period={period}
                bounds={bounds}
                view={view}
                set_view={(next) => (zoomed.value = next)}
                explained={explained}
                explain={explain}
                step={go}
              />
            )}
            {counted?.told === 0 && <p class="nothing">Nothing was told in this time.</p>}
          </div>
          {counted && told && (
            <Legend
              totals={counted}
              has_gaps={told.gaps.length > 0 || told.cells.some((cell) => cell.gaps > 0)}
              has_doubts={
                told.stretches.some((s) => is_doubtful(s.activity.placed)) ||
                told.cells.some((cell) => cell.doubtful > 0)
              }
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
        {layers.length > 0 && (
          <ActivityTable layers={layers} view={view} name={card.name} explain={explain} />
        )}
      </section>
      <Later load={running} given={{ base, card }} lines={0} />
      {period.to - period.from <= kLongestCycles ? (
        <Cycles
          base={base}
          period={period}
          turn={turn}
          show={(span) => {
            const margin = Math.max(1_000, (span.to - span.from) / 10);
            zoomed.value = clamp({ from: span.from - margin, to: span.to + margin }, bounds);
            const line = document.querySelector<HTMLElement>('.timeline-canvas');
            line?.scrollIntoView({ block: 'center' });
            line?.focus({ preventScroll: true });
          }}
        />
      ) : (
        <p class="hint section">Cycles are listed for a month or less.</p>
      )}
      {plotted && (
        <Plot
          base={base}
          item={plotted}
          live={live}
          view={view}
          period={bounds}
          set_view={(next) => (zoomed.value = clamp(next, bounds))}
          close={() => plot(null)}
        />
      )}
    </>
  );
}
