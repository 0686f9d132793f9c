// Why a machine stood in a period: the longest times first, each with its reason or a way to give
// one.
import { useSignal } from '@preact/signals';
import { query } from '../api';
import { duration, whole } from '../format';
import { to_rfc3339 } from '../time';
import type { Span } from '../timeline/view';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useAgain, useLoad } from '../use';
import { own_zone } from './clock';
import './oee.css';
import { StopList } from './stops';
import { useTagging } from './tagging';
import type { Oee, Reasons } from './types';
import { stood_of } from './waterfall';

const kFirst = 5;
/** A week and an hour of it twice; of more there are too many to be read. */
const kLongest = 7 * 86_400_000 + 3_600_000;

export function Stands(props: {
  base: string;
  period: Span;
  /** Changes when the period has to be asked for anew. */
  turn: string;
  explain: (at: number) => void;
}) {
  const { from, to } = props.period;
  if (to - from <= kLongest) return <Stood {...props} />;
  return <p class="hint">Why it stood is listed for a week or less.</p>;
}

function Stood({ base, period, turn, explain }: Parameters<typeof Stands>[0]) {
  const range = query({ from: to_rfc3339(period.from), to: to_rfc3339(period.to) });
  const { data, problem, reload } = useLoad<Oee>(`${base}/oee?${range}`);
  const reasons = useLoad<Reasons>(`${base.replace(/\/machines\/.*/, '')}/reasons`);
  useAgain([turn], reload);
  const all = useSignal(false);
  const { list, dialog } = useTagging({
    base,
    zone: own_zone(),
    oee: data,
    reasons: reasons.data,
    explain,
    done: reload,
  });
  const stops = data ? stood_of(data) : [];
  const shown = all.value ? stops : stops.slice(0, kFirst);
  const stood = stops.reduce((sum, { from, to }) => sum + to - from, 0);
  return (
    <>
      <h3>
        Why did it stand?{' '}
        {data && stops.length > 0 && (
          <span class="hint num">
            {duration(stood)} in {whole(stops.length)} {stops.length === 1 ? 'stop' : 'stops'},{' '}
            {duration(1000 * data.unexplained)} unexplained
          </span>
        )}
      </h3>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {reasons.problem && <ProblemNote problem={reasons.problem} retry={reasons.reload} />}
      {!data && !problem && <Skeleton lines={5} />}
      {data && stops.length === 0 && (
        <p class="nothing">
          It did not stand in planned time, but for micro-stops below{' '}
          {duration(1000 * data.micro_stop_seconds)}.
        </p>
      )}
      {data && <StopList oee={data} stops={shown} {...list} />}
      {stops.length > shown.length && (
        <button type="button" class="link" onClick={() => (all.value = true)}>
          Show all {whole(stops.length)}
        </button>
      )}
      {dialog}
    </>
  );
}
