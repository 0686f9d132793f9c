import { useSignal } from '@preact/signals';
import { day_of } from '../format';
import type { Session } from '../types';
import { Age } from '../ui/age';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { WentOut } from './disclosed';
import { Erase } from './erase';
import { counted } from './id';
import { KeptReceipt, ShownReceipt } from './receipt';
import { Records } from './records';
import type { Receipt, Subject } from './types';

/** What is held about one person, and its erasure. */
export function Person({
  organization,
  id,
  session,
  erased,
  called_back,
}: {
  organization: string;
  id: string;
  session: Session;
  erased: () => void;
  called_back: () => void;
}) {
  const path = `/organizations/${organization}/subjects/${id}`;
  const { data, problem, reload } = useLoad<Subject>(path);
  const erasing = useSignal(false);
  const receipt = useSignal<Receipt | null>(null);
  const own = session.person.id === id;
  const owner = session.organizations.some((o) => o.id === organization && o.role === 'owner');
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (!data) return <Skeleton lines={3} />;
  return (
    <div class="person" aria-live="polite">
      <h3>
        <Words subject={data} own={own} /> <Age at={data.at} prefix="told " suffix=" ago" />
      </h3>
      {data.items.length > 0 && <Held data={data} path={path} />}
      {data.state !== 'erased' && data.holds.length > 0 && (
        <ul class="plain-list">
          {data.holds.map((h) => (
            <li key={h.id}>
              Held back{h.kind ? ` (${h.kind})` : ''} until {day_of(h.until)}: <b>{h.reason}</b>
            </li>
          ))}
        </ul>
      )}
      {data.state !== 'erased' && (
        <WentOut path={path} own={own} may_recall={own || owner} called_back={called_back} />
      )}
      {data.erasure !== null && <KeptReceipt organization={organization} number={data.erasure} />}
      {data.erasure === null && receipt.value && (
        <ShownReceipt organization={organization} receipt={receipt.value} />
      )}
      {data.state === 'held' && (own || owner) && (
        <button type="button" class="danger" onClick={() => (erasing.value = true)}>
          Erase…
        </button>
      )}
      {data.state === 'held' && !own && !owner && (
        <p class="hint">An owner of the organization can have somebody else erased.</p>
      )}
      {erasing.value && (
        <Erase
          path={path}
          subject={data}
          own={own}
          close={() => (erasing.value = false)}
          done={(made) => {
            erasing.value = false;
            receipt.value = made;
            reload();
            erased();
          }}
        />
      )}
    </div>
  );
}

function Words({ subject, own }: { subject: Subject; own: boolean }) {
  const records = subject.items.reduce((sum, h) => sum + h.items, 0);
  const whom = own ? 'you' : 'this person';
  switch (subject.state) {
    case 'nothing':
      return <>Nothing is held about {whom}.</>;
    case 'erased':
      return <>{own ? 'You were' : 'This person was'} erased.</>;
    case 'gone':
      return (
        <>
          {own ? 'You have' : 'This person has'} gone and may come back with the code that was
          given. Until then nobody reads anything of {own ? 'yours' : 'theirs'}.
        </>
      );
    case 'restricted':
      return (
        <>
          Waits to be erased: a hold keeps {counted(records, 'record')}, which nobody may use but
          for what the law asks.
        </>
      );
    default:
      return (
        <>
          {counted(records, 'record')} of {counted(subject.items.length, 'kind')} about {whom}.
        </>
      );
  }
}

function Held({ data, path }: { data: Subject; path: string }) {
  const open = useSignal<string | null>(null);
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="What is held">
        <table class="dense">
          <thead>
            <tr>
              <th>Kind</th>
              <th class="right">Records</th>
              <th class="right">Shared</th>
              <th class="right">Oldest</th>
              <th class="right">Gone by</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((h) => (
              <tr key={h.kind}>
                <td>
                  <button
                    type="button"
                    class="link"
                    aria-pressed={open.value === h.kind}
                    onClick={() => (open.value = open.value === h.kind ? null : h.kind)}
                  >
                    {h.kind}
                  </button>
                </td>
                <td class="right num">{h.items}</td>
                <td class="right num">{h.shared}</td>
                <td class="right num">
                  <Age at={h.oldest} />
                </td>
                <td class="right num">{day_of(h.until)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {open.value && <Records path={path} kind={open.value} key={open.value} />}
    </>
  );
}
