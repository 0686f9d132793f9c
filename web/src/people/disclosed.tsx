import { useSignal } from '@preact/signals';
import { post } from '../api';
import { day_of } from '../format';
import { Confirm } from '../ui/confirm';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { counted } from './id';
import { usePages } from '../pages_of';
import type { Disclosed } from './types';

/** Who got what of one person, and the way to call it back. */
export function WentOut({
  path,
  own,
  may_recall,
  called_back,
}: {
  path: string;
  own: boolean;
  may_recall: boolean;
  called_back: () => void;
}) {
  const { items, problem, more, reload } = usePages<Disclosed>(`${path}/disclosures`, {
    onward: 'from',
  });
  const asking = useSignal(false);
  return (
    <div class="went-out">
      <h3>Who got what {own ? 'about you' : 'about this person'}</h3>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!items && !problem && <Skeleton lines={2} />}
      {items && items.length === 0 && <p class="nothing">Nothing went to anybody.</p>}
      {items && items.length > 0 && (
        <>
          <Ledger lines={items} />
          {more && (
            <button type="button" class="more" onClick={more}>
              Later ones
            </button>
          )}
          {may_recall && (
            <button type="button" onClick={() => (asking.value = true)}>
              Call it back…
            </button>
          )}
        </>
      )}
      {asking.value && items && (
        <CallBack
          path={path}
          own={own}
          recipients={[...new Set(items.map((d) => d.recipient))]}
          close={() => (asking.value = false)}
          done={(recipients) => {
            asking.value = false;
            say(`${counted(recipients, 'recipient')} to be told to give it back.`);
            called_back();
          }}
        />
      )}
    </div>
  );
}

function Ledger({ lines }: { lines: Disclosed[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Who got what">
      <table class="dense">
        <thead>
          <tr>
            <th>Recipient</th>
            <th>What</th>
            <th class="right">When</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((d) => (
            <tr key={`${d.entry} ${d.package}`}>
              <td>
                {d.recipient}
                <small>{d.party}</small>
              </td>
              <td>
                <b>{d.kind}</b>: {d.fields.join(', ')}
                {d.stripped > 0 && ` (+${d.stripped} kept back)`}
                <small>
                  for {d.purpose}, {d.contract ? `contract ${d.contract}, ` : ''}clause{' '}
                  {d.clauses.join(', ')}
                </small>
              </td>
              <td class="right num">{day_of(d.at)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CallBack({
  path,
  own,
  recipients,
  close,
  done,
}: {
  path: string;
  own: boolean;
  recipients: string[];
  close: () => void;
  done: (recipients: number) => void;
}) {
  const run = async () => {
    done((await post<{ recipients: number }>(`${path}/recall`)).recipients);
  };
  return (
    <Confirm
      title={own ? 'Call back what is about you?' : 'Call it back?'}
      does="Call it back"
      leave="Not now"
      run={run}
      close={close}
    >
      {recipients.join(', ')}: each gets a notice to give back or remove what they got. It stays on
      record that they got it, until {own ? 'you are' : 'the person is'} erased.
    </Confirm>
  );
}
