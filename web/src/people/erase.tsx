import { useSignal } from '@preact/signals';
import { as_problem, post, type Problem } from '../api';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { ProblemNote } from '../ui/problem';
import { counted, person_id } from './id';
import type { Receipt, Subject } from './types';

/** Shows what goes, what stays and why; needs the id typed, for it cannot be undone. */
export function Erase({
  path,
  subject,
  own,
  close,
  done,
}: {
  path: string;
  subject: Subject;
  own: boolean;
  close: () => void;
  done: (receipt: Receipt) => void;
}) {
  const typed = useSignal('');
  const reason = useSignal('');
  const password = useSignal('');
  const asked = useSignal(false);
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const erase = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    problem.value = null;
    try {
      const order = {
        reason: reason.value.trim(),
        confirm: person_id(typed.value),
        ...(password.value !== '' && { password: password.value }),
        ...(asked.value && { facts: { asked_for: true } }),
      };
      done(await post<Receipt>(`${path}/erasure`, order));
    } catch (error) {
      problem.value = as_problem(error);
    } finally {
      busy.value = false;
    }
  };
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  return (
    <Dialog title={own ? 'Erase what is about you?' : 'Erase this person?'} close={close}>
      <form onSubmit={(event) => void erase(event)}>
        <p>This goes, for good, with every copy in logs and backups:</p>
        <ul class="plain-list">
          {subject.items.map((h) => (
            <li key={h.kind}>
              <b>{h.kind}</b>: {counted(h.items, 'record')}
              {h.shared > 0 &&
                `; ${h.shared} shared with others ${h.shared === 1 ? 'stays' : 'stay'} there, without what tells of ${own ? 'you' : 'this person'}`}
            </li>
          ))}
        </ul>
        {subject.holds.length > 0 && (
          <p class="doubt-note">
            {subject.holds.length === 1 ? 'A hold stops' : 'Holds stop'} part of it (
            {subject.holds.map((h) => h.reason).join('; ')}). What is held back is locked, and
            erased when the last hold ends.
          </p>
        )}
        {problem.value && !problem.value.body.field && <ProblemNote problem={problem.value} />}
        <Field
          label="Why"
          hint="The request’s number. It stands in the receipt: never a name."
          error={wrong('reason')}
        >
          {(a) => (
            <input
              {...a}
              required
              maxLength={200}
              autocomplete="off"
              value={reason.value}
              onInput={(event) => (reason.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Your password, once more" error={wrong('password')}>
          {(a) => (
            <input
              {...a}
              type="password"
              autocomplete="current-password"
              value={password.value}
              onInput={(event) => (password.value = event.currentTarget.value)}
            />
          )}
        </Field>
        {!own && (
          <label class="check">
            <input
              type="checkbox"
              checked={asked.value}
              onChange={(event) => (asked.value = event.currentTarget.checked)}
            />
            <span>The person asked for exactly this, and the request is on file.</span>
          </label>
        )}
        <Field
          label="Type the person’s id to erase them"
          hint={<code>{subject.subject}</code>}
          error={wrong('confirm')}
        >
          {(a) => (
            <input
              {...a}
              autocomplete="off"
              spellcheck={false}
              value={typed.value}
              onInput={(event) => (typed.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <FormFoot
          does="Erase for good"
          leave="Keep it"
          danger
          disabled={
            busy.value || person_id(typed.value) !== subject.subject || reason.value.trim() === ''
          }
          close={close}
        />
      </form>
    </Dialog>
  );
}
