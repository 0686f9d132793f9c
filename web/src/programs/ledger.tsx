import { useEffect, useState } from 'preact/hooks';
import { as_problem, get, query, type Problem } from '../api';
import { now } from '../clock';
import { moment_of } from '../format';
import { machine_path, program_path } from '../router';
import { ProblemNote } from '../ui/problem';
import { SaveCsv } from '../ui/save-csv';
import { Skeleton } from '../ui/skeleton';
import { ledger_csv } from './csv';
import type { Names } from './names';
import type { LedgerLine } from './types';
import { deed_words, short_hash } from './words';

interface Page {
  items: LedgerLine[];
  next: string | null;
}

/** Who did what when: with one program, or with all that went to and from a machine. */
export function Ledger({
  path,
  organization,
  names,
  turn,
  of,
}: {
  path: string;
  organization: string;
  names: Names;
  turn: string;
  of: 'program' | 'machine';
}) {
  const [lines, set_lines] = useState<LedgerLine[] | null>(null);
  const [next, set_next] = useState<string | null>(null);
  const [problem, set_problem] = useState<Problem | null>(null);
  const load = async (cursor?: string) => {
    try {
      const page = await get<Page>(`${path}?${query({ cursor, limit: 20 })}`);
      set_lines((before) => [...(cursor === undefined ? [] : (before ?? [])), ...page.items]);
      set_next(page.next);
      set_problem(null);
    } catch (error) {
      set_problem(as_problem(error));
    }
  };
  useEffect(() => void load(), [path, turn]);
  return (
    <section class="section programs" aria-labelledby="ledger-title">
      <div class="section-head">
        <h2 id="ledger-title">Who did what when</h2>
        {lines && lines.length > 0 && (
          <SaveCsv name="programs, who did what when" text={() => ledger_csv(lines, names)} />
        )}
      </div>
      {problem && <ProblemNote problem={problem} retry={() => void load()} />}
      {!lines && !problem && <Skeleton lines={3} />}
      {lines?.length === 0 && (
        <p class="nothing">
          {of === 'machine' ? 'No program went to or from this machine yet.' : 'Nothing yet.'}
        </p>
      )}
      {lines && lines.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Who did what when">
          <table class="dense">
            <thead>
              <tr>
                <th class="nowrap">When</th>
                <th>Who</th>
                <th>What</th>
                <th>{of === 'machine' ? 'Program' : 'Machine'}</th>
                <th>SHA-256</th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={`${line.at} ${line.what} ${line.revision}`}>
                  <td class="num nowrap">{moment_of(line.at, now.value)}</td>
                  <td>{names.person(line.who)}</td>
                  <td>
                    {deed_words[line.what]}
                    {line.revision !== null && ` revision ${line.revision}`}
                    {line.place && ` ${line.what === 'sent' ? 'as' : 'from'} ${line.place}`}
                    {line.replaced && (
                      <small title={line.replaced}>
                        over <code>{short_hash(line.replaced)}</code>
                      </small>
                    )}
                  </td>
                  <td>
                    {of === 'machine' ? (
                      <a href={program_path(organization, line.program)}>{line.name}</a>
                    ) : line.machine ? (
                      <a href={machine_path(organization, line.machine)}>
                        {names.machine(line.machine)}
                      </a>
                    ) : (
                      '–'
                    )}
                  </td>
                  <td>
                    <code title={line.sha256 ?? ''}>{short_hash(line.sha256)}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next && (
        <button type="button" class="more" onClick={() => void load(next)}>
          Earlier
        </button>
      )}
    </section>
  );
}
