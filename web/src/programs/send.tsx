import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { machine_path } from '../router';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { say } from '../ui/notice';
import { Diff } from './diff';
import { MachineChoice } from './machine-choice';
import type { Names } from './names';
import { Progress } from './progress';
import { useTransfer } from './run';
import type { Preview, Program } from './types';
import { bytes, short_hash } from './words';

/** First a look at what would be written where; then, and only by hand, the writing. */
export function SendDialog({
  organization,
  program,
  revision,
  names,
  close,
}: {
  organization: string;
  program: Program;
  revision: number;
  names: Names;
  close: () => void;
}) {
  const machine = useSignal(program.machine ?? '');
  const place = useSignal(program.name);
  const preview = useSignal<Preview | null>(null);
  const looking = useTransfer(organization);
  const sending = useTransfer(organization);
  const look = async (event: Event) => {
    event.preventDefault();
    preview.value = null;
    const looked = await looking.begin(machine.value, {
      kind: 'preview',
      program: program.id,
      revision,
      place: place.value.trim(),
    });
    preview.value = looked?.preview ?? null;
  };
  const send = async (more: { confirm: string; insist: boolean }) => {
    const there = preview.value?.there;
    const sent = await sending.begin(machine.value, {
      kind: 'send',
      program: program.id,
      revision,
      place: preview.value?.place,
      expected: there?.sha256 ?? null,
      ...more,
    });
    if (!sent?.sent) return;
    const on = names.machine(machine.value);
    say(
      sent.sent.same
        ? `${on} had these very bytes already: nothing was written.`
        : `Revision ${revision} is on ${on} as ${preview.value?.place}, read back and compared.${sent.sent.kept ? ` What was there is kept as revision ${sent.sent.kept}.` : ''}`,
    );
    close();
  };
  // Another file or control than the one that was looked at has not been looked at.
  useEffect(() => void (preview.value = null), [machine.value, place.value]);
  return (
    <Dialog title={`Send revision ${revision} of “${program.name}”`} close={close}>
      <form onSubmit={(event) => void look(event)}>
        <Field
          label="To"
          hint={
            machine.value ? (
              <a href={machine_path(organization, machine.value, 'programs')}>
                How its files are reached
              </a>
            ) : undefined
          }
        >
          {(a) => (
            <MachineChoice
              {...a}
              required
              disabled={looking.busy || sending.busy}
              names={names}
              none="Choose a machine"
              machine={machine.value}
              choose={(chosen) => (machine.value = chosen)}
            />
          )}
        </Field>
        <Field label="Under the name">
          {(a) => (
            <input
              {...a}
              required
              maxLength={200}
              spellcheck={false}
              disabled={looking.busy || sending.busy}
              value={place.value}
              onInput={(event) => (place.value = event.currentTarget.value)}
            />
          )}
        </Field>
        {!preview.value && <FormFoot does="Look first" disabled={looking.busy} close={close} />}
      </form>
      <Progress transfer={looking} />
      {preview.value && (
        <Looked
          preview={preview.value}
          machine={names.machine(machine.value) ?? ''}
          busy={sending.busy}
          send={(more) => void send(more)}
          close={close}
        />
      )}
      <Progress transfer={sending} />
    </Dialog>
  );
}

function Looked({
  preview,
  machine,
  busy,
  send,
  close,
}: {
  preview: Preview;
  machine: string;
  busy: boolean;
  send: (more: { confirm: string; insist: boolean }) => void;
  close: () => void;
}) {
  const confirm = useSignal('');
  const insist = useSignal(false);
  const there = preview.there;
  const same = there !== null && there.sha256 === preview.sha256;
  const dangerous = preview.machine.runs_it !== 'no';
  const ready = (!there || same || confirm.value === preview.place) && (!dangerous || insist.value);
  return (
    <form
      class="preview"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) send({ confirm: confirm.value, insist: insist.value });
      }}
    >
      <dl>
        <dt>Where</dt>
        <dd>
          <code>
            {preview.where.replace(/\/$/, '')}/{preview.place}
          </code>
        </dd>
        <dt>What is sent</dt>
        <dd>
          {bytes(preview.size)}, SHA-256{' '}
          <code title={preview.sha256}>{short_hash(preview.sha256)}</code>
        </dd>
        <dt>What is there</dt>
        <dd>
          {there ? (
            <>
              {bytes(there.size)}, SHA-256{' '}
              <code title={there.sha256}>{short_hash(there.sha256)}</code>
            </>
          ) : (
            'nothing: the name is free'
          )}
        </dd>
        <dt>The machine</dt>
        <dd>
          {preview.machine.running ? 'runs' : 'does not run'}
          {preview.machine.program && ` (${preview.machine.program})`}
        </dd>
      </dl>
      {same && <p>These very bytes are there already: nothing needs to be written.</p>}
      {there && !same && <Diff diff={there.diff} />}
      {dangerous && (
        <div class="warned" role="alert">
          <p>
            {preview.machine.runs_it === 'yes'
              ? `${machine} is running this very program. Written over now, it may go on with other blocks than those it began with.`
              : `${machine} is running and does not say which program.`}
          </p>
          <label class="check">
            <input
              type="checkbox"
              checked={insist.value}
              onChange={(event) => (insist.value = event.currentTarget.checked)}
            />
            I know what I do
          </label>
        </div>
      )}
      {there && !same && (
        <Field
          label={`Write ${preview.place} to write over it`}
          hint="What is there is fetched first and kept as a revision."
        >
          {(a) => (
            <input
              {...a}
              autocomplete="off"
              spellcheck={false}
              value={confirm.value}
              onInput={(event) => (confirm.value = event.currentTarget.value)}
            />
          )}
        </Field>
      )}
      <div class="actions">
        {!same && (
          <button type="submit" class={there ? 'danger' : 'primary'} disabled={!ready || busy}>
            {there ? 'Write over it' : 'Send it'}
          </button>
        )}
        <button type="button" onClick={close}>
          {same ? 'Close' : 'Cancel'}
        </button>
      </div>
    </form>
  );
}
