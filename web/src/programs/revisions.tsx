import { as_problem, post } from '../api';
import { now } from '../clock';
import { moment_of } from '../format';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { usePages } from '../pages_of';
import type { Names } from './names';
import type { KeptRevision, Program, Revision } from './types';
import { bytes, short_hash, whence } from './words';

/** Every text that there ever was: look at it, compare it, have it back. */
export function Revisions({
  path,
  program,
  names,
  shown,
  show,
  compare,
  restored,
}: {
  path: string;
  program: Program;
  names: Names;
  shown: number;
  show: (number: number) => void;
  compare: (before: number, after: number) => void;
  restored: () => void;
}) {
  const pages = usePages<Revision>(`${path}/revisions`, {
    onward: 'before',
    mark: program.revisions,
  });
  const restore = async (number: number) => {
    try {
      const kept = await post<KeptRevision>(`${path}/revisions/${number}/restore`);
      say(`Revision ${number} is the current text again, as revision ${kept.revision.number}.`);
      restored();
      pages.reload();
    } catch (error) {
      say(as_problem(error).message);
    }
  };
  return (
    <section class="section" aria-labelledby="revisions-title">
      <div class="section-head">
        <h2 id="revisions-title">Revisions</h2>
      </div>
      {pages.problem && <ProblemNote problem={pages.problem} retry={pages.reload} />}
      {!pages.items && !pages.problem && <Skeleton lines={3} />}
      {pages.items?.length === 0 && <p class="nothing">None yet.</p>}
      {pages.items && pages.items.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Revisions">
          <table class="dense">
            <thead>
              <tr>
                <th>Revision</th>
                <th>From where</th>
                <th>Who</th>
                <th class="right">Size</th>
                <th>SHA-256</th>
                <th class="right">When</th>
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {pages.items.map((r) => (
                <tr key={r.number} aria-current={r.number === shown ? 'true' : undefined}>
                  <td>
                    <button
                      type="button"
                      class="link"
                      aria-pressed={r.number === shown}
                      onClick={() => show(r.number)}
                    >
                      {r.number}
                      {r.number === program.current && ' (current)'}
                    </button>
                  </td>
                  <td>
                    {whence(r, names.machine(r.machine))}
                    {r.comment && <small>{r.comment}</small>}
                  </td>
                  <td>{names.person(r.who)}</td>
                  <td class="right num">{bytes(r.size)}</td>
                  <td>
                    <code title={r.sha256}>{short_hash(r.sha256)}</code>
                  </td>
                  <td class="right num nowrap">{moment_of(r.at, now.value)}</td>
                  <td class="right nowrap">
                    {r.number !== program.current ? (
                      <>
                        <button
                          type="button"
                          class="link"
                          onClick={() => compare(r.number, program.current)}
                        >
                          Compare with current
                        </button>{' '}
                        {!program.removed && (
                          <button type="button" class="link" onClick={() => void restore(r.number)}>
                            Restore
                          </button>
                        )}
                      </>
                    ) : (
                      r.number > 1 && (
                        <button
                          type="button"
                          class="link"
                          onClick={() => compare(r.number - 1, r.number)}
                        >
                          Compare with {r.number - 1}
                        </button>
                      )
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {pages.more && (
        <button type="button" class="more" onClick={pages.more}>
          Earlier ones
        </button>
      )}
    </section>
  );
}
