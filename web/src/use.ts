// Small hooks that several pages share.
import { useSignal, type Signal } from '@preact/signals';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { as_problem, get, type Problem } from './api';

export interface Loaded<T> {
  data: T | null;
  problem: Problem | null;
  reload: () => void;
  set: (data: T) => void;
}

/** Loads `path` and again whenever it changes; what was there stays until the new one has come. */
export function useLoad<T>(path: string | null): Loaded<T> {
  const [data, set_data] = useState<T | null>(null);
  const [problem, set_problem] = useState<Problem | null>(null);
  const [turn, set_turn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    get<T>(path, abort.signal).then(
      (got) => {
        set_data(got);
        set_problem(null);
      },
      (error: unknown) => {
        if (!abort.signal.aborted) set_problem(as_problem(error));
      },
    );
    return () => abort.abort();
  }, [path, turn]);
  return { data, problem, reload: useCallback(() => set_turn((n) => n + 1), []), set: set_data };
}

/** Calls `ask` whenever one of `changes` is another than before; not at first, when all is new. */
export function useAgain(changes: readonly unknown[], ask: () => void): void {
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else ask();
  }, changes);
}

/** The element's width in CSS pixels, followed as it changes. */
export function useWidth(element: { current: HTMLElement | null }): Signal<number> {
  const width = useSignal(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) width.value = Math.floor(entry.contentRect.width);
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return width;
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Heed` : 'Heed';
  }, [title]);
}
