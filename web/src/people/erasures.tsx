import { useEffect } from 'preact/hooks';
import { day_of } from '../format';
import { Age } from '../ui/age';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { counted } from './id';
import { usePages } from '../pages_of';
import type { Erasure } from './types';

/** Who was erased stands nowhere: when, on which request, and the receipt that proves it. */
export function Erasures({ organization, turn }: { organization: string; turn: number }) {
  const path = `/organizations/${organization}/erasures`;
  const { items, problem, more, reload } = usePages<Erasure>(path, { onward: 'before', limit: 20 });
  useEffect(() => {
    if (turn > 0) reload();
  }, [turn]);
  return (
    <section class="section" aria-labelledby="erasures-title">
      <div class="section-head">
        <h2 id="erasures-title">Erasures</h2>
      </div>
      <p class="hint">
        Each with a signed receipt that anybody can check without this server. Nothing here says who
        it was.
      </p>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!items && !problem && <Skeleton lines={2} />}
      {items && items.length === 0 && <p class="nothing">Nobody was erased yet.</p>}
      {items && items.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Erasures">
          <table class="dense">
            <thead>
              <tr>
                <th>For</th>
                <th>Erased</th>
                <th class="right">Records</th>
                <th>
                  <span class="visually-hidden">Receipt</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((e) => (
                <tr key={e.number}>
                  <td>
                    {e.reason}
                    {e.recalls > 0 && (
                      <small>called back from {counted(e.recalls, 'recipient')}</small>
                    )}
                  </td>
                  <td>
                    <Age at={e.at} suffix=" ago" />
                    <small>
                      {e.physical
                        ? 'gone from every file'
                        : `in files until ${day_of(e.physical_by)}`}
                    </small>
                  </td>
                  <td class="right num">{e.removed}</td>
                  <td class="right">
                    <a
                      href={e.receipt}
                      download={`erasure-${e.number}.jsonl`}
                      aria-label={`Download receipt ${e.number}`}
                    >
                      Receipt {e.number}
                    </a>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <button type="button" class="more" onClick={more}>
          Earlier ones
        </button>
      )}
    </section>
  );
}
