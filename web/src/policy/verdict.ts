// What a proposed text comes to, in one plain sentence, and its changes in the order to read them.
import { whole } from '../format';
import type { CellChange, Change, Check, Comparison } from './types';

export type Standing = 'same' | 'wrong' | 'blocked' | 'weakens' | 'harmless';
export interface Verdict {
  standing: Standing;
  words: string;
  next: string;
}

export const many = (n: number, one: string, more = `${one}s`) =>
  `${whole(n)} ${n === 1 ? one : more}`;

const weakens = (change: Change) => change === 'widened' || change === 'both';

/** How many promises weaken: cells, and duties that no cell tells of. */
export function weakened_promises(comparison: Comparison): number {
  const others = [...comparison.duties, ...comparison.fields];
  return comparison.widened + others.filter((c) => weakens(c.change)).length;
}

export function verdict(check: Check, in_force: string): Verdict {
  const errors = check.findings.filter((f) => f.severity === 'error').length;
  if (errors > 0 || !check.comparison)
    return {
      standing: 'wrong',
      words: `${many(errors, 'error')}: it does not compile`,
      next: 'Each finding says what to do about it.',
    };
  if (check.hash === in_force)
    return { standing: 'same', words: 'The same as the version in force', next: '' };
  if (check.obstacles.length > 0)
    return {
      standing: 'blocked',
      words: `${many(check.obstacles.length, 'obstacle')} before it can be activated`,
      next: check.obstacles[0] ?? '',
    };
  if (check.needs_notice) {
    const promises = weakened_promises(check.comparison);
    return {
      standing: 'weakens',
      words: `Weakens ${many(promises, 'promise')}: a notice must be given first`,
      next: 'People are told of the change in plain words before it takes effect.',
    };
  }
  return { standing: 'harmless', words: 'Weakens nothing', next: 'It can be activated at once.' };
}

/** Cells that one change of the text brings, told by one of them. */
export interface Group {
  /** The first: its sentence and its example stand for all. */
  first: CellChange;
  /** Others under the same clauses and facts, whose words lie at or below the first's. */
  more: CellChange[];
}

/** `cells` have parents before what is below them, as the server sorts them. */
export function grouped(cells: readonly CellChange[], widened: boolean): Group[] {
  const groups = new Map<string, Group[]>();
  for (const cell of cells) {
    const counts = cell.change === 'both' || cell.change === (widened ? 'widened' : 'narrowed');
    if (!counts) continue;
    const alike = [cell.clause_before, cell.clause_after, ...cell.holds, '|', ...cell.fails];
    const key = alike.join('\n');
    const known = groups.get(key) ?? [];
    groups.set(key, known);
    const above = known.find(({ first }) => lies_below(cell, first));
    if (above) above.more.push(cell);
    else known.push({ first: cell, more: [] });
  }
  return [...groups.values()].flat();
}

const lies_below = (cell: CellChange, above: CellChange) =>
  (['purpose', 'category', 'party'] as const).every(
    (part) => cell[part] === above[part] || cell[part].startsWith(`${above[part]}.`),
  );
