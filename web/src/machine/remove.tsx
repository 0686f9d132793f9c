import { useSignal } from '@preact/signals';
import { as_problem, post, query, request, type Problem } from '../api';
import { floor_path, navigate } from '../router';
import { shop } from '../shop';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';

/** Removing shows what goes, needs the name typed, and can be taken back. */
export function RemoveMachine({
  organization,
  base,
  name,
  close,
}: {
  organization: string;
  base: string;
  name: string;
  close: () => void;
}) {
  const typed = useSignal('');
  const problem = useSignal<Problem | null>(null);
  const restore = async () => {
    try {
      await post(`${base}/restore`);
      await shop.peek()?.load();
      say(`${name} is back.`);
    } catch (error) {
      say(`${name} could not be brought back: ${as_problem(error).message}`, {
        word: 'Try again',
        run: () => void restore(),
      });
    }
  };
  const remove = async (event: Event) => {
    event.preventDefault();
    try {
      await request('DELETE', `${base}?${query({ confirm: typed.value.trim() })}`);
      navigate(floor_path(organization));
      say(`${name} was removed. Its data stays until its deadline.`, {
        word: 'Undo',
        run: () => void restore(),
      });
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  return (
    <Dialog title={`Remove ${name}?`} close={close}>
      <form onSubmit={(event) => void remove(event)}>
        <p>
          Heed stops collecting from it and takes it off the floor. What it has said so far is kept
          until its deadline, and the machine can be restored until then.
        </p>
        {problem.value && <ProblemNote problem={problem.value} />}
        <Field label={`Type “${name}” to remove it`}>
          {(a) => (
            <input
              {...a}
              autocomplete="off"
              value={typed.value}
              onInput={(event) => (typed.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <FormFoot
          does="Remove"
          leave="Keep it"
          danger
          disabled={typed.value.trim() !== name}
          close={close}
        />
      </form>
    </Dialog>
  );
}
