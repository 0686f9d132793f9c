import { useSignal } from '@preact/signals';
import { as_problem, type Problem } from '../api';
import { now } from '../clock';
import { moment_of, whole } from '../format';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import type { Check, Notice, Policy } from './types';
import { grouped, many, weakened_promises } from './verdict';
import type { Workbench } from './workbench';

const kTold = 5;

/** What will change, the notice if one is due, then the step itself. */
export function Activate({ bench, close }: { bench: Workbench; close: () => void }) {
  const { data, problem, reload } = useLoad<{ notices: Notice[] }>('/policy/notices');
  // What was looked at is what is activated: the dialog keeps the answer it was opened with.
  const check = useSignal(bench.check.peek()).value;
  const policy = useSignal(bench.in_force.peek()).value;
  if (!check?.hash || !policy) return null;
  const given = data?.notices.filter((n) => n.hash === check.hash) ?? [];
  const waits = check.needs_notice && given.length === 0;
  return (
    <Dialog title={waits ? 'Give the notice' : 'Activate the policy'} close={close}>
      <WhatChanges check={check} />
      {check.needs_notice && problem && <ProblemNote problem={problem} retry={reload} />}
      {check.needs_notice && !data && !problem && <Skeleton lines={2} />}
      {data && waits && <GiveNotice bench={bench} given={reload} close={close} />}
      {(!check.needs_notice || given.length > 0) && (
        <Step
          bench={bench}
          policy={policy}
          weakens={check.needs_notice}
          notice={given.at(-1) ?? null}
          close={close}
        />
      )}
    </Dialog>
  );
}

function WhatChanges({ check }: { check: Check }) {
  const comparison = check.comparison;
  if (!comparison) return null;
  const widened = grouped(comparison.cells, true);
  const looser = comparison.duties.filter((d) => d.change === 'widened' || d.change === 'both');
  return (
    <div class="what-changes">
      <p>
        <b>{whole(comparison.widened)}</b> newly allowed, <b>{whole(comparison.narrowed)}</b> newly
        refused, {many(comparison.duties.length, 'duty changed', 'duties changed')}.
      </p>
      <ul class="widened">
        {widened.slice(0, kTold).map((group, i) => (
          <li key={i}>{group.first.sentence}</li>
        ))}
        {looser.slice(0, kTold).map((duty) => (
          <li key={duty.what}>{duty.sentence}</li>
        ))}
      </ul>
      {widened.length > kTold && (
        <p class="hint">and {many(widened.length - kTold, 'more', 'more')} under Changes.</p>
      )}
    </div>
  );
}

function GiveNotice({
  bench,
  given,
  close,
}: {
  bench: Workbench;
  given: () => void;
  close: () => void;
}) {
  const text = useSignal('');
  const reaches = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const give = async (event: Event) => {
    event.preventDefault();
    try {
      await bench.give_notice(text.value.trim(), reaches.value);
      say('The notice is on record. The policy can be activated now.');
      given();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const comparison = bench.check.peek()?.comparison;
  const promises = comparison ? weakened_promises(comparison) : 0;
  return (
    <form onSubmit={(event) => void give(event)}>
      <p>
        This text weakens {many(promises, 'promise')}. People must be told before it takes effect.
        What you write here goes on record with the text that it announces; a later change of the
        text needs its own.
      </p>
      {problem.value && <ProblemNote problem={problem.value} />}
      <Field label="What people are told" hint="In plain words: what changes, and from when.">
        {(a) => (
          <textarea
            {...a}
            class="notice-text"
            rows={5}
            required
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={reaches.value}
          onChange={(event) => (reaches.value = event.currentTarget.checked)}
        />
        <span>
          It reaches those whose data are held already, too.{' '}
          <span class="hint">
            Their data then stand under the new text. Otherwise they keep the stricter of both.
          </span>
        </span>
      </label>
      <div class="actions">
        <button type="submit" class="primary" disabled={text.value.trim() === ''}>
          Give the notice
        </button>
        <button type="button" onClick={close}>
          Not now
        </button>
      </div>
    </form>
  );
}

function Step({
  bench,
  policy,
  weakens,
  notice,
  close,
}: {
  bench: Workbench;
  policy: Policy;
  weakens: boolean;
  notice: Notice | null;
  close: () => void;
}) {
  const typed = useSignal('');
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const ready = !weakens || typed.value.trim() === policy.name;
  const activate = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    try {
      await bench.activate(notice?.id ?? null);
      say('The policy is in force. Its page shows the new date.');
      close();
    } catch (error) {
      problem.value = as_problem(error);
      busy.value = false;
    }
  };
  return (
    <form onSubmit={(event) => void activate(event)}>
      {notice && (
        <div class="given">
          <p class="hint">
            Notice given {moment_of(notice.given, now.value)} by {notice.by}
          </p>
          <blockquote>{notice.text}</blockquote>
        </div>
      )}
      <p>
        From then on every request is decided by the new text, at once and without a restart. The
        version in force now is kept and can be put back.
      </p>
      {problem.value && <ProblemNote problem={problem.value} />}
      {weakens && (
        <Field label={`Type “${policy.name}” to activate a weaker promise`}>
          {(a) => (
            <input
              {...a}
              autocomplete="off"
              value={typed.value}
              onInput={(event) => (typed.value = event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <div class="actions">
        <button
          type="submit"
          class={weakens ? 'danger' : 'primary'}
          disabled={!ready || busy.value}
        >
          Activate
        </button>
        <button type="button" onClick={close}>
          Not now
        </button>
      </div>
    </form>
  );
}
