import { useSignal } from '@preact/signals';
import type { Loaded } from '../use';
import { percent, whole } from '../format';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import type { Names } from './names';
import { how_long, left_out, note_text, note_words, parts_of, stands_on, took } from './reading';
import type { NcNote, ProgramEstimate, ProgramSeconds } from './types';

const kNotesAtOnce = 8;
const kSectionsAtOnce = 12;

/** How long the program takes, how sure that is, and what it is made of. */
export function Estimate({
  loaded: { data, problem, reload },
  names,
  machine,
  own,
  choose,
  go,
}: {
  loaded: Loaded<ProgramEstimate>;
  names: Names;
  machine: string;
  own: string | null;
  choose: (machine: string) => void;
  go: (line: number) => void;
}) {
  const cannot = problem?.status === 422;
  return (
    <section class="section" aria-labelledby="estimate-title">
      <div class="section-head">
        <h2 id="estimate-title">How long it takes</h2>
        <label class="on-machine">
          On{' '}
          <select
            aria-label="On which machine"
            value={machine}
            onChange={(e) => choose(e.currentTarget.value)}
          >
            {own === null && <option value="">a usual machine</option>}
            {own !== null && !names.machines.some((m) => m.id === own) && (
              <option value={own}>{names.machine(own)}</option>
            )}
            {names.machines.map((m) => (
              <option value={m.id} key={m.id}>
                {m.name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {cannot && (
        <p class="nothing">
          {problem.message} {problem.body.mend}
        </p>
      )}
      {problem && !cannot && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={3} />}
      {data && !problem && <Told estimate={data} go={go} />}
    </section>
  );
}

function Told({ estimate, go }: { estimate: ProgramEstimate; go: (line: number) => void }) {
  const { measured } = estimate;
  const missing = left_out(estimate);
  return (
    <>
      <p class="how-long">
        <strong>{how_long(estimate)}</strong>, {stands_on(estimate)}.
      </p>
      {measured && (
        <p class="hint">
          Measured: {took(measured.median)} ({took(measured.p10)} to {took(measured.p90)}) in{' '}
          {whole(measured.cycles)} {measured.cycles === 1 ? 'cycle' : 'cycles'}.
        </p>
      )}
      {missing.length > 0 && <p class="hint">{missing.join(' ')}</p>}
      <MadeOf seconds={estimate.parts} />
      {estimate.tools.length > 0 && <ByTool estimate={estimate} />}
      {estimate.sections.length > 1 && <BySection estimate={estimate} go={go} />}
      {estimate.notes.length > 0 && <NoteList notes={estimate.notes} go={go} />}
    </>
  );
}

function MadeOf({ seconds }: { seconds: ProgramSeconds }) {
  const parts = parts_of(seconds);
  if (parts.length === 0) return null;
  return (
    <>
      <div class="made-of" aria-hidden="true">
        {parts.map((part) => (
          <span class={`of-${part.key}`} style={{ flexGrow: String(part.share) }} key={part.key} />
        ))}
      </div>
      <ul class="made-of-words">
        {parts.map((part) => (
          <li key={part.key}>
            <span class={`swatch of-${part.key}`} aria-hidden="true" />
            {part.name} <span class="num">{took(part.seconds)}</span>{' '}
            <span class="hint">{percent(part.share)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function ByTool({ estimate }: { estimate: ProgramEstimate }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Time by tool">
      <table class="dense">
        <thead>
          <tr>
            <th>Tool</th>
            <th class="right">Time</th>
            <th class="right">Cutting</th>
            <th class="right">Changes</th>
          </tr>
        </thead>
        <tbody>
          {estimate.tools.map((t) => (
            <tr key={t.tool}>
              <td>{t.tool ? `T${t.tool}` : 'In the spindle'}</td>
              <td class="right num">{took(t.seconds)}</td>
              <td class="right num">{took(t.parts.cutting)}</td>
              <td class="right num">{whole(t.changes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** From a tool change, or a comment that stands alone, to the next. */
function BySection({ estimate, go }: { estimate: ProgramEstimate; go: (line: number) => void }) {
  const most = useSignal(kSectionsAtOnce);
  const { sections, seconds } = estimate;
  return (
    <>
      <div class="scroll by-section" tabIndex={0} role="region" aria-label="Time by section">
        <table class="dense">
          <thead>
            <tr>
              <th>Section</th>
              <th class="right">Line</th>
              <th class="right">Time</th>
              <th class="right">Share</th>
            </tr>
          </thead>
          <tbody>
            {sections.slice(0, most.value).map((s) => (
              <tr key={s.first_line}>
                <td>
                  {s.title || <span class="hint">without a name</span>}
                  {s.tool > 0 && <span class="hint"> T{s.tool}</span>}
                </td>
                <td class="right num">
                  <button
                    type="button"
                    class="link"
                    aria-label={`Show line ${whole(s.first_line)}`}
                    onClick={() => go(s.first_line)}
                  >
                    {whole(s.first_line)}
                  </button>
                </td>
                <td class="right num">{took(s.seconds)}</td>
                <td class="right num">{seconds > 0 ? percent(s.seconds / seconds) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sections.length > most.value && (
        <button type="button" class="link" onClick={() => (most.value = sections.length)}>
          Show all {whole(sections.length)} sections
        </button>
      )}
      <p class="hint">
        Estimated; of cycles that ran only the whole is measured, not their sections.
      </p>
    </>
  );
}

function NoteList({ notes, go }: { notes: NcNote[]; go: (line: number) => void }) {
  const one = (note: NcNote, i: number) => (
    <li key={i}>
      <button type="button" class="link" onClick={() => go(note.line)}>
        Line {whole(Math.max(1, note.line))}
      </button>{' '}
      <strong>{note_words[note.kind]}:</strong> {note_text(note)}
    </li>
  );
  const rest = notes.slice(kNotesAtOnce);
  return (
    <>
      <ul class="nc-notes" aria-label="What to know of it">
        {notes.slice(0, kNotesAtOnce).map(one)}
      </ul>
      {rest.length > 0 && (
        <details>
          <summary>{whole(rest.length)} more</summary>
          <ul class="nc-notes">{rest.map(one)}</ul>
        </details>
      )}
    </>
  );
}
