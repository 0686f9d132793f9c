// Parts of a machine's past as they came from the server, coarse or fine, and which of them to draw.
import { kLooks, state_look, type Look } from '../states';
import { parse_time } from '../time';
import type { Bucket, Overview, Rollup, State } from '../types';
import { first_ending_after, index_at, stretches, type Stretch } from './layout';
import { length, type Span } from './view';

/** What a cell of a roll-up was filled with; all in milliseconds. */
export interface Cell extends Span {
  parts: { state: State; bucket: Bucket; look: Look; ms: number }[];
  in_cycle: number;
  executing: number;
  doubtful: number;
  gaps: number;
}

/** Of one request: all activities of a range (`cell` 0), or cells. Which period it is of, or which
 *  tile, its key says. */
export interface Piece extends Span {
  key: string;
  cell: number;
  stretches: Stretch[];
  cells: Cell[];
  gaps: Span[];
  /** The last activity went on when it was fetched. */
  open: boolean;
  fetched: number;
  /** What the machine's card said then. */
  turn: string;
}

export function piece_of(
  key: string,
  span: Span,
  { activities, rollup }: Overview,
  fetched: number,
  turn: string,
): Piece {
  const common = { key, ...span, fetched, turn };
  if (rollup) {
    const cells = cells_of(rollup);
    return {
      ...common,
      cell: rollup.cell * 1000,
      stretches: [],
      cells,
      gaps: [],
      open: rollup.open,
    };
  }
  const { items = [], gaps = [], open = false } = activities ?? {};
  return {
    ...common,
    cell: 0,
    stretches: stretches(items, open ? Math.min(fetched, span.to) : null),
    cells: [],
    gaps: gaps.map((gap) => ({ from: parse_time(gap.from) ?? 0, to: parse_time(gap.to) ?? 0 })),
    open,
  };
}

function cells_of(rollup: Rollup): Cell[] {
  const from = parse_time(rollup.from) ?? 0;
  const to = parse_time(rollup.to) ?? 0;
  const shares = rollup.shares.map((share) => ({
    ...share,
    look: state_look(share.state, share.bucket).look,
  }));
  const ms = (cells: number[], i: number) => (cells[i] ?? 0) * 1000;
  return rollup.gaps.map((gaps, i) => ({
    from: from + i * rollup.cell * 1000,
    to: Math.min(to, from + (i + 1) * rollup.cell * 1000),
    parts: shares
      .map(({ state, bucket, look, seconds }) => ({ state, bucket, look, ms: ms(seconds, i) }))
      .filter((part) => part.ms > 0),
    in_cycle: ms(rollup.in_cycle, i),
    executing: ms(rollup.executing, i),
    doubtful: ms(rollup.doubtful, i),
    gaps,
  }));
}

/** The last activity of an open piece lasts until now. */
export function lasting(piece: Piece, now: number): Piece {
  const last = piece.stretches.at(-1);
  if (!piece.open || !last) return piece;
  const to = Math.min(Math.max(last.to, now), piece.to);
  return { ...piece, stretches: [...piece.stretches.slice(0, -1), { ...last, to }] };
}

/** A part of the view and what is drawn there. */
export interface Layer extends Span {
  piece: Piece;
}

/** The view from the finest that is there, piece by piece in the order of time; a hole where nothing
 *  is. */
export function layers(pieces: readonly Piece[], view: Span): Layer[] {
  const found: Layer[] = [];
  let holes: Span[] = [view];
  for (const piece of [...pieces].sort((a, b) => a.cell - b.cell || b.fetched - a.fetched)) {
    const left: Span[] = [];
    for (const hole of holes) {
      const from = Math.max(hole.from, piece.from);
      const to = Math.min(hole.to, piece.to);
      if (from >= to) {
        left.push(hole);
        continue;
      }
      found.push({ from, to, piece });
      if (hole.from < from) left.push({ from: hole.from, to: from });
      if (to < hole.to) left.push({ from: to, to: hole.to });
    }
    holes = left;
  }
  return found.sort((a, b) => a.from - b.from);
}

/** Layers of activities that lie beside each other as one, so that an activity that two tiles share
 *  is one again. */
export function seamless(found: readonly Layer[]): Layer[] {
  const all: Layer[] = [];
  for (const layer of found) {
    const before = all.at(-1);
    if (!before || before.to !== layer.from || before.piece.cell > 0 || layer.piece.cell > 0) {
      all.push(layer);
      continue;
    }
    const seam = layer.from;
    const left = before.piece.stretches.filter(({ from }) => from < seam);
    const right = layer.piece.stretches.filter(({ to }) => to > seam);
    const [a, b] = [left.at(-1), right[0]];
    if (a && a.to > seam) left[left.length - 1] = { ...a, to: seam };
    if (b && b.from < seam) right[0] = { ...b, from: seam };
    if (a && b && a.to >= seam && b.from <= seam && same_standing(a, b)) {
      left.pop();
      right[0] = { ...a, to: b.to };
    }
    const gaps = [...before.piece.gaps, ...layer.piece.gaps];
    const piece = { ...layer.piece, stretches: [...left, ...right], gaps };
    all[all.length - 1] = { from: before.from, to: layer.to, piece };
  }
  return all;
}

const same_standing = ({ activity: a }: Stretch, { activity: b }: Stretch) =>
  a.state === b.state &&
  a.bucket === b.bucket &&
  a.in_cycle === b.in_cycle &&
  a.executing === b.executing;

const layer_at = (found: readonly Layer[], at: number) =>
  found.find(({ from, to }) => from <= at && at < to);

export function stretch_at(found: readonly Layer[], at: number): Stretch | undefined {
  const all = layer_at(found, at)?.piece.stretches ?? [];
  return all[index_at(all, at)];
}

export const cell_at = (found: readonly Layer[], at: number): Cell | undefined =>
  layer_at(found, at)?.piece.cells.find(({ from, to }) => from <= at && at < to);

export const one_at = (found: readonly Layer[], at: number): Span | undefined =>
  stretch_at(found, at) ?? cell_at(found, at);

/** The activity or cell before or after the one at `at`, where it is drawn; none at the edge of what
 *  is. Where nothing was told, the next that was. */
export function beside(found: readonly Layer[], at: number, by: 1 | -1): Span | undefined {
  const here = one_at(found, at);
  const edge = here ? (by > 0 ? here.to : here.from) : at;
  const all = found.flatMap(({ piece, from, to }): Span[] => {
    const told: readonly Span[] = piece.cell > 0 ? piece.cells : piece.stretches;
    return piece.cell > 0
      ? told.filter((cell) => cell.to > from && cell.from < to)
      : piece.stretches.slice(
          first_ending_after(piece.stretches, from),
          first_ending_after(piece.stretches, to) + 1,
        );
  });
  return by > 0
    ? all.find((span) => span.from >= edge && span.to > edge)
    : all.findLast((span) => span.to <= edge && span.from < edge);
}

/** How long a cell may be so that two of them are as wide as what the eye tells apart. */
export const fine_enough = (view: Span, width: number) => (2 * length(view)) / Math.max(1, width);

/** Whether the layers leave no hole before `now` and nothing coarser than `cell`. */
export function are_fine(found: readonly Layer[], view: Span, cell: number, now: number): boolean {
  let told = view.from;
  for (const layer of found) {
    if (layer.from > told || layer.piece.cell > cell) return false;
    told = layer.to;
  }
  return told >= Math.min(view.to, now);
}

/** Parts of a tile when its activities are too many to be told one by one. */
export const kTileCells = 1024;
/** Half a year: the server sums up a year at most, and two tiles are seldom more than a year. */
const kLongestTile = 2 ** 24 * 1000;
const kShortestTile = 2 ** 5 * 1000;

export interface Tile extends Span {
  key: string;
}

/** Tiles lie at fixed places, so that a view that comes back finds them again. */
export function tiles(view: Span, cell: number, now: number): Tile[] {
  const wanted = cell * kTileCells;
  let size = kShortestTile;
  while (size * 2 <= Math.min(wanted, kLongestTile)) size *= 2;
  const found: Tile[] = [];
  const end = Math.min(view.to, now);
  if (end <= view.from) return found;
  for (let from = Math.floor(view.from / size) * size; from < end; from += size)
    found.push({ key: `${size}:${from}`, from, to: from + size });
  return found;
}

/** The ones beside them, which a move comes to next. */
export function neighbours(of: readonly Tile[], now: number): Tile[] {
  const [first, last] = [of[0], of.at(-1)];
  if (!first || !last) return [];
  const size = length(first);
  const at = (from: number): Tile => ({ key: `${size}:${from}`, from, to: from + size });
  return [at(last.to), at(first.from - size)].filter(({ from }) => from < now && from >= 0);
}

/** An open piece is old once something that it would show has changed. */
export function is_stale(piece: Piece, turn: string, now: number): boolean {
  if (!piece.open) return false;
  return piece.cell === 0 ? piece.turn !== turn : now - piece.fetched > Math.max(piece.cell, kRest);
}
const kRest = 60_000;

/** By look, in the fixed order of the page. */
export const parts_of = (parts: Cell['parts']) =>
  kLooks
    .map((look) => ({
      look,
      ms: parts.reduce((sum, part) => sum + (part.look === look ? part.ms : 0), 0),
    }))
    .filter((part) => part.ms > 0);
