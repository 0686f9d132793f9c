// uPlot behind one small component: a step line with its least-to-most envelope.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clock_fine, clock_seconds, number } from '../format';
import { label, step_for } from '../timeline/ticks';
import type { Span } from '../timeline/view';
import type { Samples } from '../types';
import { chart_columns } from './columns';

const kHeight = 240;

export interface ChartProps {
  samples: Samples;
  view: Span;
  until: number;
  width: number;
  label: string;
  unit: string;
  select: (from: number, to: number) => void;
  out: () => void;
}

export function Chart(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { samples, view, until, width } = props;

  // Before the browser paints: a chart that is made anew must not blink.
  useLayoutEffect(() => {
    if (!place.current) return;
    const made = new uPlot(options(latest), drawn(samples, until), place.current);
    chart.current = made;
    made.over.addEventListener(
      'dblclick',
      (event) => {
        event.stopImmediatePropagation();
        latest.current.out();
      },
      true,
    );
    const scheme = matchMedia('(prefers-color-scheme: dark)');
    const again = () => made.redraw();
    scheme.addEventListener('change', again);
    return () => {
      scheme.removeEventListener('change', again);
      made.destroy();
      chart.current = null;
    };
  }, [props.label, samples.exact]);

  useEffect(() => {
    chart.current?.batch(() => {
      chart.current?.setSize({ width, height: kHeight });
      chart.current?.setData(drawn(samples, until), false);
      chart.current?.setScale('x', { min: view.from / 1000, max: view.to / 1000 });
    });
  }, [samples, view.from, view.to, width, until]);

  return (
    <div
      ref={place}
      class="chart"
      role="img"
      aria-label={`${props.label} over the time in view. CSV has every value.`}
    />
  );
}

/** Where every sample is drawn there is no envelope around them. */
function drawn(samples: Samples, until: number): uPlot.AlignedData {
  const [at, value, least, most] = chart_columns(samples, until);
  return samples.exact ? [at, value] : [at, value, least, most];
}

const token = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function options(latest: { current: ChartProps }): uPlot.Options {
  const { samples, width, unit } = latest.current;
  const stepped = uPlot.paths.stepped!({ align: 1 });
  const axis = {
    stroke: () => token('--ink-2'),
    grid: { stroke: () => token('--line'), width: 1 },
    ticks: { stroke: () => token('--line'), width: 1 },
    font: `12px ${token('--font')}`,
  };
  const plain: uPlot.Series.Value = (_u, v) => (v == null ? '–' : number(v));
  const quiet = {
    stroke: () => 'transparent',
    points: { show: false },
    paths: stepped,
    value: plain,
  };
  return {
    width,
    height: kHeight,
    cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
    legend: { live: true, isolate: false },
    hooks: {
      setSelect: [
        (u) => {
          if (u.select.width < 4) return;
          latest.current.select(
            u.posToVal(u.select.left, 'x') * 1000,
            u.posToVal(u.select.left + u.select.width, 'x') * 1000,
          );
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
    scales: { x: { time: true }, y: { range: (_u, low, high) => range(low, high) } },
    axes: [
      {
        ...axis,
        space: 90,
        values: (u, at) => {
          const step = step_for(
            { from: u.scales.x!.min! * 1000, to: u.scales.x!.max! * 1000 },
            u.bbox.width / devicePixelRatio,
            90,
          );
          return at.map((t) => label(t * 1000, step));
        },
      },
      { ...axis, size: 64, values: (_u, at) => at.map(number) },
    ],
    series: [
      {
        label: 'Time',
        value: (u, t) =>
          t == null
            ? '–'
            : (u.scales.x!.max! - u.scales.x!.min! < 120 ? clock_fine : clock_seconds)(t * 1000),
      },
      {
        label: latest.current.label,
        stroke: () => token('--accent'),
        width: 1.5,
        paths: stepped,
        points: { show: (u) => samples.exact && (u.data[0]?.length ?? 0) < 200, size: 4 },
        value: (_u, v, _s, i) =>
          i == null ? '–' : v == null ? 'unavailable' : `${number(v)} ${unit}`,
      },
      ...(samples.exact
        ? []
        : [
            { ...quiet, label: 'Least' },
            { ...quiet, label: 'Most' },
          ]),
    ],
    bands: samples.exact
      ? []
      : [
          {
            series: [3, 2],
            fill: () => `color-mix(in srgb, ${token('--accent')} 24%, transparent)`,
          },
        ],
  };
}

/** Room above and below the line; a constant is drawn in the middle and not magnified to noise. */
function range(low: number | null, high: number | null): [number, number] {
  if (low == null || high == null) return [0, 1];
  const size = high - low || Math.max(1, Math.abs(high) * 0.2);
  return [low - size * 0.08, high + size * 0.08];
}
