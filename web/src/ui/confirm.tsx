import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { as_problem, type Problem } from '../api';
import { Dialog } from './dialog';
import { ProblemNote } from './problem';

/** Asks before something is done; what `run` is refused is said where it was asked. */
export function Confirm({
  title,
  does,
  leave,
  danger = false,
  run,
  close,
  children,
}: {
  title: string;
  does: string;
  leave: string;
  danger?: boolean;
  /** Does it, and takes the question away. */
  run: () => Promise<void>;
  close: () => void;
  /** What comes of it. */
  children: ComponentChildren;
}) {
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const go = async () => {
    busy.value = true;
    try {
      await run();
    } catch (error) {
      problem.value = as_problem(error);
      busy.value = false;
    }
  };
  return (
    <Dialog title={title} close={close}>
      <p>{children}</p>
      {problem.value && <ProblemNote problem={problem.value} />}
      <div class="actions">
        <button
          type="button"
          class={danger ? 'danger' : 'primary'}
          disabled={busy.value}
          onClick={() => void go()}
        >
          {does}
        </button>
        <button type="button" onClick={close}>
          {leave}
        </button>
      </div>
    </Dialog>
  );
}
