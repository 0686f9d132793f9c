import { useComputed, useSignal } from '@preact/signals';
import { Component } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { lay_out, line_at, lines_with, mark_of, offset_of, type Piece } from './marks';
import type { Finding } from './types';
import type { Workbench } from './workbench';

const kNone: Finding[] = [];

/**
 * A text area over its own text in colours. Both lie in one cell of a grid and wrap alike, so they
 * scroll as one and a line's number stands at its first row.
 */
export function Editor({ bench }: { bench: Workbench }) {
  const area = useRef<HTMLTextAreaElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const caret = useSignal(1);
  const findings = useComputed(() => bench.check.value?.findings ?? kNone);
  // Findings are about the text that was checked: while a newer one is on its way they stay where
  // they were, and are laid over again with its answer.
  const lines = useComputed(() => {
    const text = bench.text.value;
    return lay_out(text, bench.current.value ? findings.value.map((f) => mark_of(text, f)) : []);
  });
  const marked = useComputed(() => lines_with(findings.value));
  const here = useComputed(() => findings.value.filter((f) => f.line === caret.value));

  const jump = bench.jump.value;
  useEffect(() => {
    const [input, paper] = [area.current, sheet.current];
    if (!jump || !input || !paper) return;
    bench.jump.value = null;
    const at = offset_of(input.value, jump.line, jump.column);
    input.setSelectionRange(at, at);
    caret.value = jump.line;
    const line = paper.querySelectorAll<HTMLElement>('.line')[jump.line - 1];
    const frame = paper.parentElement as HTMLElement;
    if (line)
      frame.scrollTop = jump.focus ? line.offsetTop - frame.clientHeight / 3 : line.offsetTop;
    if (!jump.focus) return;
    input.focus({ preventScroll: true });
    frame.scrollIntoView({ block: 'nearest' });
  }, [jump]);

  const follow = () => {
    const input = area.current;
    if (input) caret.value = line_at(input.value, input.selectionStart);
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'F8') {
      event.preventDefault();
      const next = next_finding(findings.value, caret.value, event.shiftKey);
      if (next) bench.go_to(next.line, next.column);
    } else if (event.key === 'Enter' && !event.isComposing) {
      const input = event.currentTarget as HTMLTextAreaElement;
      const line = input.value.slice(0, input.selectionStart).split('\n').at(-1) ?? '';
      const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
      // The one way to insert that the browser's own undo knows of.
      if (indent && document.execCommand('insertText', false, `\n${indent}`))
        event.preventDefault();
    }
  };
  const digits = String(lines.value.length).length;
  return (
    <div class="editor-frame">
      <div class="editor">
        <div class={`sheet digits-${Math.min(digits, 5)}`} ref={sheet}>
          <div class="lines" aria-hidden="true">
            {lines.value.map((pieces, i) => (
              <Line
                key={i}
                pieces={pieces}
                severity={marked.value.get(i + 1)}
                here={caret.value === i + 1}
              />
            ))}
          </div>
          <textarea
            ref={area}
            aria-label="Text of the policy"
            aria-describedby="editor-says"
            spellcheck={false}
            autocapitalize="off"
            autocomplete="off"
            value={bench.text.value}
            onInput={(event) => {
              bench.text.value = event.currentTarget.value;
              follow();
            }}
            onKeyDown={keys}
            onKeyUp={follow}
            onClick={follow}
            onFocus={follow}
          />
        </div>
      </div>
      <div class="editor-says" id="editor-says" role="status">
        <span class="num">Line {caret.value}</span>
        {here.value.map((finding, i) => (
          <span key={i} class={`says-${finding.severity}`}>
            <b>{finding.message}</b> {finding.mend}
          </span>
        ))}
        {here.value.length === 0 && findings.value.length > 0 && (
          <span>
            <kbd>F8</kbd> goes to the next finding
          </span>
        )}
      </div>
    </div>
  );
}

function next_finding(findings: Finding[], line: number, back: boolean): Finding | undefined {
  const sorted = [...findings].sort((a, b) => a.line - b.line || a.column - b.column);
  return back
    ? (sorted.findLast((f) => f.line < line) ?? sorted.at(-1))
    : (sorted.find((f) => f.line > line) ?? sorted[0]);
}

interface LineProps {
  pieces: Piece[];
  severity: Finding['severity'] | undefined;
  here: boolean;
}

/** Drawn anew only when it changed: a key touches one line of some hundreds. */
class Line extends Component<LineProps> {
  override shouldComponentUpdate(next: Readonly<LineProps>) {
    const now = this.props;
    return (
      next.severity !== now.severity ||
      next.here !== now.here ||
      next.pieces.length !== now.pieces.length ||
      next.pieces.some((piece, i) => {
        const old = now.pieces[i];
        return piece.text !== old?.text || piece.look !== old.look || piece.mark !== old.mark;
      })
    );
  }
  override render({ pieces, severity, here }: LineProps) {
    const state = `${severity ? ` has-${severity}` : ''}${here ? ' is-here' : ''}`;
    return (
      <div class={`line${state}`}>
        {pieces.map((piece, i) => (
          <span
            key={i}
            class={`${piece.look ? `look-of-${piece.look}` : ''}${piece.mark ? ` mark-${piece.mark}` : ''}`}
          >
            {piece.text}
          </span>
        ))}
        {pieces.length === 0 && '\u200b'}
      </div>
    );
  }
}
