// Wheel, pinch, drag and keys, turned into moves of the view.
import { length, pan, t_of, zoom, type Span } from './view';

export interface Surface {
  element: HTMLElement;
  width: () => number;
  view: () => Span;
  bounds: () => Span;
  set_view: (view: Span) => void;
  point: (at: number | null) => void;
  choose: (at: number) => void;
}

const kDragStart = 4; // px: less is a click
const kWheelUnit = 0.0018;

/** Returns what takes all listeners away again. */
export function gestures(surface: Surface): () => void {
  const { element } = surface;
  const pointers = new Map<number, number>();
  const abort = new AbortController();
  const on = <K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (event: HTMLElementEventMap[K]) => void,
    passive = true,
  ) => element.addEventListener(type, listener, { signal: abort.signal, passive });
  let moved = 0;

  const x_in = (event: MouseEvent) => event.clientX - element.getBoundingClientRect().left;
  const t_at = (x: number) => t_of(x, surface.view(), surface.width());

  on(
    'wheel',
    (event) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
      // A wheel over the page scrolls the page; over a timeline in use it zooms.
      if (!sideways && !event.ctrlKey && !event.metaKey && document.activeElement !== element)
        return;
      event.preventDefault();
      if (sideways) {
        const by = (event.deltaX || event.deltaY) * (length(surface.view()) / surface.width());
        surface.set_view(pan(surface.view(), by, surface.bounds()));
      } else {
        const factor = Math.exp(event.deltaY * kWheelUnit * (event.ctrlKey ? 4 : 1));
        surface.set_view(zoom(surface.view(), t_at(x_in(event)), factor, surface.bounds()));
      }
    },
    false,
  );

  on('pointerdown', (event) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, x_in(event));
    if (pointers.size === 1) moved = 0;
  });

  on('pointermove', (event) => {
    const x = x_in(event);
    const before = pointers.get(event.pointerId);
    if (before === undefined) return surface.point(t_at(x));
    moved += Math.abs(x - before);
    if (pointers.size === 1 && moved < kDragStart) return;
    if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, x);
    if (other === undefined) {
      const by = (before - x) * (length(surface.view()) / surface.width());
      surface.set_view(pan(surface.view(), by, surface.bounds()));
    } else {
      const factor = Math.max(8, Math.abs(before - other)) / Math.max(8, Math.abs(x - other));
      surface.set_view(zoom(surface.view(), t_at((x + other) / 2), factor, surface.bounds()));
      moved = kDragStart;
    }
  });

  const release = (event: PointerEvent) => {
    const was_down = pointers.delete(event.pointerId);
    if (was_down && event.type === 'pointerup' && pointers.size === 0 && moved < kDragStart)
      surface.choose(t_at(x_in(event)));
  };
  on('pointerup', release);
  on('pointercancel', release);
  on('pointerleave', (event) => {
    if (pointers.size === 0) surface.point(null);
    pointers.delete(event.pointerId);
  });
  on('dblclick', (event) =>
    surface.set_view(zoom(surface.view(), t_at(x_in(event)), 0.25, surface.bounds())),
  );
  return () => abort.abort();
}
