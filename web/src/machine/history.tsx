import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { now } from '../clock';
import { replace_query, url } from '../router';
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
  type Period,
} from '../timeline/period';
import { lasting } from '../timeline/piece';
import { TimeStore } from '../timeline/store';
import { ActivityTable } from '../timeline/table';
import { Timeline } from '../timeline/timeline';
import { totals, totals_of_cells } from '../timeline/totals';
import { clamp, type Span } from '../timeline/view';
import type { Card } from '../types';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { Explain } from './explain';

/** How often an open period is asked for anew when nothing else says that it changed. */
const kRefresh = 60_000;

/** What stands around the timeline follows it by these. */
export interface Line {
  period: Period;
  /** How far the view can be moved. */
  bounds: Span;
  view: Span;
  set_view: (view: Span) => void;
  /** Moves the view to a span, and the reader to the timeline. */
  show: (span: Span) => void;
  /** Changes when the period has to be asked for anew. */
  turn: string;
}

/** What the machine did over a shift or a year. With `stands` the whole of it: beside the timeline
 *  why it stood, how long it was in which state, and the same as a table. */
export function History({
  base,
  card,
  explained,
  explain,
  stands,
  children,
}: {
  base: string;
  card: Card;
  explained: number | null;
  explain: (at: number | null) => void;
  stands?: (line: Line) => ComponentChildren;
  children?: (line: Line) => ComponentChildren;
}) {
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
  const set_view = (next: Span) => (zoomed.value = clamp(next, bounds));
  const show = (span: Span) => {
    const margin = Math.max(1_000, (span.to - span.from) / 10);
    set_view({ from: span.from - margin, to: span.to + margin });
    const line = document.querySelector<HTMLElement>('.timeline-canvas');
    line?.scrollIntoView({ block: 'center' });
    line?.focus({ preventScroll: true });
  };
  const line: Line = { period, bounds, view, set_view, show, turn };
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
          {stands && <div class="stands">{stands(line)}</div>}
          {stands && counted && told && (
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
        {stands && layers.length > 0 && (
          <ActivityTable layers={layers} view={view} name={card.name} explain={explain} />
        )}
      </section>
      {children?.(line)}
    </>
  );
}
