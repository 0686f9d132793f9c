// A listing that comes page by page, each going on where the one before said.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { as_problem, get, query, type Problem } from './api';

interface Page<T> {
  items: T[];
  next: string | number | null;
}
export interface Pages<T> {
  items: T[] | null;
  problem: Problem | null;
  /** Fetches what follows; nothing at the end. */
  more: (() => void) | null;
  reload: () => void;
}

interface Asked {
  /** The parameter that takes what a page says as next. */
  onward: 'from' | 'after' | 'before' | 'cursor';
  limit?: number;
  /** What else is asked. Another one waits a moment, as somebody may be typing it. */
  query?: Record<string, string | undefined>;
  /** Another one asks anew. */
  mark?: number;
}

const kTyping = 200;

export function usePages<T>(
  path: string,
  { onward, limit = 50, query: words = {}, mark = 0 }: Asked,
): Pages<T> {
  const [items, set_items] = useState<T[] | null>(null);
  const [next, set_next] = useState<string | number | null>(null);
  const [problem, set_problem] = useState<Problem | null>(null);
  const [turn, set_turn] = useState(0);
  const asked = query(words);
  const load = async (start?: string | number, signal?: AbortSignal) => {
    try {
      const page = await get<Page<T>>(
        `${path}?${query({ ...words, [onward]: start, limit })}`,
        signal,
      );
      set_items((before) => [...(start === undefined ? [] : (before ?? [])), ...page.items]);
      set_next(page.next);
      set_problem(null);
    } catch (error) {
      if (!signal?.aborted) set_problem(as_problem(error));
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    const wait = asked !== '' && items !== null ? kTyping : 0;
    const soon = setTimeout(() => void load(undefined, abort.signal), wait);
    return () => {
      clearTimeout(soon);
      abort.abort();
    };
  }, [path, asked, turn, mark]);
  return {
    items,
    problem,
    more: next === null ? null : () => void load(next),
    reload: useCallback(() => set_turn((n) => n + 1), []),
  };
}
