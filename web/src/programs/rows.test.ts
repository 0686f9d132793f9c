import { expect, it } from 'vitest';
import { changed_part, hunk_head, side_by_side } from './rows';
import type { DiffHunk, DiffLine } from './types';

const line = (change: DiffLine['change'], text: string): DiffLine => ({
  change,
  before: change === 'added' ? null : 1,
  after: change === 'removed' ? null : 1,
  text,
});
const hunk = (...lines: DiffLine[]): DiffHunk => ({
  before: 4,
  before_count: 3,
  after: 4,
  after_count: 4,
  lines,
});

it('puts what came beside what went', () => {
  const pairs = side_by_side(
    hunk(
      line('same', 'a'),
      line('removed', 'b'),
      line('added', 'B'),
      line('added', 'C'),
      line('same', 'd'),
      line('removed', 'e'),
    ),
  );
  expect(pairs.map((p) => [p.left?.text ?? '', p.right?.text ?? ''])).toEqual([
    ['a', 'a'],
    ['b', 'B'],
    ['', 'C'],
    ['d', 'd'],
    ['e', ''],
  ]);
});

it('finds the stretch in which two lines differ', () => {
  expect(changed_part('G1 X10.5 F200', 'G1 X12.5 F200')).toEqual([5, 6]);
  expect(changed_part('G1', 'G1 X1')).toEqual([2, 2]);
  expect(changed_part('aa', 'aaa')).toEqual([2, 2]);
  expect(changed_part('same', 'same')).toEqual([4, 4]);
});

it('heads a stretch as other tools do', () => {
  expect(hunk_head(hunk())).toBe('@@ -4,3 +4,4 @@');
});
