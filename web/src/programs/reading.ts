// What a program's tokens and its estimate come to on the page, without drawing them.
import { duration } from '../format';
import type { NcNote, ProgramEstimate, ProgramSeconds, TokenLine } from './types';

/** Kinds that have a look of their own; all others are plain. */
const kLooks = new Set([
  'comment',
  'motion',
  'function',
  'feed',
  'speed',
  'tool',
  'macro',
  'label',
  'error',
]);

export interface Piece {
  /** The kind, or nothing for what looks plain. */
  look: string;
  text: string;
}

/** A line's pieces; neighbours that look alike are one. What no token covers is plain. */
export function pieces({ text, tokens }: TokenLine, kinds: string[]): Piece[] {
  const all: Piece[] = [];
  const add = (look: string, piece: string) => {
    const last = all.at(-1);
    if (last && last.look === look) last.text += piece;
    else if (piece) all.push({ look, text: piece });
  };
  let at = 0;
  for (let i = 0; i + 1 < tokens.length; i += 2) {
    const kind = kinds[tokens[i]!] ?? '';
    add(kLooks.has(kind) ? kind : '', text.slice(at, (at += tokens[i + 1]!)));
  }
  add('', text.slice(at));
  return all;
}

/** Of a text that is shown in pages of so many lines: the page that has a line, by its first. */
export const page_of = (line: number, size: number) =>
  Math.floor((Math.max(1, line) - 1) / size) * size + 1;

/** By line; those of no line stand at the first. */
export function notes_by_line(notes: NcNote[]): Map<number, NcNote[]> {
  const by_line = new Map<number, NcNote[]>();
  for (const note of notes) {
    const line = Math.max(1, note.line);
    by_line.set(line, [...(by_line.get(line) ?? []), note]);
  }
  return by_line;
}

export const note_words: Record<NcNote['kind'], string> = {
  error: 'Wrong',
  unknown: 'Not known',
  not_modelled: 'Not reckoned',
  assumed: 'Assumed',
  limit: 'Limit',
};

export const note_text = (note: NcNote) =>
  note.times > 1 ? `${note.text} (${note.times} times)` : note.text;

const seconds = (s: number) => duration(s < 10 ? s * 1000 : Math.round(s) * 1000);

/** "About 12 min 40 s (11 min 00 s to 15 min 00 s)". */
export function how_long(e: ProgramEstimate): string {
  const about = e.at_least ? 'At least about' : 'About';
  return `${about} ${seconds(e.seconds)} (${seconds(e.low)} to ${seconds(e.high)})`;
}

const counted = (n: number, one: string, more: string) => `${n} ${n === 1 ? one : more}`;

/** Whence the machine's constants are. */
export function stands_on({ constants, machine }: ProgramEstimate): string {
  if (constants.from === 'cycles')
    return `from ${counted(constants.cycles, 'cycle', 'cycles')} of ${counted(constants.programs, 'program', 'programs')} on this machine`;
  return machine
    ? 'as machines of its kind usually are: no measured cycles to learn from'
    : 'as machines of its kind usually are: choose a machine to learn from its cycles';
}

/** What is not in the figure, as sentences. */
export function left_out(e: ProgramEstimate): string[] {
  const { cuts, stops, waits } = e.not_reckoned;
  const said: string[] = [];
  if (e.cut) said.push('It goes on beyond what is reckoned at once.');
  else if (!e.whole) said.push('It could not be read to its end.');
  if (cuts)
    said.push(
      `${counted(cuts, 'cut', 'cuts')} of unknown length or feed ${cuts === 1 ? 'has' : 'have'} no time.`,
    );
  if (stops)
    said.push(
      `${counted(stops, 'stop', 'stops')} for the operator ${stops === 1 ? 'has' : 'have'} no time.`,
    );
  if (waits)
    said.push(
      `${counted(waits, 'wait', 'waits')} for heat, a probe or homing ${waits === 1 ? 'has' : 'have'} no time.`,
    );
  return said;
}

export interface Part {
  key: 'cutting' | 'rapid' | 'tool' | 'dwell' | 'other' | 'assumed';
  name: string;
  seconds: number;
  share: number;
}

/** What the time is made of; what takes none is left out. */
export function parts_of(s: ProgramSeconds): Part[] {
  const all: [Part['key'], string, number][] = [
    ['cutting', 'Cutting', s.cutting],
    ['rapid', 'Rapids', s.rapid],
    ['tool', 'Tool changes', s.tool_change],
    ['dwell', 'Dwells', s.dwell],
    ['other', 'Spindle and stops between ways', s.spindle + s.standstill],
    ['assumed', 'Ways of unknown length', s.assumed],
  ];
  const total = all.reduce((sum, [, , part]) => sum + part, 0);
  return all
    .filter(([, , part]) => part > 0)
    .map(([key, name, part]) => ({ key, name, seconds: part, share: part / total }));
}

export const took = seconds;
