// The stretch of time on screen, and the ways to move it. Pure arithmetic on milliseconds.

export interface Span {
  from: number;
  to: number;
}

/** Finer than this nothing that a machine reports can be told apart on screen. */
export const kShortest = 1000;

export const length = (span: Span) => span.to - span.from;

export function clamp(view: Span, bounds: Span): Span {
  const size = Math.min(Math.max(length(view), kShortest), length(bounds));
  const from = Math.min(Math.max(view.from, bounds.from), bounds.to - size);
  return { from, to: from + size };
}

/** Zooms by `factor` (below 1 is closer) so that the instant `at` stays where it is on screen. */
export function zoom(view: Span, at: number, factor: number, bounds: Span): Span {
  const size = Math.min(Math.max(length(view) * factor, kShortest), length(bounds));
  const share = (at - view.from) / length(view);
  const from = at - share * size;
  return clamp({ from, to: from + size }, bounds);
}

export function pan(view: Span, by: number, bounds: Span): Span {
  return clamp({ from: view.from + by, to: view.to + by }, bounds);
}

/** The view moved just so far that `span` is seen, and widened or narrowed so that it is seen well. */
export function reveal(view: Span, span: Span, bounds: Span): Span {
  const margin = length(view) * 0.05;
  if (span.from >= view.from && span.to <= view.to) return view;
  if (length(span) > length(view))
    return clamp({ from: span.from - margin, to: span.from - margin + length(view) }, bounds);
  return span.from < view.from
    ? clamp({ from: span.from - margin, to: span.from - margin + length(view) }, bounds)
    : clamp({ from: span.to + margin - length(view), to: span.to + margin }, bounds);
}

export const x_of = (t: number, view: Span, width: number) =>
  ((t - view.from) / length(view)) * width;
export const t_of = (x: number, view: Span, width: number) =>
  view.from + (x / width) * length(view);
