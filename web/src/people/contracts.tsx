import { useSignal } from '@preact/signals';
import { post } from '../api';
import { now } from '../clock';
import { day_of } from '../format';
import { parse_time } from '../time';
import { Confirm } from '../ui/confirm';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { counted } from './id';
import type { Contract, Recall } from './types';

const kDay = 86_400_000;
/** From so many days before its end on, a contract is shown to end soon. */
const kSoon = 30;

/** What binds recipients, until when, and what each has still to give back. */
export function Contracts({
  organization,
  owner,
  recalls,
  changed,
}: {
  organization: string;
  owner: boolean;
  recalls: Recall[] | null;
  changed: () => void;
}) {
  const path = `/organizations/${organization}/contracts`;
  const { data, problem, reload } = useLoad<{ items: Contract[] }>(path);
  const ending = useSignal<Contract | null>(null);
  return (
    <section class="section" aria-labelledby="contracts-title">
      <div class="section-head">
        <h2 id="contracts-title">Contracts</h2>
      </div>
      <p class="hint">
        A recipient gets what their contract lists, while it is in force, sealed to their key. It
        ends by itself.
      </p>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={2} />}
      {data && data.items.length === 0 && (
        <p class="nothing">
          No contract. A program places one with <code>POST …/contracts</code>.
        </p>
      )}
      {data && data.items.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Contracts">
          <table class="dense">
            <thead>
              <tr>
                <th>Contract</th>
                <th>Ends</th>
                <th>Owes</th>
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((c) => (
                <tr key={c.id} class={c.state === 'ended' ? 'is-over' : ''}>
                  <td>
                    <b>{c.id}</b>
                    <small>
                      {c.recipient} ({c.party}) may have{' '}
                      {c.tasks.map((t) => `${t.kind}: ${t.fields.join(', ')}`).join('; ')}
                    </small>
                  </td>
                  <td class="day">
                    {day_of(c.stopped ?? c.ends)}
                    <small>{state_of(c)}</small>
                  </td>
                  <td>{owed(c, recalls)}</td>
                  <td class="right">
                    {owner && c.state !== 'ended' && (
                      <button
                        type="button"
                        class="link"
                        aria-label={`End contract ${c.id}`}
                        onClick={() => (ending.value = c)}
                      >
                        End
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {ending.value && (
        <End
          path={path}
          contract={ending.value}
          close={() => (ending.value = null)}
          done={() => {
            ending.value = null;
            reload();
            changed();
          }}
        />
      )}
    </section>
  );
}

function state_of({ state, ends, confidential }: Contract): string {
  if (state === 'agreed') return 'not begun';
  if (state === 'ended') return 'ended';
  if (!confidential) return 'lets nothing out: not confidential';
  const days = Math.ceil(((parse_time(ends) ?? 0) - now.value) / kDay);
  return days <= kSoon ? `in force, ${counted(days, 'day')} left` : 'in force';
}

/** What its recipient was called on to give back and has not confirmed. */
function owed(contract: Contract, recalls: Recall[] | null): string {
  if (!recalls) return '';
  if (recalls.some((r) => r.contract === contract.id)) return 'all it got';
  if (contract.state === 'ended') return 'nothing';
  // A notice names packages, and they are told once: with what is in force.
  const packages = recalls
    .filter((r) => r.recipient === contract.recipient)
    .reduce((sum, r) => sum + r.packages.length, 0);
  return packages === 0 ? 'nothing' : counted(packages, 'package');
}

function End({
  path,
  contract,
  close,
  done,
}: {
  path: string;
  contract: Contract;
  close: () => void;
  done: () => void;
}) {
  const run = async () => {
    await post(`${path}/${encodeURIComponent(contract.id)}/end`);
    say(`Contract “${contract.id}” has ended.`);
    done();
  };
  return (
    <Confirm
      title={`End “${contract.id}”?`}
      does="End it"
      leave="Leave it"
      danger
      run={run}
      close={close}
    >
      Nothing more goes to {contract.recipient} under it, from now on and for good, and they are
      called on to give back what they got. To go on, place a new contract.
    </Confirm>
  );
}
