import { useEffect, useState } from 'preact/hooks';
import { as_problem, get, query, type Problem } from '../api';
import { day_of } from '../format';
import type { Page } from '../types';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import type { HeldRecord } from './types';

/** Which records these are, page by page; what stands in them is not needed to erase them. */
export function Records({ path, kind }: { path: string; kind: string }) {
  const [items, set_items] = useState<HeldRecord[] | null>(null);
  const [next, set_next] = useState<string | null>(null);
  const [problem, set_problem] = useState<Problem | null>(null);
  const more = async (after?: string, signal?: AbortSignal) => {
    try {
      const page = await get<Page<HeldRecord>>(
        `${path}/records?${query({ kind, after, limit: 50 })}`,
        signal,
      );
      set_items((before) => [...(after ? (before ?? []) : []), ...page.items]);
      set_next(page.next);
      set_problem(null);
    } catch (error) {
      if (!signal?.aborted) set_problem(as_problem(error));
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    void more(undefined, abort.signal);
    return () => abort.abort();
  }, [path, kind]);
  return (
    <div class="records">
      <h3>Records of kind {kind}</h3>
      {problem && <ProblemNote problem={problem} />}
      {!items && !problem && <Skeleton lines={2} />}
      {items && items.length === 0 && <p class="nothing">None that may be shown.</p>}
      {items && items.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Records of kind ${kind}`}>
          <table class="dense">
            <thead>
              <tr>
                <th>Id</th>
                <th>Came through</th>
                <th class="right">Stored</th>
                <th class="right">Kept until</th>
              </tr>
            </thead>
            <tbody>
              {items.map((r) => (
                <tr key={r.id}>
                  <td>
                    <code>{r.id}</code>
                  </td>
                  <td>{r.source}</td>
                  <td class="right num">{day_of(r.stored)}</td>
                  <td class="right num">{day_of(r.deadline)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next && (
        <button type="button" onClick={() => void more(next)}>
          More
        </button>
      )}
    </div>
  );
}
