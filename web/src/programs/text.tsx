import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { whole } from '../format';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { NcLine, NcNotes } from './nc';
import { notes_by_line, page_of } from './reading';
import type { NcNote, ProgramTokens } from './types';

/** Programs have a million lines and more; a page of them is as much as a browser draws at ease. */
const kPage = 500;

/** A place in the text that somebody asked to see; `turn` tells two requests for one line apart. */
export interface Wanted {
  line: number;
  turn: number;
}

/** The text of a revision, a page of its lines at a time, with what there is to know of each. */
export function Text({
  path,
  number,
  current,
  machine,
  notes,
  wanted,
}: {
  path: string;
  number: number;
  current: number;
  machine: string;
  notes: NcNote[];
  wanted: Wanted;
}) {
  const from = useSignal(1);
  const aim = useSignal<Wanted>({ line: 0, turn: 0 });
  const box = useRef<HTMLDivElement>(null);
  const on = machine ? `&machine=${machine}` : '';
  const {
    data: got,
    problem,
    reload,
  } = useLoad<ProgramTokens>(
    `${path}/revisions/${number}/tokens?from_line=${from.value}&lines=${kPage}${on}`,
  );
  const go = (line: number) => {
    const last = got?.all || line;
    const to = Math.min(Math.max(1, line), last);
    from.value = page_of(to, kPage);
    aim.value = { line: to, turn: aim.value.turn + 1 };
  };
  useEffect(() => {
    if (wanted.turn) go(wanted.line);
  }, [wanted]);
  useEffect(() => {
    if (!box.current || got?.from !== from.value) return;
    if (!aim.value.line) {
      box.current.scrollTop = 0;
      return;
    }
    const row = box.current.querySelector('[aria-current]');
    row?.scrollIntoView({ block: 'center' });
  }, [got, aim.value]);
  const by_line = notes_by_line(notes);
  const end = got ? got.from + got.lines.length - 1 : 0;
  const turn_to = (first: number) => {
    aim.value = { line: 0, turn: aim.value.turn };
    from.value = first;
  };
  return (
    <section class="section" aria-labelledby="text-title">
      <div class="section-head">
        <h2 id="text-title">
          Text{number !== current && ` of revision ${number}, not the current one`}
        </h2>
        {got && !got.binary && (
          <span class="hint">
            {whole(got.all)} {got.all === 1 ? 'line' : 'lines'}
            {got.encoding === 'iso-8859-1' && ', read as ISO 8859-1'}
          </span>
        )}
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!got && !problem && <Skeleton lines={6} />}
      {got?.binary && <p class="nothing">This is no text. It can be downloaded.</p>}
      {got && got.all > kPage && (
        <Pages got={got} end={end} turn_to={turn_to} go={go} size={kPage} />
      )}
      {got && !got.binary && (
        <div class="nc" tabIndex={0} role="region" aria-label="Text of the program" ref={box}>
          <ol start={got.from}>
            {got.lines.map((line, i) => {
              const at = got.from + i;
              const known = by_line.get(at);
              return (
                <li key={at} aria-current={at === aim.value.line ? 'true' : undefined}>
                  <span aria-hidden="true">{at}</span>
                  <span>
                    <NcLine line={line} kinds={got.kinds} />
                    {known && <NcNotes notes={known} />}
                  </span>
                </li>
              );
            })}
          </ol>
        </div>
      )}
    </section>
  );
}

function Pages({
  got,
  end,
  size,
  turn_to,
  go,
}: {
  got: ProgramTokens;
  end: number;
  size: number;
  turn_to: (first: number) => void;
  go: (line: number) => void;
}) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('line');
    const line = Number((field as HTMLInputElement).value);
    if (Number.isInteger(line) && line > 0) go(line);
  };
  return (
    <div class="nc-pages">
      <button
        type="button"
        disabled={got.from === 1}
        onClick={() => turn_to(Math.max(1, got.from - size))}
      >
        Earlier lines
      </button>
      <span class="num" aria-live="polite">
        {whole(got.from)} to {whole(end)} of {whole(got.all)}
      </span>
      <button type="button" disabled={end >= got.all} onClick={() => turn_to(got.from + size)}>
        Later lines
      </button>
      <form onSubmit={submit}>
        <label>
          To line{' '}
          <input name="line" type="number" min={1} max={got.all} inputMode="numeric" required />
        </label>
        <button type="submit">Go</button>
      </form>
    </div>
  );
}
