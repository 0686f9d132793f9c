import { useEffect } from 'preact/hooks';
import { lasted } from '../format';
import { Age } from '../ui/age';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { counted } from './id';
import type { Retention } from './types';

const kAgain = 30_000;

/** By how much removal is late, by both clocks; asked again every half minute. */
export function Lateness({ organization, turn }: { organization: string; turn: number }) {
  const { data, problem, reload } = useLoad<Retention>(`/organizations/${organization}/retention`);
  useEffect(() => {
    const timer = setInterval(reload, kAgain);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (turn > 0) reload();
  }, [turn]);
  return (
    <section class="section" aria-labelledby="late-title">
      <div class="section-head">
        <h2 id="late-title">Is everything gone that should be?</h2>
        {data && <Age at={data.at} old_after={3 * kAgain} prefix="asked " suffix=" ago" />}
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={2} />}
      {data && (
        <>
          <dl class="lateness">
            <Figure word="Past their end, still there" seconds={data.logical_overdue} />
            <Figure word="Removed, still in a file" seconds={data.physical_overdue} />
          </dl>
          {data.late && (
            <div class="problem" role="alert">
              <strong>Removal is late</strong>
              <p>
                Nobody can read what is past its end. But it is not gone: the server’s log says what
                stops it, mostly a disk that is full or read-only.
              </p>
            </div>
          )}
          <p class="hint">
            {counted(data.erasures, 'person', 'people')} erased so far.{' '}
            {data.remains > 0
              ? `Removed bytes have lain in files for ${lasted(data.remains * 1000)}, within their bound.`
              : 'No removed bytes lie in any file.'}
          </p>
        </>
      )}
    </section>
  );
}

function Figure({ word, seconds }: { word: string; seconds: number }) {
  return (
    <div>
      <dt>{word}</dt>
      <dd>
        <b class="num">{lasted(seconds * 1000)}</b> overdue
      </dd>
    </div>
  );
}
