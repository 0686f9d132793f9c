import { useSignal } from '@preact/signals';
import { as_problem, post, request, type Problem } from '../api';
import { now } from '../clock';
import { day_of, moment_of } from '../format';
import { machine_path, navigate, program_path, programs_path } from '../router';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad, useTitle } from '../use';
import { ChangeProgram } from './change';
import { Compare } from './compare';
import { Ledger } from './ledger';
import { useNames } from './names';
import { Revisions } from './revisions';
import { SendDialog } from './send';
import type { Program, Removal } from './types';
import { Understood } from './understood';
import { Upload } from './upload';
import { bytes, short_hash } from './words';

export function OneProgram({ organization, id }: { organization: string; id: string }) {
  const path = `/organizations/${organization}/programs/${encodeURIComponent(id)}`;
  const { data: program, problem, reload } = useLoad<Program>(path);
  const names = useNames(organization);
  const shown = useSignal(0);
  const compared = useSignal<[number, number] | null>(null);
  const open = useSignal<'send' | 'upload' | 'change' | 'remove' | null>(null);
  // Counted up by whatever the ledger may have a line of.
  const deeds = useSignal(0);
  const close = () => (open.value = null);
  const done = () => {
    close();
    deeds.value++;
    reload();
  };
  useTitle(program?.name ?? 'Program');
  if (problem && !program)
    return (
      <section class="empty">
        <h1 tabIndex={-1}>No such program</h1>
        {problem.status !== 404 && <ProblemNote problem={problem} retry={reload} />}
        <a class="button" href={programs_path(organization)}>
          To the programs
        </a>
      </section>
    );
  if (!program)
    return (
      <section class="narrow">
        <h1 tabIndex={-1} class="visually-hidden">
          Program
        </h1>
        <Skeleton lines={6} />
      </section>
    );
  const number = shown.value || program.current;
  return (
    <section class="narrow programs">
      <div class="crumbs">
        <a href={programs_path(organization)}>
          <Icon of="previous" />
          Programs
        </a>
      </div>
      <h1 tabIndex={-1}>{program.name}</h1>
      <p class="facts">
        {program.folder && <span>{program.folder}</span>}
        <span>
          {program.machine ? (
            <>
              for{' '}
              <a href={machine_path(organization, program.machine)}>
                {names.machine(program.machine)}
              </a>
            </>
          ) : (
            'for all machines'
          )}
        </span>
        {program.current > 0 && (
          <>
            <span>{bytes(program.size)}</span>
            <span>revision {program.current}</span>
            <span title={program.sha256 ?? ''}>
              SHA-256 <code>{short_hash(program.sha256)}</code>
            </span>
            <span>{moment_of(program.changed, now.value)}</span>
          </>
        )}
      </p>
      {program.removed ? (
        <TakeBack path={path} program={program} done={reload} />
      ) : (
        <div class="program-tools">
          <button
            type="button"
            class="primary"
            disabled={!program.current}
            onClick={() => (open.value = 'send')}
          >
            Send to a control…
          </button>
          <button type="button" onClick={() => (open.value = 'upload')}>
            Upload a revision…
          </button>
          {number > 0 && (
            <a class="button" href={`/api/v1${path}/revisions/${number}/content`} download>
              Download
            </a>
          )}
          <button type="button" onClick={() => (open.value = 'change')}>
            Rename or move…
          </button>
          <button type="button" onClick={() => (open.value = 'remove')}>
            Remove…
          </button>
        </div>
      )}
      {number > 0 ? (
        <Understood
          path={path}
          number={number}
          program={program}
          names={names}
          key={`text ${number}`}
        />
      ) : (
        <p class="nothing">It has no text yet. Upload one.</p>
      )}
      <Revisions
        path={path}
        program={program}
        names={names}
        shown={number}
        show={(n) => (shown.value = n)}
        compare={(before, after) => (compared.value = [before, after])}
        restored={reload}
      />
      {compared.value && (
        <Compare
          path={path}
          before={compared.value[0]}
          after={compared.value[1]}
          close={() => (compared.value = null)}
        />
      )}
      <Ledger
        path={`${path}/ledger`}
        organization={organization}
        names={names}
        turn={`${deeds.value} ${program.revisions} ${program.removed}`}
        of="program"
      />
      {open.value === 'send' && (
        <SendDialog
          organization={organization}
          program={program}
          revision={number}
          names={names}
          close={done}
        />
      )}
      {open.value === 'upload' && (
        <Upload
          organization={organization}
          names={names}
          program={program}
          close={close}
          done={() => {
            shown.value = 0;
            done();
          }}
        />
      )}
      {open.value === 'change' && (
        <ChangeProgram path={path} program={program} names={names} close={close} done={done} />
      )}
      {open.value === 'remove' && (
        <Remove organization={organization} path={path} program={program} close={close} />
      )}
    </section>
  );
}

function TakeBack({ path, program, done }: { path: string; program: Program; done: () => void }) {
  const problem = useSignal<Problem | null>(null);
  const take_back = async () => {
    try {
      await post(`${path}/take-back`);
      say(`“${program.name}” is back.`);
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  return (
    <div class="warned">
      <p>
        It was removed {moment_of(program.removed, now.value)}. All its revisions are still there.
      </p>
      {problem.value && <ProblemNote problem={problem.value} />}
      <button type="button" onClick={() => void take_back()}>
        Take it back
      </button>
    </div>
  );
}

function Remove({
  organization,
  path,
  program,
  close,
}: {
  organization: string;
  path: string;
  program: Program;
  close: () => void;
}) {
  const preview = useLoad<Removal>(`${path}/removal`);
  const problem = useSignal<Problem | null>(null);
  const remove = async () => {
    try {
      await request('DELETE', path);
      say(`“${program.name}” was removed.`, {
        word: 'Take it back',
        run: () =>
          void post<Program>(`${path}/take-back`).then(
            () => navigate(program_path(organization, program.id)),
            (error: unknown) => say(as_problem(error).message),
          ),
      });
      navigate(programs_path(organization));
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  return (
    <Dialog title={`Remove “${program.name}”?`} close={close}>
      {preview.data ? (
        <p>
          {preview.data.revisions} {preview.data.revisions === 1 ? 'revision' : 'revisions'},{' '}
          {bytes(preview.data.bytes)}, go out of sight. They can be taken back until{' '}
          {day_of(preview.data.kept_until)}. Nothing changes on any control.
        </p>
      ) : (
        <Skeleton lines={2} />
      )}
      {(problem.value ?? preview.problem) && (
        <ProblemNote problem={(problem.value ?? preview.problem)!} />
      )}
      <div class="actions">
        <button type="button" class="danger" disabled={!preview.data} onClick={() => void remove()}>
          Remove it
        </button>
        <button type="button" onClick={close}>
          Keep it
        </button>
      </div>
    </Dialog>
  );
}
