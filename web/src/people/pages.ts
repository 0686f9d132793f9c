// A listing that comes page by page, each going on where the one before said.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { as_problem, get, query, type Problem } from '../api';

interface NumberedPage<T> {
  items: T[];
  next: number | null;
}
export interface Pages<T> {
  items: T[] | null;
  problem: Problem | null;
  /** Fetches what follows; nothing at the end. */
  more: (() => void) | null;
  reload: () => void;
}

/** `onward` is the parameter that takes what a page says as next; another `mark` asks anew. */
export function usePages<T>(
  path: string,
  onward: 'from' | 'after' | 'before',
  limit = 50,
  mark = 0,
): Pages<T> {
  const [items, set_items] = useState<T[] | null>(null);
  const [next, set_next] = useState<number | null>(null);
  const [problem, set_problem] = useState<Problem | null>(null);
  const [turn, set_turn] = useState(0);
  const load = async (start?: number, signal?: AbortSignal) => {
    try {
      const asked = `${path}?${query({ [onward]: start, limit })}`;
      const page = await get<NumberedPage<T>>(asked, signal);
      set_items((before) => [...(start === undefined ? [] : (before ?? [])), ...page.items]);
      set_next(page.next);
      set_problem(null);
    } catch (error) {
      if (!signal?.aborted) set_problem(as_problem(error));
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    void load(undefined, abort.signal);
    return () => abort.abort();
  }, [path, turn, mark]);
  return {
    items,
    problem,
    more: next === null ? null : () => void load(next),
    reload: useCallback(() => set_turn((n) => n + 1), []),
  };
}
