// A comparison as rows: one text under the other, or both side by side.
import type { DiffHunk, DiffLine } from './types';

export interface Pair {
  left: DiffLine | null;
  right: DiffLine | null;
}

/** What went stands beside what came in its place; where there is more of one, the other is empty. */
export function side_by_side(hunk: DiffHunk): Pair[] {
  const pairs: Pair[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); ++i)
      pairs.push({ left: removed[i] ?? null, right: added[i] ?? null });
    removed = [];
    added = [];
  };
  for (const line of hunk.lines) {
    if (line.change === 'removed') removed.push(line);
    else if (line.change === 'added') added.push(line);
    else {
      flush();
      pairs.push({ left: line, right: line });
    }
  }
  flush();
  return pairs;
}

/** The stretch of a line in which it differs from the other, for a stronger mark: [from, to). */
export function changed_part(text: string, other: string): [number, number] {
  let from = 0;
  const shorter = Math.min(text.length, other.length);
  while (from < shorter && text[from] === other[from]) ++from;
  let tail = 0;
  while (tail < shorter - from && text[text.length - 1 - tail] === other[other.length - 1 - tail])
    ++tail;
  return [from, text.length - tail];
}

/** "@@ -4,3 +4,4 @@", as every tool writes it. */
export const hunk_head = (h: DiffHunk) =>
  `@@ -${h.before},${h.before_count} +${h.after},${h.after_count} @@`;
