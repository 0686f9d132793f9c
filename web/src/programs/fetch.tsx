import { useSignal } from '@preact/signals';
import { program_path } from '../router';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { MachineChoice } from './machine-choice';
import type { Names } from './names';
import { Progress } from './progress';
import { useTransfer } from './run';
import type { ListedFile, Transfer } from './types';
import { bytes } from './words';

/** The control's own directory; what is chosen of it becomes a revision here. */
export function FetchDialog({
  organization,
  names,
  machine: chosen,
  close,
}: {
  organization: string;
  names: Names;
  machine: string | null;
  close: () => void;
}) {
  const machine = useSignal(chosen ?? '');
  const listing = useSignal<Transfer['listing'] | null>(null);
  const words = useSignal('');
  const got = useSignal<{ name: string; done: NonNullable<Transfer['fetched']> } | null>(null);
  const listed = useTransfer(organization);
  const fetched = useTransfer(organization);
  const list = async (event: Event) => {
    event.preventDefault();
    listing.value = null;
    got.value = null;
    listing.value = (await listed.begin(machine.value, { kind: 'list' }))?.listing ?? null;
  };
  const fetch_one = async (file: ListedFile) => {
    got.value = null;
    const done = (await fetched.begin(machine.value, { kind: 'fetch', place: file.name }))?.fetched;
    if (done) got.value = { name: file.name, done };
  };
  const files = (listing.value?.files ?? []).filter(
    (f) => !f.directory && f.name.toLowerCase().includes(words.value.toLowerCase()),
  );
  return (
    <Dialog title="Fetch from a control" close={close}>
      <form onSubmit={(event) => void list(event)}>
        <Field label="From">
          {(a) => (
            <MachineChoice
              {...a}
              required
              names={names}
              none="Choose a machine"
              machine={machine.value}
              choose={(chosen) => {
                machine.value = chosen;
                listing.value = null;
              }}
            />
          )}
        </Field>
        <div class="actions">
          <button type="submit" class={listing.value ? '' : 'primary'} disabled={listed.busy}>
            List its files
          </button>
        </div>
      </form>
      <Progress transfer={listed} />
      {listing.value && (
        <>
          <Field label="Find">
            {(a) => (
              <input
                {...a}
                type="search"
                value={words.value}
                onInput={(event) => (words.value = event.currentTarget.value)}
              />
            )}
          </Field>
          {listing.value.cut && <p class="hint">There are more files than are shown.</p>}
          {listing.value.unread > 0 && (
            <p class="hint">{listing.value.unread} lines of the listing were not understood.</p>
          )}
          <Progress transfer={fetched} />
          {got.value && (
            <p role="status">
              {got.value.name}:{' '}
              {got.value.done.kept.stored
                ? `kept as revision ${got.value.done.kept.revision.number}. `
                : `the same bytes as revision ${got.value.done.kept.revision.number}; nothing new was stored. `}
              <a href={program_path(organization, got.value.done.program)}>Open it</a>
            </p>
          )}
          {files.length === 0 ? (
            <p class="nothing">No file here.</p>
          ) : (
            <div class="scroll file-list" tabIndex={0} role="region" aria-label="Files">
              <table class="dense">
                <tbody>
                  {files.slice(0, 500).map((f) => (
                    <tr key={f.name}>
                      <td>{f.name}</td>
                      <td class="right num">{f.size === null ? '–' : bytes(f.size)}</td>
                      <td class="right num nowrap">{f.changed ?? ''}</td>
                      <td class="right">
                        {f.usable ? (
                          <button
                            type="button"
                            class="link"
                            disabled={fetched.busy}
                            onClick={() => void fetch_one(f)}
                          >
                            Fetch
                          </button>
                        ) : (
                          <span class="hint">a name that cannot be asked for</span>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          {files.length > 500 && <p class="hint">The first 500 are shown: find by name.</p>}
        </>
      )}
    </Dialog>
  );
}
