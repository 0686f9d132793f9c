import { useSignal } from '@preact/signals';
import { as_problem, request, type Problem } from '../api';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { MachineChoice } from './machine-choice';
import type { Names } from './names';
import type { Program } from './types';

/** Another name, folder or machine. */
export function ChangeProgram({
  path,
  program,
  names,
  close,
  done,
}: {
  path: string;
  program: Program;
  names: Names;
  close: () => void;
  done: () => void;
}) {
  const form = useSignal({
    name: program.name,
    folder: program.folder,
    machine: program.machine ?? '',
  });
  const problem = useSignal<Problem | null>(null);
  const field = problem.value?.body.field;
  const change = async (event: Event) => {
    event.preventDefault();
    const { name, folder, machine } = form.value;
    try {
      await request<Program>('PATCH', path, {
        body: { name: name.trim(), folder: folder.trim(), machine: machine || null },
      });
      say('It is changed here; nothing changes on any control.');
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  return (
    <Dialog title="Rename or move" close={close}>
      <form onSubmit={(event) => void change(event)}>
        {problem.value && field !== 'name' && field !== 'folder' && (
          <ProblemNote problem={problem.value} />
        )}
        <Field label="Name" error={field === 'name' ? problem.value?.message : undefined}>
          {(a) => (
            <input
              {...a}
              required
              maxLength={200}
              spellcheck={false}
              value={form.value.name}
              onInput={(e) => (form.value = { ...form.value, name: e.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="Folder" error={field === 'folder' ? problem.value?.message : undefined}>
          {(a) => (
            <input
              {...a}
              maxLength={200}
              value={form.value.folder}
              onInput={(e) => (form.value = { ...form.value, folder: e.currentTarget.value })}
            />
          )}
        </Field>
        <Field label="For machine">
          {(a) => (
            <MachineChoice
              {...a}
              names={names}
              none="All machines"
              machine={form.value.machine}
              choose={(machine) => (form.value = { ...form.value, machine })}
            />
          )}
        </Field>
        <FormFoot close={close} />
      </form>
    </Dialog>
  );
}
