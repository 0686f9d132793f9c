import { useSignal } from '@preact/signals';
import { as_problem, post, request, type Problem } from '../api';
import { day_of } from '../format';
import { Confirm } from '../ui/confirm';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { person_id } from './id';
import type { Hold } from './types';

/** What stops removal, why and until when; placed and lifted by owners. */
export function Holds({
  organization,
  owner,
  changed,
}: {
  organization: string;
  owner: boolean;
  changed: () => void;
}) {
  const path = `/organizations/${organization}/holds`;
  const { data, problem, reload } = useLoad<{ items: Hold[] }>(path);
  const placing = useSignal(false);
  const lifting = useSignal<Hold | null>(null);
  const over = () => {
    placing.value = false;
    lifting.value = null;
    reload();
    changed();
  };
  return (
    <section class="section" aria-labelledby="holds-title">
      <div class="section-head">
        <h2 id="holds-title">Holds</h2>
        {owner && (
          <button type="button" onClick={() => (placing.value = true)}>
            Place a hold…
          </button>
        )}
      </div>
      <p class="hint">
        Litigation, an order, an audit: a hold stops the removal of data until its day. It never
        makes them readable longer.
      </p>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={2} />}
      {data && data.items.length === 0 && (
        <p class="nothing">No hold: everything goes when it is due.</p>
      )}
      {data && data.items.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Holds">
          <table class="dense">
            <thead>
              <tr>
                <th>Hold</th>
                <th>Why</th>
                <th>What</th>
                <th class="right">Until</th>
                <th class="right">Placed</th>
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((h) => (
                <tr key={h.id}>
                  <td>{h.id}</td>
                  <td>{h.reason}</td>
                  <td>
                    {h.kind ?? 'everything'} {h.subject ? <code>{h.subject}</code> : 'of everybody'}
                  </td>
                  <td class="right num">{day_of(h.until)}</td>
                  <td class="right num">{day_of(h.placed)}</td>
                  <td class="right">
                    {owner && (
                      <button type="button" class="link" onClick={() => (lifting.value = h)}>
                        Lift
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {placing.value && <Place path={path} close={() => (placing.value = false)} done={over} />}
      {lifting.value && (
        <Lift path={path} hold={lifting.value} close={() => (lifting.value = null)} done={over} />
      )}
    </section>
  );
}

function Place({ path, close, done }: { path: string; close: () => void; done: () => void }) {
  const form = useSignal({ id: '', reason: '', until: '', subject: '', kind: '' });
  const problem = useSignal<Problem | null>(null);
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  const place = async (event: Event) => {
    event.preventDefault();
    const { id, reason, until, subject, kind } = form.value;
    try {
      await post<Hold>(path, {
        id: id.trim(),
        reason: reason.trim(),
        // To the end of that day, wherever the reader is.
        until: new Date(`${until}T23:59:59`).toISOString(),
        subject: subject.trim() ? (person_id(subject) ?? subject.trim()) : null,
        kind: kind.trim() || null,
      });
      say(`The hold “${id.trim()}” is in force.`);
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const input = (name: keyof typeof form.value, more: Record<string, unknown> = {}) => ({
    autocomplete: 'off',
    value: form.value[name],
    onInput: (event: { currentTarget: HTMLInputElement }) =>
      (form.value = { ...form.value, [name]: event.currentTarget.value }),
    ...more,
  });
  return (
    <Dialog title="Place a hold" close={close}>
      <form onSubmit={(event) => void place(event)}>
        {problem.value && !problem.value.body.field && <ProblemNote problem={problem.value} />}
        <Field label="Name" hint="A file number, at most 64 characters." error={wrong('id')}>
          {(a) => <input {...a} {...input('id', { required: true, maxLength: 64 })} />}
        </Field>
        <Field label="Why" error={wrong('reason')}>
          {(a) => <input {...a} {...input('reason', { required: true, maxLength: 200 })} />}
        </Field>
        <Field
          label="Until"
          hint="The day when the reason is looked at again."
          error={wrong('until')}
        >
          {(a) => <input {...a} {...input('until', { required: true, type: 'date' })} />}
        </Field>
        <Field label="Person’s id" hint="Empty: what is about everybody." error={wrong('subject')}>
          {(a) => <input {...a} {...input('subject', { spellcheck: false })} />}
        </Field>
        <Field label="Kind" hint="Empty: of every kind." error={wrong('kind')}>
          {(a) => <input {...a} {...input('kind', { spellcheck: false })} />}
        </Field>
        <FormFoot does="Place it" close={close} />
      </form>
    </Dialog>
  );
}

function Lift({
  path,
  hold,
  close,
  done,
}: {
  path: string;
  hold: Hold;
  close: () => void;
  done: () => void;
}) {
  const run = async () => {
    await request('DELETE', `${path}/${encodeURIComponent(hold.id)}`);
    say(`The hold “${hold.id}” was lifted.`);
    done();
  };
  return (
    <Confirm
      title={`Lift “${hold.id}”?`}
      does="Lift it"
      leave="Leave it"
      danger
      run={run}
      close={close}
    >
      {hold.reason}. What this hold alone stopped is removed within minutes: what is past its end,
      and people who wait to be erased. The hold can be placed again; what went does not come back.
    </Confirm>
  );
}
