import { describe, expect, it } from 'vitest';
import type { Activity, Overview } from '../types';
import { stretches } from './layout';
import {
  are_fine,
  beside,
  fine_enough,
  is_stale,
  kTileCells,
  lasting,
  layers,
  neighbours,
  piece_of,
  seamless,
  stretch_at,
  tiles,
  type Piece,
} from './piece';
import { length } from './view';

const t0 = Date.UTC(2026, 0, 1);
const kDay = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();
const span = (from: number, to: number) => ({ from: t0 + from, to: t0 + to });
const piece = (from: number, to: number, cell: number, more: Partial<Piece> = {}): Piece => ({
  key: `${from}`,
  ...span(from, to),
  cell,
  stretches: [],
  cells: [],
  gaps: [],
  open: false,
  fetched: t0,
  turn: '',
  ...more,
});

const rollup: Overview = {
  rollup: {
    from: iso(t0),
    to: iso(t0 + 2.5 * kDay),
    cell: 86_400,
    shares: [
      { state: 'ALARM', bucket: 'unplanned', seconds: [0, 0.001, 0] },
      { state: 'IN_CYCLE', bucket: 'production', seconds: [86_400, 86_399, 0] },
    ],
    in_cycle: [86_400, 86_399, 0],
    executing: [80_000, 86_399, 0],
    doubtful: [0, 0, 0],
    gaps: [0, 2, 0],
    open: false,
  },
};

describe('a piece of the past', () => {
  const of_cells = piece_of('period', span(0, 2.5 * kDay), rollup, t0, '');
  it('keeps an alarm of a millisecond in a day', () =>
    expect(of_cells.cells[1]!.parts[0]).toMatchObject({ look: 'alarm', ms: 1 }));
  it('ends its last cell with its range', () =>
    expect(of_cells.cells.map(length)).toEqual([kDay, kDay, kDay / 2]));
  it('says nothing of a cell of which nothing was told', () =>
    expect(of_cells.cells[2]!.parts).toEqual([]));

  const activity = (from: number, to: number): Activity => ({
    from: iso(t0 + from),
    to: iso(t0 + to),
    state: 'IN_CYCLE',
    bucket: 'production',
    rule: 1,
    placed: 'device',
    in_cycle: true,
    executing: true,
  });
  const activities = (open: boolean): Overview => ({
    activities: { items: [activity(0, 50)], totals: {}, in_cycle: 0, executing: 0, gaps: [], open },
  });
  it('lasts until now while its last activity goes on, and no longer', () => {
    const open = piece_of('a', span(0, 100), activities(true), t0 + 60, '');
    expect(lasting(open, t0 + 70).stretches.at(-1)!.to).toBe(t0 + 70);
    expect(lasting(open, t0 + 170).stretches.at(-1)!.to).toBe(t0 + 100);
    const ended = piece_of('a', span(0, 100), activities(false), t0 + 60, '');
    expect(lasting(ended, t0 + 70).stretches.at(-1)!.to).toBe(t0 + 50);
  });
  it('is old when the machine changed, a coarse one when a cell has passed', () => {
    const fine = piece(0, 100, 0, { open: true, turn: 'a' });
    expect(is_stale(fine, 'a', t0 + kDay)).toBe(false);
    expect(is_stale(fine, 'b', t0)).toBe(true);
    const coarse = piece(0, 100, 3_600_000, { open: true, turn: 'a' });
    expect(is_stale(coarse, 'b', t0 + 3_000_000)).toBe(false);
    expect(is_stale(coarse, 'b', t0 + 3_600_001)).toBe(true);
    expect(is_stale(piece(0, 100, 0, { turn: 'a' }), 'b', t0 + kDay)).toBe(false);
  });
});

describe('what is drawn', () => {
  const shown = (pieces: Piece[], from: number, to: number) =>
    layers(pieces, span(from, to)).map((l) => [l.from - t0, l.to - t0, l.piece.cell]);
  it('is the finest that is there, the coarse one around it', () => {
    expect(shown([piece(0, 1000, 50), piece(200, 400, 5), piece(300, 350, 0)], 100, 500)).toEqual([
      [100, 200, 50],
      [200, 300, 5],
      [300, 350, 0],
      [350, 400, 5],
      [400, 500, 50],
    ]);
  });
  it('leaves a hole where nothing has come yet', () =>
    expect(shown([piece(0, 100, 5)], 50, 300)).toEqual([[50, 100, 5]]));
  it('is fine when no cell is too long and no hole lies before now', () => {
    const view = span(0, 1000);
    const fine = (pieces: Piece[], now: number) =>
      are_fine(layers(pieces, view), view, 10, t0 + now);
    expect(fine([piece(0, 1000, 10)], 5000)).toBe(true);
    expect(fine([piece(0, 1000, 11)], 5000)).toBe(false);
    expect(fine([piece(0, 600, 0)], 5000)).toBe(false);
    expect(fine([piece(0, 600, 0)], 600)).toBe(true);
    expect(fine([piece(0, 300, 0), piece(400, 1000, 0)], 5000)).toBe(false);
  });
});

describe('activities that two tiles share', () => {
  const stretch = (from: number, to: number, state: Activity['state']) =>
    stretches(
      [
        {
          from: iso(t0 + from),
          to: iso(t0 + to),
          state,
          bucket: 'production',
          rule: 1,
          placed: 'device',
          in_cycle: false,
          executing: false,
        },
      ],
      null,
    );
  const shown = (pieces: Piece[]) =>
    seamless(layers(pieces, span(0, 300))).map(({ piece: p }) =>
      p.stretches.map((s) => [s.from - t0, s.to - t0, s.activity.state]),
    );
  it('are one again', () => {
    const left = [...stretch(0, 60, 'WAITING'), ...stretch(60, 100, 'IN_CYCLE')];
    const right = [...stretch(100, 130, 'IN_CYCLE'), ...stretch(130, 200, 'HELD')];
    expect(
      shown([piece(0, 100, 0, { stretches: left }), piece(100, 200, 0, { stretches: right })]),
    ).toEqual([
      [
        [0, 60, 'WAITING'],
        [60, 130, 'IN_CYCLE'],
        [130, 200, 'HELD'],
      ],
    ]);
  });
  it('stay apart where one ends at the border', () => {
    const pieces = [
      piece(0, 100, 0, { stretches: stretch(0, 100, 'WAITING') }),
      piece(100, 200, 0, { stretches: stretch(100, 200, 'HELD') }),
    ];
    expect(shown(pieces)).toEqual([
      [
        [0, 100, 'WAITING'],
        [100, 200, 'HELD'],
      ],
    ]);
  });
  it('lead from one to the next over the border', () => {
    const found = seamless(
      layers(
        [
          piece(0, 100, 0, { stretches: stretch(0, 100, 'WAITING') }),
          piece(150, 300, 0, { stretches: stretch(150, 200, 'HELD') }),
        ],
        span(0, 300),
      ),
    );
    expect(beside(found, t0 + 50, 1)!.from).toBe(t0 + 150);
    expect(beside(found, t0 + 180, -1)!.to).toBe(t0 + 100);
    expect(beside(found, t0 + 180, 1)).toBeUndefined();
    expect(stretch_at(found, t0 + 120)).toBeUndefined();
  });
});

describe('tiles', () => {
  it.each([365, 90, 31, 7, 1, 1 / 24, 1 / 1440, 1 / 86_400])(
    'cover a view of %d days with a few, fine enough for the screen',
    (days) => {
      for (const width of [340, 1200, 2500]) {
        const view = span(11 * kDay, (11 + days) * kDay);
        const cell = fine_enough(view, width);
        const found = tiles(view, cell, t0 + 1000 * kDay);
        expect(found[0]!.from).toBeLessThanOrEqual(view.from);
        expect(found.at(-1)!.to).toBeGreaterThanOrEqual(view.to);
        expect(found.length).toBeLessThanOrEqual(6);
        if (length(found[0]!) > 32_000)
          expect(length(found[0]!) / kTileCells).toBeLessThanOrEqual(cell);
        found.slice(1).forEach((tile, i) => expect(tile.from).toBe(found[i]!.to));
      }
    },
  );
  it('lie where they lay when the view moves on', () => {
    const cell = 1000;
    const before = tiles(span(0, kDay), cell, t0 + 9 * kDay).map((t) => t.key);
    const after = tiles(span(kDay / 8, kDay * 1.125), cell, t0 + 9 * kDay).map((t) => t.key);
    expect(after.filter((key) => before.includes(key)).length).toBeGreaterThan(0);
  });
  it('are not asked for of time to come', () => {
    expect(tiles(span(0, kDay), 1000, t0 - 1)).toEqual([]);
    const found = tiles(span(-kDay, kDay), 1000, t0);
    expect(found.every((tile) => tile.from < t0)).toBe(true);
    expect(neighbours(found, t0).every((tile) => tile.from < t0)).toBe(true);
  });
  it('have one neighbour on each side', () => {
    const found = tiles(span(0, kDay), 1000, t0 + 9 * kDay);
    const [after, before] = neighbours(found, t0 + 9 * kDay);
    expect(after!.from).toBe(found.at(-1)!.to);
    expect(before!.to).toBe(found[0]!.from);
  });
});
