// Findings and looks laid over the lines of a text.
import { spell, type Look } from './spelling';
import type { Finding } from './types';

export interface Mark {
  from: number;
  to: number;
  severity: Finding['severity'];
}
export interface Piece {
  text: string;
  look: Look | null;
  mark: Finding['severity'] | null;
}

const utf8_length = (character: string) => {
  const code = character.codePointAt(0) as number;
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
};

/** Where a finding stands in `text`: the server counts characters of a line and bytes of length. */
export function mark_of(text: string, finding: Finding): Mark {
  let at = offset_of(text, finding.line, finding.column);
  const from = at;
  let bytes = 0;
  while (at < text.length && text[at] !== '\n' && bytes < Math.max(1, finding.length)) {
    const character = String.fromCodePoint(text.codePointAt(at) as number);
    bytes += utf8_length(character);
    at += character.length;
  }
  // At the end of a line there is nothing to underline but what stands before it.
  const begins = at > from || from === 0 || text[from - 1] === '\n' ? from : from - 1;
  return { from: begins, to: at, severity: finding.severity };
}

/** Of a line and a column from 1, columns in characters; beyond its end, the line's end. */
export function offset_of(text: string, line: number, column = 1): number {
  let at = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf('\n', at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  for (let n = 1; n < column && at < text.length && text[at] !== '\n'; n++)
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return at;
}

export const line_at = (text: string, offset: number) => text.slice(0, offset).split('\n').length;

/** The text cut into lines and each into pieces of one look and one mark. An error covers a warning. */
export function lay_out(text: string, marks: readonly Mark[]): Piece[][] {
  const tokens = spell(text);
  const cuts = new Set([0, text.length]);
  for (const { from, to } of [...tokens, ...marks]) cuts.add(from).add(to);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
    cuts.add(at).add(at + 1);
  const edges = [...cuts].sort((a, b) => a - b);
  const lines: Piece[][] = [[]];
  let token = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const [from, to] = [edges[i] as number, edges[i + 1] as number];
    if (text[from] === '\n') {
      lines.push([]);
      continue;
    }
    while (token < tokens.length && (tokens[token]?.to ?? 0) <= from) token++;
    const within = tokens[token];
    const look = within && within.from <= from ? within.look : null;
    lines.at(-1)?.push({ text: text.slice(from, to), look, mark: worst(marks, from, to) });
  }
  return lines;
}

function worst(marks: readonly Mark[], from: number, to: number): Piece['mark'] {
  const here = marks.filter((m) => m.from < to && m.to > from);
  if (here.length === 0) return null;
  return here.some((m) => m.severity === 'error') ? 'error' : 'warning';
}

/** The worst finding of each line. */
export function lines_with(findings: readonly Finding[]): Map<number, Finding['severity']> {
  const lines = new Map<number, Finding['severity']>();
  for (const { line, severity } of findings)
    if (lines.get(line) !== 'error') lines.set(line, severity);
  return lines;
}
