import { useSignal } from '@preact/signals';
import { post } from '../api';
import { Age } from '../ui/age';
import { Confirm } from '../ui/confirm';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { counted } from './id';
import type { Pages } from '../pages_of';
import type { Recall } from './types';

const kWhy: Record<Recall['why'], string> = {
  erased: 'a person was erased',
  opted_out: 'a person said no',
  contract_ended: 'the contract ended',
};
const what = (r: Recall) =>
  r.contract ? `all under contract ${r.contract}` : counted(r.packages.length, 'package');

/** What recipients were called on to give back, until they confirm. */
export function Recalls({
  organization,
  owner,
  pages,
}: {
  organization: string;
  owner: boolean;
  pages: Pages<Recall>;
}) {
  const { items, problem, more, reload } = pages;
  const settling = useSignal<Recall | null>(null);
  return (
    <section class="section" aria-labelledby="recalls-title">
      <div class="section-head">
        <h2 id="recalls-title">To be given back</h2>
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!items && !problem && <Skeleton lines={2} />}
      {items && items.length === 0 && (
        <p class="nothing">Nothing: no recipient has anything that must come back.</p>
      )}
      {items && items.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="To be given back">
          <table class="dense">
            <thead>
              <tr>
                <th>Recipient</th>
                <th>What</th>
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((r) => (
                <tr key={r.number}>
                  <td>
                    {r.recipient}
                    <small>{kWhy[r.why]}</small>
                  </td>
                  <td title={r.packages.join(' ')}>
                    {what(r)}
                    <small>
                      called back <Age at={r.at} suffix=" ago" />
                    </small>
                  </td>
                  <td class="right nowrap">
                    {owner && (
                      <button type="button" class="link" onClick={() => (settling.value = r)}>
                        Came back
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <button type="button" class="more" onClick={more}>
          Later ones
        </button>
      )}
      {settling.value && (
        <Settle
          path={`/organizations/${organization}/recalls`}
          recall={settling.value}
          close={() => (settling.value = null)}
          done={() => {
            settling.value = null;
            reload();
          }}
        />
      )}
    </section>
  );
}

function Settle({
  path,
  recall,
  close,
  done,
}: {
  path: string;
  recall: Recall;
  close: () => void;
  done: () => void;
}) {
  const run = async () => {
    await post(`${path}/${recall.number}/settle`);
    say('It is on record that it came back.');
    done();
  };
  return (
    <Confirm
      title="Did it come back?"
      does="They confirmed it"
      leave="Not yet"
      run={run}
      close={close}
    >
      {recall.recipient} has confirmed that {what(recall)} came back or was removed. The notice goes
      from this list; that you said so stays in the journal.
    </Confirm>
  );
}
