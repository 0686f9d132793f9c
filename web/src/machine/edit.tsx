import { useSignal } from '@preact/signals';
import { as_problem, request, type Problem } from '../api';
import { shop } from '../shop';
import type { Card } from '../types';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { ProblemNote } from '../ui/problem';

export function EditMachine({
  base,
  card,
  close,
}: {
  base: string;
  card: Card;
  close: () => void;
}) {
  const name = useSignal(card.name);
  const location = useSignal(card.location ?? '');
  const problem = useSignal<Problem | null>(null);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      const body = { name: name.value.trim(), location: location.value.trim() };
      shop.peek()?.put(await request<Card>('PATCH', base, { body }));
      close();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  return (
    <Dialog title="Name and place" close={close}>
      <form onSubmit={(event) => void save(event)}>
        {problem.value && !problem.value.body.field && <ProblemNote problem={problem.value} />}
        <Field label="Name" error={wrong('name')}>
          {(a) => (
            <input
              {...a}
              required
              value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Place" error={wrong('location')}>
          {(a) => (
            <input
              {...a}
              value={location.value}
              onInput={(event) => (location.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <FormFoot close={close} />
      </form>
    </Dialog>
  );
}
