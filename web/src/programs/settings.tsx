import { useSignal } from '@preact/signals';
import { as_problem, request, type Problem } from '../api';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import type { TransferSettings } from './types';

const kNone: TransferSettings = {
  protocol: 'ftp',
  host: '',
  port: null,
  user: '',
  password: '',
  key: '',
  directory: '',
  passive: true,
  host_key: '',
};

/** How a control's file service is reached. */
export function SettingsDialog({
  path,
  settings,
  close,
  saved,
}: {
  path: string;
  settings: TransferSettings | null;
  close: () => void;
  saved: () => void;
}) {
  const form = useSignal<TransferSettings>({ ...kNone, ...settings });
  const problem = useSignal<Problem | null>(null);
  const set = (changes: Partial<TransferSettings>) => (form.value = { ...form.value, ...changes });
  const field = problem.value?.body.field;
  const wrong = (name: string) => (field === name ? problem.value?.message : undefined);
  const known = ['host', 'port', 'user', 'password', 'key', 'directory', 'host_key'];
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await request('PUT', path, { body: form.value });
      say('Saved. List the control’s files to see whether it lets Heed in.');
      saved();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const forget = async () => {
    try {
      await request('DELETE', path);
      say('Forgotten, password and all.');
      saved();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const text = (
    name: 'host' | 'user' | 'password' | 'directory' | 'host_key',
    more: Record<string, unknown> = {},
  ) => ({
    autocomplete: 'off',
    spellcheck: false,
    value: form.value[name] ?? '',
    onInput: (event: { currentTarget: HTMLInputElement }) =>
      set({ [name]: event.currentTarget.value }),
    ...more,
  });
  const sftp = form.value.protocol === 'sftp';
  return (
    <Dialog title="How its files are reached" close={close}>
      <form onSubmit={(event) => void save(event)}>
        {problem.value && !known.includes(field ?? '') && <ProblemNote problem={problem.value} />}
        <Field
          label="Protocol"
          hint={
            sftp
              ? 'Encrypted, over SSH.'
              : 'In the clear: whoever is on the same network can read programs and password.'
          }
        >
          {(a) => (
            <select
              {...a}
              value={form.value.protocol}
              onChange={(event) =>
                set({ protocol: event.currentTarget.value === 'sftp' ? 'sftp' : 'ftp', port: null })
              }
            >
              <option value="ftp">FTP</option>
              <option value="sftp">SFTP</option>
            </select>
          )}
        </Field>
        <Field label="Host" hint="Empty: where the machine itself is." error={wrong('host')}>
          {(a) => <input {...a} {...text('host')} />}
        </Field>
        <Field label="Port" hint={`Empty: ${sftp ? 22 : 21}.`} error={wrong('port')}>
          {(a) => (
            <input
              {...a}
              type="number"
              min={1}
              max={65535}
              value={form.value.port ?? ''}
              onInput={(event) => set({ port: event.currentTarget.valueAsNumber || null })}
            />
          )}
        </Field>
        <Field label="User" error={wrong('user')}>
          {(a) => <input {...a} {...text('user', { required: sftp })} />}
        </Field>
        <Field
          label={sftp ? 'Password, or the key’s' : 'Password'}
          hint="Stored sealed and never shown again."
          error={wrong('password')}
        >
          {(a) => (
            <input
              {...a}
              {...text('password', { type: 'password', autocomplete: 'new-password' })}
            />
          )}
        </Field>
        {sftp && (
          <Field label="Private key" hint="In PEM; instead of a password." error={wrong('key')}>
            {(a) => (
              <textarea
                {...a}
                rows={3}
                spellcheck={false}
                value={form.value.key ?? ''}
                onInput={(event) => set({ key: event.currentTarget.value })}
              />
            )}
          </Field>
        )}
        <Field
          label="Directory"
          hint="Empty: where the login leads. Heed reads and writes in this one alone."
          error={wrong('directory')}
        >
          {(a) => <input {...a} {...text('directory')} />}
        </Field>
        {sftp ? (
          <Field
            label="Host key"
            hint="Taken at the first connection; another one is refused from then on. Empty it after the control was changed."
            error={wrong('host_key')}
          >
            {(a) => <input {...a} {...text('host_key')} />}
          </Field>
        ) : (
          <label class="check">
            <input
              type="checkbox"
              checked={form.value.passive}
              onChange={(event) => set({ passive: event.currentTarget.checked })}
            />
            Passive (untick it if the control lets you in and then falls silent)
          </label>
        )}
        <FormFoot close={close}>
          {settings && (
            <button type="button" class="link" onClick={() => void forget()}>
              Forget them
            </button>
          )}
        </FormFoot>
      </form>
    </Dialog>
  );
}
