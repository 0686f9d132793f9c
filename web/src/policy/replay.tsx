import { useSignal } from '@preact/signals';
import { as_problem, post, type Problem } from '../api';
import { whole } from '../format';
import { ProblemNote } from '../ui/problem';
import { short } from './facts';
import type { Replayed } from './types';
import { many } from './verdict';
import type { Workbench } from './workbench';

const kDays = [1, 7, 30, 90] as const;
const kShown = 50;

/** What was really asked in the last days, decided by the text under work. */
export function Replay({ bench }: { bench: Workbench }) {
  const days = useSignal<number>(30);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const answer = useSignal<{ text: string; days: number; organizations: Replayed[] } | null>(null);
  const compiles = bench.check.value?.hash != null && bench.current.value;
  const run = async () => {
    busy.value = true;
    problem.value = null;
    const asked = { text: bench.text.peek(), days: days.peek() };
    try {
      const { organizations } = await post<{ organizations: Replayed[] }>('/policy/replay', asked);
      answer.value = { ...asked, organizations };
    } catch (error) {
      problem.value = as_problem(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <p>
        Decides again what was really asked, by the text under work, and tells who would newly get
        something or be refused. Nothing is changed.
      </p>
      <div class="replay-form">
        <label>
          <span>Of the last</span>
          <select
            value={days.value}
            onChange={(event) => (days.value = Number(event.currentTarget.value))}
          >
            {kDays.map((n) => (
              <option key={n} value={n}>
                {many(n, 'day')}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={busy.value || !compiles} onClick={() => void run()}>
          {busy.value ? 'Deciding again…' : 'Decide again'}
        </button>
      </div>
      {problem.value && <ProblemNote problem={problem.value} />}
      {answer.value && answer.value.text !== bench.text.value && (
        <p class="doubt-note">The text has changed since: decide again.</p>
      )}
      {answer.value?.organizations.map((o) => (
        <Organization key={o.id} of={o} />
      ))}
      {answer.value?.organizations.length === 0 && (
        <p class="nothing">No organization has asked anything yet.</p>
      )}
    </>
  );
}

function Organization({ of }: { of: Replayed }) {
  const quiet = of.newly_allowed + of.newly_refused === 0;
  return (
    <section class="changes">
      <h3>{of.name}</h3>
      <p>
        {many(of.decisions, 'decision')}:{' '}
        {quiet ? (
          'all would be decided as they were.'
        ) : (
          <>
            <b>{whole(of.newly_allowed)}</b> would newly pass, <b>{whole(of.newly_refused)}</b>{' '}
            would newly be refused.
          </>
        )}
      </p>
      {!quiet && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Changes for ${of.name}`}>
          <table class="dense">
            <thead>
              <tr>
                <th>Would</th>
                <th>What, for what, to whom</th>
                <th>Clause</th>
                <th class="right">Times</th>
              </tr>
            </thead>
            <tbody>
              {of.changes.slice(0, kShown).map((change, i) => (
                <tr key={i}>
                  <td>{change.allowed ? 'newly pass' : 'be refused'}</td>
                  <td>
                    <code>{change.logged.category}</code> for <code>{change.logged.purpose}</code>{' '}
                    to <code>{change.logged.party}</code>
                    {change.logged.holds.length > 0 &&
                      `, when ${change.logged.holds.map(short).join(', ')}`}
                    <span class="hint"> {change.logged.day}</span>
                  </td>
                  <td class="num">
                    {change.logged.clause} → {change.clause}
                  </td>
                  <td class="right num">{whole(change.logged.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
