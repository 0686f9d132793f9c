// How long each state lasted within a period, and the two counts that controls keep apart.
import { state_look, type Look } from '../states';
import type { Bucket, State } from '../types';
import type { Stretch } from './layout';
import type { Cell } from './piece';
import type { Span } from './view';

export interface Total {
  state: State;
  bucket: Bucket;
  look: Look;
  word: string;
  ms: number;
}
export interface Totals {
  states: Total[];
  told: number;
  in_cycle: number;
  executing: number;
}

export function totals(all: readonly Stretch[], period: Span): Totals {
  const by_word = new Map<string, Total>();
  let [told, in_cycle, executing] = [0, 0, 0];
  for (const { activity, from, to } of all) {
    const ms = Math.min(to, period.to) - Math.max(from, period.from);
    if (ms <= 0) continue;
    const { word, look } = state_look(activity.state, activity.bucket);
    const known = by_word.get(word) ?? {
      state: activity.state,
      bucket: activity.bucket,
      look,
      word,
      ms: 0,
    };
    known.ms += ms;
    by_word.set(word, known);
    told += ms;
    if (activity.in_cycle) in_cycle += ms;
    if (activity.executing) executing += ms;
  }
  return { states: [...by_word.values()].sort((a, b) => b.ms - a.ms), told, in_cycle, executing };
}

/** The same of a period that came as cells. */
export function totals_of_cells(cells: readonly Cell[]): Totals {
  const by_word = new Map<string, Total>();
  let [told, in_cycle, executing] = [0, 0, 0];
  for (const cell of cells) {
    for (const { state, bucket, look, ms } of cell.parts) {
      const { word } = state_look(state, bucket);
      const known = by_word.get(word) ?? { state, bucket, look, word, ms: 0 };
      known.ms += ms;
      by_word.set(word, known);
      told += ms;
    }
    in_cycle += cell.in_cycle;
    executing += cell.executing;
  }
  return { states: [...by_word.values()].sort((a, b) => b.ms - a.ms), told, in_cycle, executing };
}
