// Semantic zoom: what is wide enough on screen is drawn as itself; what is not is drawn with its
// neighbours as one block that says in which shares they fill it. Nothing is left out.
import { kLooks, state_look, type Look } from '../states';
import { parse_time } from '../time';
import type { Activity } from '../types';
import { length, x_of, type Span } from './view';

/** An activity with its ends as milliseconds. */
export interface Stretch extends Span {
  activity: Activity;
  look: Look;
}

export interface Block {
  x0: number;
  x1: number;
  /** Indices of the first and the last stretch in it. One and the same when drawn as itself. */
  first: number;
  last: number;
  /** Shares of the block by look, in a fixed order; they add up to 1. */
  parts: { look: Look; share: number }[];
}

/** Narrower than this (CSS px) a stretch cannot be told from its neighbours. */
export const kLeast = 2;
const kMixedWidth = 4;

/** `until` ends the last activity of a live view: now. */
export function stretches(activities: readonly Activity[], until: number | null): Stretch[] {
  const found: Stretch[] = [];
  activities.forEach((activity, i) => {
    const from = parse_time(activity.from);
    const said = parse_time(activity.to);
    if (from === null || said === null) return;
    const to = until !== null && i === activities.length - 1 ? Math.max(said, until) : said;
    if (to > from)
      found.push({ activity, from, to, look: state_look(activity.state, activity.bucket).look });
  });
  return found;
}

/** The index of the stretch that holds `at`, or -1. */
export function index_at(all: readonly Stretch[], at: number): number {
  const i = first_ending_after(all, at);
  const found = all[i];
  return found && found.from <= at ? i : -1;
}

export function first_ending_after(all: readonly Stretch[], at: number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.to > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function layout(all: readonly Stretch[], view: Span, width: number): Block[] {
  const blocks: Block[] = [];
  const scale = width / length(view);
  let run: Run | null = null;
  const flush = () => {
    if (run) blocks.push(as_block(run, view, width));
    run = null;
  };
  for (let i = first_ending_after(all, view.from); i < all.length; i++) {
    const stretch = all[i]!;
    if (stretch.from >= view.to) break;
    if ((stretch.to - stretch.from) * scale >= kLeast) {
      flush();
      blocks.push(as_block(start(stretch, i), view, width));
    } else if (run && (stretch.from - run.to) * scale < 1) {
      extend(run, stretch, i);
    } else {
      flush();
      run = start(stretch, i);
    }
    if (run && (run.to - run.from) * scale >= kMixedWidth) flush();
  }
  flush();
  return blocks;
}

interface Run extends Span {
  first: number;
  last: number;
  told: number;
  by_look: Map<Look, number>;
}

function start(stretch: Stretch, i: number): Run {
  const told = stretch.to - stretch.from;
  return {
    from: stretch.from,
    to: stretch.to,
    first: i,
    last: i,
    told,
    by_look: new Map([[stretch.look, told]]),
  };
}

function extend(run: Run, stretch: Stretch, i: number): void {
  const told = stretch.to - stretch.from;
  run.to = stretch.to;
  run.last = i;
  run.told += told;
  run.by_look.set(stretch.look, (run.by_look.get(stretch.look) ?? 0) + told);
}

function as_block(run: Run, view: Span, width: number): Block {
  const parts = kLooks
    .filter((look) => run.by_look.has(look))
    .map((look) => ({ look, share: run.by_look.get(look)! / run.told }));
  const x0 = Math.max(0, x_of(run.from, view, width));
  return {
    x0,
    x1: Math.max(x0 + 1, Math.min(width, x_of(run.to, view, width))),
    first: run.first,
    last: run.last,
    parts,
  };
}
