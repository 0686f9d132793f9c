import { useSignal } from '@preact/signals';
import { query } from '../api';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { Diff } from './diff';
import type { ProgramDiff } from './types';

/** Two revisions against each other. */
export function Compare({
  path,
  before,
  after,
  close,
}: {
  path: string;
  before: number;
  after: number;
  close: () => void;
}) {
  const side = useSignal(matchMedia('(min-width: 900px)').matches);
  const numbers = useSignal(false);
  const space = useSignal(false);
  const { data, problem, reload } = useLoad<ProgramDiff>(
    `${path}/diff?${query({ before, after, ignore_numbers: String(numbers.value), ignore_space: String(space.value) })}`,
  );
  const box = (label: string, signal: { value: boolean }) => (
    <label class="check">
      <input
        type="checkbox"
        checked={signal.value}
        onChange={(event) => (signal.value = event.currentTarget.checked)}
      />
      {label}
    </label>
  );
  return (
    <section class="section" aria-labelledby="compare-title">
      <div class="section-head">
        <h2 id="compare-title">
          Revision {before} → {after}
        </h2>
        <button type="button" class="link" onClick={close}>
          Close
        </button>
      </div>
      <div class="program-tools">
        {box('Side by side', side)}
        {box('Block numbers do not count', numbers)}
        {box('Blanks do not count', space)}
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={4} />}
      {data && <Diff diff={data} side={side.value} />}
    </section>
  );
}
