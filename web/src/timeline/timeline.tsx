import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { now } from '../clock';
import { clock_fine, clock_seconds, duration } from '../format';
import { kPlacedWords, is_doubtful } from '../states';
import type { Gap } from '../types';
import { parse_time } from '../time';
import { Icon } from '../ui/icon';
import { StateChip } from '../ui/state';
import { useWidth } from '../use';
import { draw, kHeight } from './draw';
import { gestures } from './gestures';
import { index_at, type Stretch } from './layout';
import { read_palette, type Palette } from './palette';
import { length, pan, reveal, zoom, type Span } from './view';

export interface TimelineProps {
  stretches: readonly Stretch[];
  gaps: readonly Gap[];
  period: Span;
  view: Span;
  set_view: (view: Span) => void;
  /** The instant that is being explained, if any. */
  explained: number | null;
  explain: (at: number) => void;
  step: (by: 1 | -1) => void;
}

const kZoomStep = 0.5;

export function Timeline(props: TimelineProps) {
  const { stretches, gaps, period, view, set_view, explained, explain } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(canvas);
  const pointer = useSignal<number | null>(null);
  const cursor = useSignal<number | null>(null);
  const latest = useRef(props);
  latest.current = props;

  const spans = useMemo(
    () => gaps.map((gap) => ({ from: parse_time(gap.from) ?? 0, to: parse_time(gap.to) ?? 0 })),
    [gaps],
  );
  const pointed = pointer.value ?? cursor.value;
  const selected = index_at(stretches, cursor.value ?? explained ?? NaN);
  useCanvas(canvas, width.value, (context, palette) =>
    draw(
      context,
      {
        stretches,
        gaps: spans,
        view,
        width: width.value,
        now: now.value,
        selected,
        pointer: pointer.value,
      },
      palette,
    ),
  );

  useEffect(() => {
    if (!canvas.current) return;
    return gestures({
      element: canvas.current,
      width: () => width.peek() || 1,
      view: () => latest.current.view,
      bounds: () => latest.current.period,
      set_view: (next) => latest.current.set_view(next),
      point: (at) => (pointer.value = at),
      choose: (at) => {
        const found = latest.current.stretches[index_at(latest.current.stretches, at)];
        if (!found) return;
        cursor.value = Math.max(found.from, Math.min(at, found.to));
        latest.current.explain(cursor.value);
      },
    });
  }, []);

  const go = (i: number) => {
    const to = stretches[Math.max(0, Math.min(stretches.length - 1, i))];
    if (!to) return;
    cursor.value = (to.from + to.to) / 2;
    set_view(reveal(view, to, period));
  };
  const on_key = (event: KeyboardEvent) => {
    const center = cursor.value ?? (view.from + view.to) / 2;
    const at = selected < 0 ? index_at(stretches, Math.min(center, now.value)) : selected;
    const actions: Record<string, () => void> = {
      ArrowLeft: () =>
        event.shiftKey
          ? set_view(pan(view, -length(view) / 4, period))
          : go(at < 0 ? stretches.length - 1 : at - 1),
      ArrowRight: () =>
        event.shiftKey ? set_view(pan(view, length(view) / 4, period)) : go(at + 1),
      Home: () => go(0),
      End: () => go(stretches.length - 1),
      '+': () => set_view(zoom(view, center, kZoomStep, period)),
      '=': () => set_view(zoom(view, center, kZoomStep, period)),
      '-': () => set_view(zoom(view, center, 1 / kZoomStep, period)),
      '0': () => set_view(period),
      '[': () => props.step(-1),
      ']': () => props.step(1),
      Enter: () => {
        if (cursor.value !== null) explain(cursor.value);
      },
      ' ': () => {
        if (cursor.value !== null) explain(cursor.value);
      },
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (!action) return;
    event.preventDefault();
    pointer.value = null;
    action();
  };

  return (
    <div class="timeline">
      <canvas
        ref={canvas}
        class="timeline-canvas"
        tabIndex={0}
        role="application"
        height={kHeight}
        aria-roledescription="activity timeline"
        aria-label="Activities over time. Arrow keys go from one to the next, Enter says why, plus and minus zoom. The same is in the table below."
        aria-describedby="timeline-readout"
        onKeyDown={on_key}
      />
      <div class="timeline-foot">
        <Readout stretches={stretches} at={pointed} />
        <div class="timeline-zoom" role="group" aria-label="Zoom">
          <button
            type="button"
            class="plain square"
            aria-label="Zoom out"
            onClick={() => set_view(zoom(view, (view.from + view.to) / 2, 1 / kZoomStep, period))}
          >
            <Icon of="minus" />
          </button>
          <span class="num zoom-length">{duration(length(view))}</span>
          <button
            type="button"
            class="plain square"
            aria-label="Zoom in"
            onClick={() =>
              set_view(zoom(view, cursor.value ?? (view.from + view.to) / 2, kZoomStep, period))
            }
          >
            <Icon of="plus" />
          </button>
          <button
            type="button"
            class="plain square"
            aria-label="Whole period"
            onClick={() => set_view(period)}
          >
            <Icon of="fit" />
          </button>
        </div>
      </div>
    </div>
  );
}

function Readout({ stretches, at }: { stretches: readonly Stretch[]; at: number | null }) {
  const stretch = at === null ? undefined : stretches[index_at(stretches, at)];
  return (
    <div class="readout num" id="timeline-readout" aria-live="polite">
      {at === null && (
        <span class="hint">
          Click an activity to see why. Wheel, pinch or + and − zoom, drag moves.
        </span>
      )}
      {at !== null && !stretch && (
        <span>{clock_seconds(at)} · nothing is told about this time</span>
      )}
      {stretch && (
        <>
          <StateChip state={stretch.activity.state} bucket={stretch.activity.bucket} />
          <span>
            <b>{fine(stretch)(stretch.from)}</b> – <b>{fine(stretch)(stretch.to)}</b>
          </span>
          <span>{duration(stretch.to - stretch.from)}</span>
          <span class="readout-cycle">
            {stretch.activity.executing
              ? 'executing'
              : stretch.activity.in_cycle
                ? 'held inside the cycle'
                : 'not in cycle'}
          </span>
          {is_doubtful(stretch.activity.placed) && (
            <span class="doubt">placed {kPlacedWords[stretch.activity.placed]}</span>
          )}
        </>
      )}
    </div>
  );
}

const fine = (stretch: Span) => (length(stretch) < 10_000 ? clock_fine : clock_seconds);

/** Redraws in the next frame whenever anything that is drawn has changed. */
function useCanvas(
  canvas: { current: HTMLCanvasElement | null },
  width: number,
  paint: (context: CanvasRenderingContext2D, palette: Palette) => void,
): void {
  const palette = useRef<Palette | null>(null);
  const turn = useSignal(0);
  void turn.value;
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const print = matchMedia('print');
    const again = () => {
      palette.current = null;
      turn.value++;
    };
    dark.addEventListener('change', again);
    print.addEventListener('change', again);
    return () => {
      dark.removeEventListener('change', again);
      print.removeEventListener('change', again);
    };
  }, []);
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      const context = canvas.current?.getContext('2d');
      if (!context || !canvas.current || width === 0) return;
      const density = devicePixelRatio || 1;
      if (canvas.current.width !== Math.round(width * density)) {
        canvas.current.width = Math.round(width * density);
        canvas.current.height = Math.round(kHeight * density);
        palette.current = null;
      }
      context.setTransform(density, 0, 0, density, 0, 0);
      palette.current ??= read_palette(context, density);
      paint(context, palette.current);
    });
    return () => cancelAnimationFrame(frame);
  });
}
