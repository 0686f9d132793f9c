import type { ComponentChildren } from 'preact';
import { changed_part, hunk_head, side_by_side } from './rows';
import type { DiffHunk, DiffLine, ProgramDiff } from './types';

const kSigns = { same: ' ', removed: '−', added: '+' };
const kClasses = { same: '', removed: 'is-removed', added: 'is-added' };

/** What differs: in words, then line by line. */
export function Diff({ diff, side = false }: { diff: ProgramDiff; side?: boolean }) {
  const Rows = side ? Pairs : Lines;
  return (
    <>
      <p class="diff-words">{said(diff)}</p>
      {!diff.shortest && (
        <p class="hint">
          The two are too different to be compared line by line to the end: whole stretches stand as
          replaced.
        </p>
      )}
      {diff.hunks.length > 0 && (
        <div class="diff" tabIndex={0} role="region" aria-label="What differs">
          <table>
            {diff.hunks.map((h) => (
              <Rows key={`${h.before} ${h.after}`} hunk={h} />
            ))}
          </table>
        </div>
      )}
      {diff.cut && <p class="hint">There is more; the rest is left out.</p>}
    </>
  );
}

export function said(diff: ProgramDiff): string {
  if (diff.equal) return 'They are the same to the byte.';
  if (diff.binary) return 'They differ. One of them is no text, so no lines can be shown.';
  const endings = diff.endings_differ ? ' Their lines end differently (CR LF and LF).' : '';
  if (diff.removed + diff.added === 0) return `No line differs in what counts.${endings}`;
  const lines = (n: number) => `${n} ${n === 1 ? 'line' : 'lines'}`;
  return `${lines(diff.removed)} removed, ${lines(diff.added)} added.${endings}`;
}

function Marked({ text, other }: { text: string; other: string | undefined }): ComponentChildren {
  if (other === undefined) return text;
  const [from, to] = changed_part(text, other);
  if (from >= to || (from === 0 && to === text.length)) return text;
  return (
    <>
      {text.slice(0, from)}
      <mark>{text.slice(from, to)}</mark>
      {text.slice(to)}
    </>
  );
}

function Lines({ hunk }: { hunk: DiffHunk }) {
  return (
    <tbody>
      <tr class="hunk-head">
        <td colSpan={4}>{hunk_head(hunk)}</td>
      </tr>
      {hunk.lines.map((line) => (
        <tr key={`${line.before} ${line.after}`}>
          <td class={`line-number ${kClasses[line.change]}`}>{line.before}</td>
          <td class={`line-number ${kClasses[line.change]}`}>{line.after}</td>
          <td class={`sign ${kClasses[line.change]}`}>{kSigns[line.change]}</td>
          <td class={kClasses[line.change]}>{line.text}</td>
        </tr>
      ))}
    </tbody>
  );
}

function Half({
  line,
  other,
  number,
}: {
  line: DiffLine | null;
  other: DiffLine | null;
  number: 'before' | 'after';
}) {
  const look = line ? kClasses[line.change] : 'is-empty';
  return (
    <>
      <td class={`line-number ${look}`}>{line?.[number]}</td>
      <td class={look}>
        {line && (
          <Marked text={line.text} other={line.change === 'same' ? undefined : other?.text} />
        )}
      </td>
    </>
  );
}

function Pairs({ hunk }: { hunk: DiffHunk }) {
  return (
    <tbody>
      <tr class="hunk-head">
        <td colSpan={4}>{hunk_head(hunk)}</td>
      </tr>
      {side_by_side(hunk).map(({ left, right }, i) => (
        <tr key={i}>
          <Half line={left} other={right} number="before" />
          <Half line={right} other={left} number="after" />
        </tr>
      ))}
    </tbody>
  );
}
