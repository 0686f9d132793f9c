import { useSignal } from '@preact/signals';
import { as_problem, post, query, request, type Problem } from '../api';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { MachineChoice } from './machine-choice';
import type { Names } from './names';
import type { KeptRevision, Program } from './types';

/** A file as a new program, or on top of the one that is given. */
export function Upload({
  organization,
  names,
  program,
  close,
  done,
}: {
  organization: string;
  names: Names;
  program?: Program;
  close: () => void;
  done: () => void;
}) {
  const file = useSignal<File | null>(null);
  const form = useSignal({ name: '', folder: '', machine: '', comment: '' });
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const path = `/organizations/${organization}/programs`;
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  const set = (changes: Partial<typeof form.value>) => (form.value = { ...form.value, ...changes });
  const send = async (event: Event) => {
    event.preventDefault();
    if (!file.value) return;
    busy.value = true;
    try {
      const { name, folder, machine, comment } = form.value;
      const to =
        program ??
        (await post<Program>(path, {
          name: name.trim(),
          folder: folder.trim(),
          machine: machine || null,
        }));
      const asked = query({
        comment: comment.trim() || undefined,
        expected: program ? program.current : undefined,
      });
      const kept = await request<KeptRevision>('POST', `${path}/${to.id}/revisions?${asked}`, {
        bytes: file.value,
      });
      say(
        kept.stored
          ? `“${to.name}” has revision ${kept.revision.number} now.`
          : `These are the bytes of revision ${kept.revision.number}: nothing new was stored.`,
      );
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
    busy.value = false;
  };
  return (
    <Dialog
      title={program ? `New revision of “${program.name}”` : 'Upload a program'}
      close={close}
    >
      <form onSubmit={(event) => void send(event)}>
        {problem.value &&
          !['name', 'folder', 'comment', 'content'].includes(problem.value.body.field ?? '') && (
            <ProblemNote problem={problem.value} />
          )}
        <Field label="File" hint="At most 64 MiB, kept to the byte." error={wrong('content')}>
          {(a) => (
            <input
              {...a}
              type="file"
              required
              onChange={(event) => {
                file.value = event.currentTarget.files?.[0] ?? null;
                if (file.value && !form.value.name) set({ name: file.value.name });
              }}
            />
          )}
        </Field>
        {!program && (
          <>
            <Field
              label="Name"
              hint="As the file shall be called on the control: O1234, FLANGE.H"
              error={wrong('name')}
            >
              {(a) => (
                <input
                  {...a}
                  required
                  maxLength={200}
                  spellcheck={false}
                  autocomplete="off"
                  value={form.value.name}
                  onInput={(event) => set({ name: event.currentTarget.value })}
                />
              )}
            </Field>
            <Field
              label="Folder"
              hint="A location, a part. May stay empty."
              error={wrong('folder')}
            >
              {(a) => (
                <input
                  {...a}
                  maxLength={200}
                  autocomplete="off"
                  value={form.value.folder}
                  onInput={(event) => set({ folder: event.currentTarget.value })}
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
                  choose={(machine) => set({ machine })}
                />
              )}
            </Field>
          </>
        )}
        <Field label="Comment" hint="What changed. May stay empty." error={wrong('comment')}>
          {(a) => (
            <input
              {...a}
              maxLength={500}
              autocomplete="off"
              value={form.value.comment}
              onInput={(event) => set({ comment: event.currentTarget.value })}
            />
          )}
        </Field>
        <FormFoot does="Upload" disabled={busy.value} close={close} />
      </form>
    </Dialog>
  );
}
