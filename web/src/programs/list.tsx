import { useSignal } from '@preact/signals';
import { as_problem, post } from '../api';
import { now } from '../clock';
import { moment_of } from '../format';
import { usePages } from '../pages_of';
import { program_path, replace_query, url } from '../router';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { SaveCsv } from '../ui/save-csv';
import { Skeleton } from '../ui/skeleton';
import { programs_csv } from './csv';
import { FetchDialog } from './fetch';
import { MachineChoice } from './machine-choice';
import { useNames, type Names } from './names';
import type { Program } from './types';
import { Upload } from './upload';
import { bytes } from './words';

export function List({ organization }: { organization: string }) {
  const path = `/organizations/${organization}/programs`;
  const names = useNames(organization);
  const at = url.value.searchParams;
  const words = at.get('words') ?? '';
  const machine = at.get('machine') ?? '';
  const removed = at.get('removed') === 'true';
  const programs = usePages<Program>(path, {
    onward: 'cursor',
    limit: 100,
    query: {
      words: words || undefined,
      machine: machine || undefined,
      removed: removed ? 'true' : undefined,
    },
  });
  const uploading = useSignal(false);
  const fetching = useSignal(false);
  const take_back = async (program: Program) => {
    try {
      await post(`${path}/${program.id}/take-back`);
      say(`“${program.name}” is back.`);
      programs.reload();
    } catch (error) {
      say(as_problem(error).message);
    }
  };
  return (
    <section class="narrow programs">
      <h1 tabIndex={-1}>Programs</h1>
      <div class="program-tools">
        <div class="field">
          <label for="program-words">Find</label>
          <input
            id="program-words"
            type="search"
            placeholder="A part of the name or folder"
            value={words}
            onInput={(event) => replace_query({ words: event.currentTarget.value || null })}
          />
        </div>
        <div class="field">
          <label for="program-machine">For machine</label>
          <MachineChoice
            id="program-machine"
            names={names}
            none="All machines"
            machine={machine}
            choose={(chosen) => replace_query({ machine: chosen || null })}
          />
        </div>
        <button type="button" class="primary" onClick={() => (uploading.value = true)}>
          Upload…
        </button>
        <button type="button" onClick={() => (fetching.value = true)}>
          Fetch from a control…
        </button>
        {programs.items && programs.items.length > 0 && (
          <SaveCsv name="programs" text={() => programs_csv(programs.items ?? [], names)} />
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={removed}
            onChange={(event) =>
              replace_query({ removed: event.currentTarget.checked ? 'true' : null })
            }
          />
          Removed ones
        </label>
      </div>
      {programs.problem && <ProblemNote problem={programs.problem} retry={programs.reload} />}
      {!programs.items && !programs.problem && <Skeleton lines={5} />}
      {programs.items?.length === 0 && (
        <p class="nothing">
          {words || machine || removed
            ? 'No program fits.'
            : 'No program yet. Upload one, or fetch one from a control: from then on every text of it is kept.'}
        </p>
      )}
      {programs.items && programs.items.length > 0 && (
        <Table
          organization={organization}
          programs={programs.items}
          names={names}
          take_back={removed ? (p) => void take_back(p) : null}
        />
      )}
      {programs.more && (
        <button type="button" class="more" onClick={programs.more}>
          More
        </button>
      )}
      {uploading.value && (
        <Upload
          organization={organization}
          names={names}
          close={() => (uploading.value = false)}
          done={() => {
            uploading.value = false;
            programs.reload();
          }}
        />
      )}
      {fetching.value && (
        <FetchDialog
          organization={organization}
          names={names}
          machine={machine || null}
          close={() => {
            fetching.value = false;
            programs.reload();
          }}
        />
      )}
    </section>
  );
}

function Table({
  organization,
  programs,
  names,
  take_back,
}: {
  organization: string;
  programs: Program[];
  names: Names;
  take_back: ((program: Program) => void) | null;
}) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Programs">
      <table class="dense">
        <thead>
          <tr>
            <th>Program</th>
            <th>For</th>
            <th class="right">Size</th>
            <th class="right">Revision</th>
            <th class="right">{take_back ? 'Removed' : 'Changed'}</th>
            {take_back && (
              <th>
                <span class="visually-hidden">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {programs.map((p) => (
            <tr key={p.id}>
              <td>
                <a href={program_path(organization, p.id)}>{p.name}</a>
                {p.folder && <small>{p.folder}</small>}
              </td>
              <td>{names.machine(p.machine) ?? 'all machines'}</td>
              <td class="right num">{p.current ? bytes(p.size) : '–'}</td>
              <td class="right num">{p.current || '–'}</td>
              <td class="right num">{moment_of(take_back ? p.removed : p.changed, now.value)}</td>
              {take_back && (
                <td class="right">
                  <button type="button" class="link" onClick={() => take_back(p)}>
                    Take back
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
