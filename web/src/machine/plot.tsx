// One data item over the time in view. Zooming in loads finer data until every sample is here.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { as_problem, get, kApi, query, type Problem } from '../api';
import { now } from '../clock';
import { number, units, whole, words } from '../format';
import { parse_time, to_rfc3339 } from '../time';
import { t_of, zoom, type Span } from '../timeline/view';
import type { DataItem, Samples } from '../types';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useWidth } from '../use';
import { WordBands } from './bands';
import { Chart } from './chart';
import { append, bands } from './columns';
import type { LiveItems } from './items';

/** Waits until a zoom has come to rest before it asks for finer data. */
const kRest = 160;

export function Plot({
  base,
  item,
  live,
  view,
  period,
  set_view,
  close,
}: {
  base: string;
  item: DataItem;
  live: LiveItems;
  view: Span;
  period: Span;
  set_view: (view: Span) => void;
  close: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const samples = useSignal<Samples | null>(null);
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const range = `${query({ item: item.key, from: to_rfc3339(view.from), to: to_rfc3339(view.to) })}`;
  // Without an end in the past the last values come in while we look.
  const open = view.to > now.value;
  const turn = open ? Math.floor(now.value / 5000) : 0;

  useEffect(() => {
    samples.value = null;
    problem.value = null;
  }, [item.key]);
  useEffect(() => {
    if (width.value === 0) return;
    const abort = new AbortController();
    const timer = setTimeout(
      () => {
        busy.value = true;
        get<Samples>(
          `${base}/samples?${range}&points=${Math.min(5000, Math.max(100, width.value))}`,
          abort.signal,
        )
          .then(
            (got) => {
              samples.value = got;
              problem.value = null;
            },
            (error: unknown) => {
              if (!abort.signal.aborted) problem.value = as_problem(error);
            },
          )
          .finally(() => (busy.value = false));
      },
      samples.peek() ? kRest : 0,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [base, range, width.value, turn]);

  const fresh = live.value.get(item.key);
  useEffect(() => {
    const shown = samples.peek();
    const said = parse_time(fresh?.at);
    const value = fresh?.value == null ? null : Number(fresh.value);
    if (!open || !shown?.numeric || !shown.exact || said === null || Number.isNaN(value)) return;
    samples.value = append(shown, said, value);
  }, [fresh]);

  const got = samples.value;
  const until = Math.min(view.to, now.value);
  return (
    <section class="section plot" aria-labelledby="plot-title">
      <div class="section-head">
        <h2 id="plot-title">{item.name ?? item.key}</h2>
        <span class="hint">
          {[item.type && words(item.type), units(item.units)].filter(Boolean).join(' · ')}
        </span>
        {got && (
          <span class="hint num">
            {whole(got.count)} samples
            {got.exact ? ', all shown' : ', drawn as least, mean and most: zoom in for every one'}
          </span>
        )}
        <a class="button" href={`${kApi}${base}/samples?${range}&format=csv`} download>
          <Icon of="download" />
          CSV
        </a>
        <button type="button" class="plain square" aria-label="Close the plot" onClick={close}>
          <Icon of="close" />
        </button>
      </div>
      <div ref={place} class={busy.value ? 'plot-place is-busy' : 'plot-place'}>
        {problem.value && <ProblemNote problem={problem.value} />}
        {!got && !problem.value && <Skeleton lines={1} tall />}
        {got && got.count === 0 && <p class="nothing">No value in this time.</p>}
        {got &&
          got.count > 0 &&
          width.value > 0 &&
          (got.numeric ? (
            <Chart
              samples={got}
              view={view}
              until={until}
              width={width.value}
              label={item.name ?? item.key}
              unit={units(item.units)}
              select={(from, to) => set_view({ from, to })}
              out={() => set_view(zoom(view, (view.from + view.to) / 2, 4, period))}
            />
          ) : (
            <WordBands
              bands={bands(got, until)}
              view={view}
              width={width.value}
              zoom_at={(x) => set_view(zoom(view, t_of(x, view, width.value), 0.25, period))}
            />
          ))}
      </div>
      {got?.numeric && got.count > 0 && (
        <p class="hint">
          Drag across the chart to zoom in, double-click to zoom out. Range in view: {extent(got)}{' '}
          {units(item.units)}
        </p>
      )}
    </section>
  );
}

function extent(samples: Samples): string {
  let [least, most] = [Infinity, -Infinity];
  const { value, min, max } = samples.columns;
  value.forEach((v, i) => {
    const [low, high] = [min?.[i] ?? v, max?.[i] ?? v];
    if (low !== null && low < least) least = low;
    if (high !== null && high > most) most = high;
  });
  return least > most ? 'unavailable throughout' : `${number(least)} to ${number(most)}`;
}
