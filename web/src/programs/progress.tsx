import { ProblemNote } from '../ui/problem';
import type { Running } from './run';
import { bytes } from './words';

/** What a transfer does just now, with its way out; or why it did not work. */
export function Progress({ transfer }: { transfer: Running }) {
  const now = transfer.state.value;
  return (
    <div class="transfer-steps" aria-live="polite">
      {now?.running && (
        <>
          <p>
            {now.doing ?? 'beginning'}…{' '}
            {now.all > 0 && (
              <span class="num">
                {bytes(now.done)} of {bytes(now.all)}
              </span>
            )}
          </p>
          <progress
            {...(now.all > 0 ? { value: now.done, max: now.all } : {})}
            aria-label="Progress"
          />
          <button type="button" onClick={transfer.stop}>
            Stop
          </button>
        </>
      )}
      {transfer.problem.value && <ProblemNote problem={transfer.problem.value} />}
    </div>
  );
}
