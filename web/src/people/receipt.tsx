import { useEffect, useState } from 'preact/hooks';
import { as_problem, get_text, kApi, type Problem } from '../api';
import { date_time, day_of } from '../format';
import { parse_time } from '../time';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { counted, receipt_in } from './id';
import type { Receipt } from './types';

const moment = (text: string) => date_time(parse_time(text) ?? NaN);

/** The receipt of an erasure that has happened, as it can be fetched at any time. */
export function KeptReceipt({ organization, number }: { organization: string; number: number }) {
  const [receipt, set_receipt] = useState<Receipt | null>(null);
  const [problem, set_problem] = useState<Problem | null>(null);
  const path = receipt_path(organization, number);
  useEffect(() => {
    const abort = new AbortController();
    get_text(path, abort.signal).then(
      (lines) => set_receipt(receipt_in<Receipt>(lines)),
      (error: unknown) => {
        if (!abort.signal.aborted) set_problem(as_problem(error));
      },
    );
    return () => abort.abort();
  }, [path]);
  if (problem) return <ProblemNote problem={problem} />;
  return receipt ? <ShownReceipt organization={organization} receipt={receipt} /> : <Skeleton />;
}

const receipt_path = (organization: string, number: number) =>
  `/organizations/${organization}/erasures/${number}/receipt`;

/** The three clocks, what went, what stays and why. */
export function ShownReceipt({
  organization,
  receipt,
}: {
  organization: string;
  receipt: Receipt;
}) {
  const { number, cryptographic, physical, exceptions } = receipt;
  return (
    <div class="receipt">
      <dl class="clocks">
        <Clock word="Found by nobody" at={receipt.logical} />
        <Clock
          word="Readable by nobody"
          at={cryptographic}
          otherwise="not yet: a hold keeps the key"
        />
        <Clock
          word="Gone from every file"
          at={physical}
          otherwise={`by ${moment(receipt.physical_by)} at the latest`}
        />
      </dl>
      <p>
        For “{receipt.reason}”. {receipt.counts.length === 0 && 'There was nothing left to remove.'}
      </p>
      {receipt.counts.length > 0 && (
        <ul class="plain-list">
          {receipt.counts.map((c) => (
            <li key={c.kind}>
              <b>{c.kind}</b>: {counted(c.removed, 'record')} removed
              {c.emptied > 0 && `, ${c.emptied} of others without what told of them`}
              {c.left_to_others > 0 && `, ${c.left_to_others} left to who owns them too`}
            </li>
          ))}
        </ul>
      )}
      {exceptions.length > 0 && (
        <>
          <h3>What stays, and why</h3>
          <ul class="plain-list">
            {exceptions.map((e) => (
              <li key={e.hold}>
                <b>{e.reason}</b> (hold {e.hold}), until {day_of(e.until)}. It is erased then.
              </li>
            ))}
          </ul>
        </>
      )}
      {number > 0 && (
        <p>
          <a
            class="button"
            href={kApi + receipt_path(organization, number)}
            download={`erasure-${number}.jsonl`}
          >
            <Icon of="download" />
            Receipt {number}
          </a>{' '}
          <span class="hint">
            To be given to the person. Anybody can check it without this server, with{' '}
            <code>heed erasure verify</code>.
          </span>
        </p>
      )}
    </div>
  );
}

function Clock({
  word,
  at,
  otherwise = '',
}: {
  word: string;
  at: string | null;
  otherwise?: string;
}) {
  return (
    <div class={at ? 'clock is-past' : 'clock'}>
      <dt>
        <Icon of={at ? 'check' : 'clock'} />
        {word}
      </dt>
      <dd>{at ? `since ${moment(at)}` : otherwise}</dd>
    </div>
  );
}
