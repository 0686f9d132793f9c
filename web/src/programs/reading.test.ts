import { expect, it } from 'vitest';
import { how_long, left_out, notes_by_line, page_of, parts_of, pieces, stands_on } from './reading';
import type { ProgramEstimate } from './types';

const kinds = ['blank', 'line_end', 'comment', 'motion', 'coordinate'];
const none = {
  cutting: 0,
  rapid: 0,
  dwell: 0,
  tool_change: 0,
  spindle: 0,
  standstill: 0,
  assumed: 0,
};
const estimate = (more: Partial<ProgramEstimate>): ProgramEstimate => ({
  dialect: 'fanuc',
  dialect_from: 'recognized',
  machine: 'm1',
  constants: { from: 'cycles', programs: 8, cycles: 120, left_out: 0 },
  measured: null,
  seconds: 760,
  low: 660,
  high: 900,
  at_least: false,
  whole: true,
  cut: false,
  parts: none,
  not_reckoned: { cuts: 0, stops: 0, waits: 0 },
  tools: [],
  sections: [],
  notes: [],
  lines: 10,
  blocks: 10,
  ...more,
});

it('joins pieces that look alike, and loses no character', () => {
  const line = { text: 'G1 X5 Y6 (ä🙂)', tokens: [3, 2, 0, 1, 4, 2, 0, 1, 4, 2, 0, 1, 2, 5] };
  expect(pieces(line, kinds)).toEqual([
    { look: 'motion', text: 'G1' },
    { look: '', text: ' X5 Y6 ' },
    { look: 'comment', text: '(ä🙂)' },
  ]);
  expect(pieces({ text: 'X1 rest', tokens: [4, 2] }, kinds)).toEqual([
    { look: '', text: 'X1 rest' },
  ]);
  expect(pieces({ text: 'G1', tokens: [99, 2] }, kinds)).toEqual([{ look: '', text: 'G1' }]);
  expect(pieces({ text: '', tokens: [] }, kinds)).toEqual([]);
});

it('finds the page of a line', () => {
  expect([0, 1, 500, 501, 1_500_000].map((line) => page_of(line, 500))).toEqual([
    1, 1, 1, 501, 1_499_501,
  ]);
});

it('says how long, how sure, and from what', () => {
  const plain = (text: string) => text.replaceAll(' ', ' ').replaceAll(' ', ' ');
  expect(plain(how_long(estimate({})))).toBe('About 12 min 40 s (11 min 00 s to 15 min 00 s)');
  expect(how_long(estimate({ at_least: true }))).toMatch(/^At least about /);
  expect(stands_on(estimate({}))).toBe('from 120 cycles of 8 programs on this machine');
  const prior = { from: 'prior', programs: 0, cycles: 0, left_out: 0 } as const;
  expect(stands_on(estimate({ constants: prior }))).toMatch(/no measured cycles/);
  expect(stands_on(estimate({ constants: prior, machine: null }))).toMatch(/choose a machine/);
});

it('says what has no time', () => {
  expect(left_out(estimate({}))).toEqual([]);
  expect(
    left_out(estimate({ whole: false, not_reckoned: { cuts: 1, stops: 2, waits: 0 } })),
  ).toEqual([
    'It could not be read to its end.',
    '1 cut of unknown length or feed has no time.',
    '2 stops for the operator have no time.',
  ]);
  expect(left_out(estimate({ whole: false, cut: true }))).toEqual([
    'It goes on beyond what is reckoned at once.',
  ]);
});

it('shares the time among what it is made of', () => {
  const parts = parts_of({ ...none, cutting: 30, spindle: 4, standstill: 6 });
  expect(parts.map((p) => [p.key, p.seconds, p.share])).toEqual([
    ['cutting', 30, 0.75],
    ['other', 10, 0.25],
  ]);
  expect(parts_of(none)).toEqual([]);
});

it('puts notes at their lines', () => {
  const note = (line: number) => ({ kind: 'error', line, times: 1, text: 'x' }) as const;
  const by_line = notes_by_line([note(0), note(3), note(3)]);
  expect([...by_line.keys()]).toEqual([1, 3]);
  expect(by_line.get(3)).toHaveLength(2);
});
