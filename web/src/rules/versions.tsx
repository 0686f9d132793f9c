import { useSignal } from '@preact/signals';
import { as_problem, post, query, type Problem } from '../api';
import { date_time } from '../format';
import { session } from '../session';
import { parse_time } from '../time';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { useLoad } from '../use';
import type { RuleKind, RuleVersion } from './types';

/** What was said of a rule and from when on it holds, the newest first; the newest can be undone. */
export function Versions({
  organization,
  rule,
  whose = '',
  words,
  done,
}: {
  organization: string;
  rule: RuleKind;
  whose?: string;
  /** A version in a few words. */
  words: (value: object | null) => string;
  done: () => void;
}) {
  const base = `/organizations/${organization}/rule-versions`;
  const { data, reload } = useLoad<{ items: RuleVersion[] }>(
    `${base}?${query({ rule, whose: whose || undefined })}`,
  );
  const problem = useSignal<Problem | null>(null);
  const undo = async () => {
    problem.value = null;
    try {
      await post(`${base}/undo`, { rule, whose });
      say('The newest change was taken back.');
      reload();
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  if (!data || data.items.length === 0) return null;
  const known = session.value;
  const mine = known.kind === 'in' ? known.session.person.id : '';
  const when = (text: string | null) => {
    const ms = parse_time(text);
    return ms === null ? '' : date_time(ms);
  };
  const newest = data.items.find((version) => version.undone === null);
  return (
    <details class="versions">
      <summary>
        Earlier versions <span class="hint num">{data.items.length}</span>
      </summary>
      {problem.value && <ProblemNote problem={problem.value} />}
      <ul>
        {data.items.map((version) => (
          <li key={version.said} class={version.undone === null ? undefined : 'is-undone'}>
            <b>{words(version.value)}</b>{' '}
            {version.from === null ? 'for all that was' : `from ${when(version.from)} on`}{' '}
            <span class="hint num">
              said {when(version.said)}
              {version.by === mine && ' by you'}
              {version.undone !== null && ` · taken back ${when(version.undone)}`}
            </span>
            {version === newest && (
              <button type="button" class="plain" onClick={() => void undo()}>
                Take it back
              </button>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
