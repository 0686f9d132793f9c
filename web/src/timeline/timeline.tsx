import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { now } from '../clock';
import { clock_fine, clock_seconds, date_time, duration, moment } from '../format';
import { kLookWords, kPlacedWords, is_doubtful } from '../states';
import { Icon } from '../ui/icon';
import { StateChip } from '../ui/state';
import { useWidth } from '../use';
import { draw, kHeight } from './draw';
import { gestures } from './gestures';
import { beside, cell_at, one_at, parts_of, stretch_at, type Cell, type Layer } from './piece';
import { read_palette, type Palette } from './palette';
import type { TimeStore } from './store';
import { length, pan, reveal, zoom, type Span } from './view';

export interface TimelineProps {
  store: TimeStore;
  /** What is shown at first and again by "0"; the view can be moved as far as `bounds`. */
  period: Span;
  bounds: Span;
  view: Span;
  set_view: (view: Span) => void;
  /** The instant that is being explained, if any. */
  explained: number | null;
  explain: (at: number) => void;
  step: (by: 1 | -1) => void;
}

const kZoomStep = 0.5;

export function Timeline(props: TimelineProps) {
  const { store, period, bounds, view, set_view, explained, explain } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(canvas);
  const pointer = useSignal<number | null>(null);
  const cursor = useSignal<number | null>(null);
  const latest = useRef(props);
  latest.current = props;

  const layers = store.layers_of(view, now.value);
  const pointed = pointer.value ?? cursor.value;
  const chosen = cursor.value ?? explained;
  const selected = chosen === null ? undefined : stretch_at(layers, chosen);
  useEffect(() => store.look(view, width.value), [store, view.from, view.to, width.value]);
  useCanvas(canvas, width.value, (context, palette) =>
    draw(
      context,
      {
        layers,
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
      bounds: () => latest.current.bounds,
      set_view: (next) => latest.current.set_view(next),
      point: (at) => (pointer.value = at),
      choose: (at) => {
        const { store: known, view: seen, bounds: most } = latest.current;
        const there = known.layers_of(seen, now.peek());
        if (stretch_at(there, at)) {
          cursor.value = at;
          latest.current.explain(at);
        } else if (cell_at(there, at)) {
          // Many activities stand there: closer first, then one of them can be meant.
          cursor.value = at;
          latest.current.set_view(zoom(seen, at, kZoomStep ** 3, most));
        }
      },
    });
  }, []);

  const go = (by: 1 | -1 | 'first' | 'last') => {
    const end = Math.min(view.to, now.value);
    const from = chosen ?? (by === 1 ? view.from : end);
    const to =
      by === 'first' || by === 'last'
        ? one_at(layers, by === 'first' ? view.from : end - 1)
        : beside(layers, from, by);
    if (to) {
      cursor.value = (to.from + to.to) / 2;
      set_view(reveal(view, to, bounds));
    } else if (by === 1 || by === -1) {
      // What lies beyond has not been drawn yet: the view goes there, and it is drawn.
      cursor.value = Math.max(bounds.from, Math.min(from + (by * length(view)) / 20, end));
      set_view(pan(view, (by * length(view)) / 4, bounds));
    }
  };
  const on_key = (event: KeyboardEvent) => {
    const center = cursor.value ?? (view.from + view.to) / 2;
    const why = () => {
      if (cursor.value === null) return;
      if (stretch_at(layers, cursor.value)) explain(cursor.value);
      else set_view(zoom(view, cursor.value, kZoomStep ** 3, bounds));
    };
    const move = (by: 1 | -1) =>
      event.shiftKey ? set_view(pan(view, (by * length(view)) / 4, bounds)) : go(by);
    const actions: Record<string, () => void> = {
      ArrowLeft: () => move(-1),
      ArrowRight: () => move(1),
      Home: () => go('first'),
      End: () => go('last'),
      '+': () => set_view(zoom(view, center, kZoomStep, bounds)),
      '=': () => set_view(zoom(view, center, kZoomStep, bounds)),
      '-': () => set_view(zoom(view, center, 1 / kZoomStep, bounds)),
      '0': () => set_view(period),
      '[': () => props.step(-1),
      ']': () => props.step(1),
      Enter: why,
      ' ': why,
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
        <Readout layers={layers} at={pointed} />
        <div class="timeline-zoom" role="group" aria-label="Zoom">
          <button
            type="button"
            class="plain square"
            aria-label="Zoom out"
            onClick={() => set_view(zoom(view, (view.from + view.to) / 2, 1 / kZoomStep, bounds))}
          >
            <Icon of="minus" />
          </button>
          <span class="num zoom-length">{duration(length(view))}</span>
          <button
            type="button"
            class="plain square"
            aria-label="Zoom in"
            onClick={() =>
              set_view(zoom(view, cursor.value ?? (view.from + view.to) / 2, kZoomStep, bounds))
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

function Readout({ layers, at }: { layers: readonly Layer[]; at: number | null }) {
  const stretch = at === null ? undefined : stretch_at(layers, at);
  const cell = at === null || stretch ? undefined : cell_at(layers, at);
  return (
    <div class="readout num" id="timeline-readout" aria-live="polite">
      {at === null && (
        <span class="hint">
          Click an activity to see why. Wheel, pinch or + and − zoom, drag moves.
        </span>
      )}
      {at !== null && !stretch && !cell?.parts.length && (
        <span>{date_time(at)} · nothing is told about this time</span>
      )}
      {cell && cell.parts.length > 0 && <CellWords cell={cell} />}
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

/** What was in a part of the time that is too short to be told apart on screen. */
function CellWords({ cell }: { cell: Cell }) {
  return (
    <>
      <span>
        <b>{date_time(cell.from)}</b> – <b>{moment(cell.to, cell.from)}</b>
      </span>
      {parts_of(cell.parts).map(({ look, ms }) => (
        <span key={look} class={`readout-part look-${look}`}>
          <i class="swatch" aria-hidden="true" />
          {kLookWords[look]} {duration(ms)}
        </span>
      ))}
    </>
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
