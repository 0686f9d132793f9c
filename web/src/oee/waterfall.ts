// From planned busy time down to OEE, one bar a loss (docs/OEE.md §5).
import { parse_time } from '../time';
import type { Look } from '../states';
import type { Oee, Piece, Use } from './types';

export const kUseWords: Record<Use, string> = {
  not_planned: 'Not planned',
  break: 'Breaks',
  unknown: 'Not known',
  planned_stop: 'Planned stops',
  setup: 'Set-up',
  unplanned: 'Unplanned stops',
  held: 'Held',
  operator: 'Waits for the operator',
  idle: 'Idle',
  micro_stop: 'Micro-stops',
  in_cycle: 'In cycle',
  slowed: 'Slowed',
  not_cutting: 'Not cutting',
};

const kUseLooks: Record<Use, Look | null> = {
  not_planned: null,
  break: null,
  unknown: 'unknown',
  planned_stop: 'planned',
  setup: 'setup',
  unplanned: 'alarm',
  held: 'stopped',
  operator: 'waiting',
  idle: 'waiting',
  micro_stop: 'stopped',
  in_cycle: 'running',
  slowed: 'slowed',
  not_cutting: 'slowed',
};

/** Where a reason explains something, and none leaves it unexplained. */
export const wants_reason = (use: Use) => ['unplanned', 'held', 'operator', 'idle'].includes(use);
const is_production = (use: Use) => ['in_cycle', 'slowed', 'not_cutting'].includes(use);

export interface Row {
  key: string;
  kind: 'total' | 'loss' | 'gain';
  label: string;
  /** Seconds on the axis of planned busy time. */
  from: number;
  to: number;
  look: Look | null;
  /** What it opens to; empty where it is counted from parts alone. */
  uses: Use[];
}

const kLosses: readonly Use[] = [
  'planned_stop',
  'setup',
  'unplanned',
  'held',
  'operator',
  'idle',
  'micro_stop',
];

/** Rows of no length are left out, but never a total. */
export function waterfall(oee: Oee): Row[] {
  const rows: Row[] = [];
  let left = oee.planned_busy;
  const total = (key: string, label: string, uses: Use[]) =>
    rows.push({ key, kind: 'total', label, from: 0, to: left, look: null, uses });
  const loss = (key: string, label: string, size: number, look: Look | null, uses: Use[]) => {
    if (Math.abs(size) < 0.5) return;
    const next = left - size;
    const kind = size < 0 ? 'gain' : 'loss';
    rows.push({
      key,
      kind,
      label,
      from: Math.min(left, next),
      to: Math.max(left, next),
      look,
      uses,
    });
    left = next;
  };
  total('planned_busy', 'Planned busy time', []);
  if (oee.uses.unknown > 0) {
    loss('unknown', kUseWords.unknown, oee.uses.unknown, 'unknown', ['unknown']);
    total('known_busy', 'Known busy time', []);
  }
  for (const use of kLosses) loss(use, kUseWords[use], oee.uses[use], kUseLooks[use], [use]);
  total('production', 'Production time', ['in_cycle', 'slowed', 'not_cutting']);
  if (!oee.effectiveness || oee.ideal_seconds === null) return rows;
  const speed = oee.effectiveness.under - oee.effectiveness.over;
  loss('speed', speed < 0 ? 'Faster than ideal' : 'Slower than ideal', speed, 'slowed', [
    'slowed',
    'not_cutting',
    'in_cycle',
  ]);
  // Each part by the ideal time of its own moment, so not by their number.
  const scrapped = oee.effectiveness.over - (oee.oee?.over ?? 0);
  loss('scrap', 'Scrap', scrapped, 'alarm', []);
  total('productive', 'Fully productive', []);
  return rows;
}

/** How far the axis reaches: a gain may lead beyond the planned time. */
export const axis_of = (rows: readonly Row[]) =>
  Math.max(1, ...rows.map(({ to }) => to), ...rows.map(({ from }) => from));

export interface Stop {
  key: string;
  from: number;
  to: number;
  use: Use;
  piece: Piece;
}

const stop_of = (piece: Piece): Stop => {
  const from = parse_time(piece.from) ?? 0;
  return {
    key: `${piece.from} ${piece.use}`,
    from,
    to: parse_time(piece.to) ?? from,
    use: piece.use,
    piece,
  };
};

/** The intervals of these uses, the longest first. */
export const intervals_of = (oee: Oee, uses: readonly Use[]): Stop[] =>
  oee.pieces
    .filter(({ use }) => uses.includes(use))
    .map(stop_of)
    .sort((a, b) => b.to - b.from - (a.to - a.from));

/** Stops that nobody has explained, the longest first. */
export const unexplained_of = (oee: Oee): Stop[] =>
  oee.pieces
    .filter((piece) => wants_reason(piece.use) && piece.reason === null)
    .map(stop_of)
    .sort((a, b) => b.to - b.from - (a.to - a.from));

/** All that stood for longer than a micro-stop, explained or not, the longest first. */
export const stood_of = (oee: Oee): Stop[] =>
  intervals_of(
    oee,
    kLosses.filter((use) => use !== 'micro_stop'),
  );

/** May be tagged: whatever is planned and did not produce. */
export const may_tag = (use: Use) =>
  !is_production(use) && use !== 'not_planned' && use !== 'break';
