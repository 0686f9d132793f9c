import { useSignal } from '@preact/signals';
import { as_problem, get, type Problem } from '../api';
import { now } from '../clock';
import { moment_of } from '../format';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import type { Version } from './types';
import type { Workbench } from './workbench';

/** Every version that was ever in force: when, by whom, and the notice that went before it. */
export function Versions({ bench }: { bench: Workbench }) {
  const { data, problem, reload } = useLoad<{ versions: Version[] }>('/policy/versions');
  const failed = useSignal<Problem | null>(null);
  const take = async (number: number) => {
    try {
      const { source } = await get<{ source: string }>(`/policy/versions/${number}`);
      bench.put(source, `Version ${number} took the place of your changes.`);
      bench.go_to(1);
      failed.value = null;
    } catch (error) {
      failed.value = as_problem(error);
    }
  };
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (!data) return <Skeleton lines={3} />;
  const newest_first = [...data.versions].sort((a, b) => b.number - a.number);
  return (
    <>
      {failed.value && <ProblemNote problem={failed.value} />}
      <ol class="versions">
        {newest_first.map((version, i) => (
          <li key={version.number}>
            <p>
              <b>Version {version.number}</b>
              {i === 0 && <span class="in-force">in force</span>} {version.title || version.name},
              dated {version.date}
            </p>
            <p class="hint">
              Activated {moment_of(version.activated, now.value)} by {version.by || 'the program'}
            </p>
            {version.notice && (
              <details>
                <summary>
                  Notice of {moment_of(version.notice.given, now.value)} by {version.notice.by}
                </summary>
                <blockquote>{version.notice.text}</blockquote>
                <p class="hint">
                  {version.notice.reaches_earlier_items
                    ? 'It reached those whose data were held already.'
                    : 'Data held already keep the stricter of both versions.'}
                </p>
              </details>
            )}
            <p class="version-hash">
              <code title={version.hash}>{version.hash.slice(0, 16)}…</code>
              {i > 0 && (
                <button type="button" class="link" onClick={() => void take(version.number)}>
                  Put into the editor
                </button>
              )}
            </p>
          </li>
        ))}
      </ol>
    </>
  );
}
