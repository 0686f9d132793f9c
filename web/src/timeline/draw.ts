// Draws the timeline: a time axis, the states, what the control counts as a cycle, and the doubts.
import { duration } from '../format';
import { is_doubtful, state_look } from '../states';
import { kShapes } from '../ui/icon';
import { first_ending_after, layout, type Block, type Stretch } from './layout';
import { parts_of, type Cell, type Layer } from './piece';
import type { Palette } from './palette';
import { ticks } from './ticks';
import { x_of, type Span } from './view';

export const kLanes = {
  axis: { top: 0, height: 20 },
  state: { top: 24, height: 60 },
  cycle: { top: 90, height: 18 },
  doubt: { top: 112, height: 8 },
} as const;
export const kHeight = 122;

export interface Scene {
  layers: readonly Layer[];
  view: Span;
  width: number;
  now: number;
  selected: Span | undefined;
  pointer: number | null;
}
/** What one layer is drawn with. */
interface Part {
  stretches: readonly Stretch[];
  gaps: readonly Span[];
  view: Span;
  width: number;
}

export function draw(c: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  c.clearRect(0, 0, scene.width, kHeight);
  c.font = palette.font;
  c.textBaseline = 'middle';
  draw_ground(c, scene, palette);
  for (const layer of scene.layers) draw_layer(c, layer, scene, palette);
  draw_axis(c, scene, palette);
  draw_marks(c, scene, palette);
}

/** Layers lie beside each other; each is drawn as if it were all and cut to its place. */
function draw_layer(
  c: CanvasRenderingContext2D,
  { piece, from, to }: Layer,
  { view, width }: Scene,
  palette: Palette,
): void {
  const x0 = x_of(from, view, width);
  c.save();
  c.beginPath();
  c.rect(x0, 0, x_of(to, view, width) - x0, kHeight);
  c.clip();
  if (piece.cell > 0) {
    draw_cells(c, piece.cells, { from, to }, view, width, palette);
  } else {
    const part = { stretches: piece.stretches, gaps: piece.gaps, view, width };
    for (const block of layout(piece.stretches, view, width)) draw_block(c, block, part, palette);
    draw_cycle(c, part, palette);
    draw_gaps(c, part, palette);
  }
  c.restore();
}

/** Thinner than this (CSS px) a share of a block could not be seen, however rare and telling it is. */
const kLeastShare = 2.5;

/** How high each of the shares is drawn in `height`, none lower than can be seen. */
export function heights(shares: readonly number[], height: number): number[] {
  const grown = shares.map((share) => (share > 0 ? Math.max(kLeastShare, share * height) : 0));
  const over = grown.reduce((a, b) => a + b, 0) - height;
  if (over <= 0) return grown;
  const spare = grown.reduce((sum, h) => sum + Math.max(0, h - kLeastShare), 0);
  return grown.map((h) => h - (Math.max(0, h - kLeastShare) * over) / Math.max(over, spare));
}

/** Cells by whole pixels: edges between pixels are what a canvas is slow at, and would show seams.
 *  Cells that share a pixel are one column, so none is left out. */
function draw_cells(
  c: CanvasRenderingContext2D,
  cells: readonly Cell[],
  within: Span,
  view: Span,
  width: number,
  palette: Palette,
): void {
  const doubts: [number, number][] = [];
  const gaps: [number, number][] = [];
  const run_on = (runs: [number, number][], x0: number, x1: number) => {
    const last = runs.at(-1);
    if (last && last[1] >= x0) last[1] = x1;
    else runs.push([x0, x1]);
  };
  let column: Cell[] = [];
  let x0 = -1;
  for (const cell of cells) {
    if (cell.to <= within.from || cell.from >= within.to) continue;
    if (column.length === 0) x0 = Math.floor(x_of(cell.from, view, width));
    column.push(cell);
    const x1 = Math.floor(x_of(cell.to, view, width));
    if (x1 <= x0 && cell.to < within.to) continue;
    const end = Math.max(x0 + 1, x1);
    draw_column(c, column, x0, end - x0, palette);
    if (column.some((one) => one.doubtful > 0)) run_on(doubts, x0, end);
    if (column.some((one) => one.gaps > 0)) run_on(gaps, x0, end);
    column = [];
  }
  for (const [from, to] of doubts) fill_doubt(c, from, to - from, palette);
  c.fillStyle = palette.gap;
  for (const [from, to] of gaps)
    c.fillRect(from, kLanes.doubt.top, Math.max(2, to - from), kLanes.doubt.height);
}

function draw_column(
  c: CanvasRenderingContext2D,
  cells: readonly Cell[],
  x: number,
  wide: number,
  palette: Palette,
): void {
  const { state, cycle } = kLanes;
  const sum = (of: (cell: Cell) => number) => cells.reduce((all, cell) => all + of(cell), 0);
  const parts = parts_of(cells.flatMap((cell) => cell.parts));
  const told = parts.reduce((all, part) => all + part.ms, 0);
  const whole = Math.max(
    told,
    sum((cell) => cell.to - cell.from),
  );
  const high = heights(
    parts.map((part) => part.ms / whole),
    state.height,
  );
  let y = state.top;
  parts.forEach(({ look }, i) => {
    c.fillStyle = palette.fill[look];
    c.fillRect(x, y, wide, high[i]!);
    y += high[i]!;
  });
  const bottom = cycle.top + cycle.height;
  const executing = Math.round((sum((cell) => cell.executing) / whole) * cycle.height);
  const in_cycle = Math.round((sum((cell) => cell.in_cycle) / whole) * cycle.height);
  if (executing > 0) {
    c.fillStyle = palette.ink_2;
    c.fillRect(x, bottom - executing, wide, executing);
  }
  if (in_cycle > executing) {
    c.fillStyle = palette.held;
    c.fillRect(x, bottom - in_cycle, wide, in_cycle - executing);
  }
}

/** Time that has been is empty ground; time to come is only a line. */
function draw_ground(
  c: CanvasRenderingContext2D,
  { view, width, now }: Scene,
  palette: Palette,
): void {
  const end = Math.min(width, Math.max(0, x_of(now, view, width)));
  for (const lane of [kLanes.state, kLanes.cycle]) {
    c.fillStyle = palette.empty;
    c.fillRect(0, lane.top, end, lane.height);
    c.fillStyle = palette.line;
    c.fillRect(end, lane.top + lane.height - 1, width - end, 1);
  }
}

function draw_block(
  c: CanvasRenderingContext2D,
  block: Block,
  scene: Part,
  palette: Palette,
): void {
  const { top, height } = kLanes.state;
  const width = block.x1 - block.x0;
  // A seam of ground between neighbours, where there is room for one.
  const drawn = width > 5 ? width - 1 : width;
  let y = top;
  const high = heights(
    block.parts.map(({ share }) => share),
    height,
  );
  block.parts.forEach(({ look }, i) => {
    c.fillStyle = palette.fill[look];
    c.fillRect(block.x0, y, drawn, high[i]!);
    y += high[i]!;
  });
  if (block.first === block.last) {
    draw_words(c, block.x0, drawn, scene.stretches[block.first]!, palette);
    draw_doubt(c, block, drawn, scene, palette);
  } else if (
    scene.stretches.slice(block.first, block.last + 1).some((s) => is_doubtful(s.activity.placed))
  ) {
    fill_doubt(c, block.x0, drawn, palette);
  }
}

function draw_words(
  c: CanvasRenderingContext2D,
  x: number,
  width: number,
  stretch: Stretch,
  palette: Palette,
): void {
  const { top, height } = kLanes.state;
  const { look } = stretch;
  const { word, shape } = state_look(stretch.activity.state, stretch.activity.bucket);
  if (look === 'offline' || look === 'unknown') {
    c.strokeStyle = palette.edge[look];
    c.lineWidth = 1;
    if (width > 3) c.strokeRect(x + 0.5, top + 0.5, width - 1, height - 1);
  }
  if (width < 22) return;
  const text_width = c.measureText(word).width;
  const both = width > text_width + 40;
  if (look === 'offline' || look === 'unknown') {
    c.fillStyle = palette.empty;
    c.fillRect(x + 4, top + 6, (both ? text_width + 24 : 18) + 2, both ? 40 : 20);
  }
  c.fillStyle = palette.on[look];
  c.save();
  c.translate(x + 6, top + 9);
  c.scale(0.875, 0.875);
  c.fill(new Path2D(kShapes[shape]), 'evenodd');
  c.restore();
  if (!both) return;
  c.fillText(word, x + 25, top + 17);
  c.fillText(duration(stretch.to - stretch.from), x + 7, top + 38);
}

function draw_doubt(
  c: CanvasRenderingContext2D,
  block: Block,
  width: number,
  scene: Part,
  palette: Palette,
): void {
  if (is_doubtful(scene.stretches[block.first]!.activity.placed))
    fill_doubt(c, block.x0, width, palette);
}

function fill_doubt(c: CanvasRenderingContext2D, x: number, width: number, palette: Palette): void {
  c.fillStyle = palette.doubt;
  c.fillRect(x, kLanes.doubt.top, Math.max(2, width), kLanes.doubt.height);
}

/** Executing is solid; in cycle without executing (held inside the cycle) is striped. Runs of the
 *  same kind are drawn as one, so that ten thousand activities cost a few rectangles. */
function draw_cycle(
  c: CanvasRenderingContext2D,
  { stretches, view, width }: Part,
  palette: Palette,
): void {
  const { top, height } = kLanes.cycle;
  let run: { kind: 0 | 1 | 2; from: number; to: number } | null = null;
  const flush = () => {
    if (!run || run.kind === 0) return;
    const x0 = Math.max(0, x_of(run.from, view, width));
    const x1 = Math.min(width, x_of(run.to, view, width));
    c.fillStyle = run.kind === 2 ? palette.ink_2 : palette.held;
    if (x1 > x0) c.fillRect(x0, top, Math.max(0.75, x1 - x0), height);
  };
  for (let i = first_ending_after(stretches, view.from); i < stretches.length; i++) {
    const { activity, from, to } = stretches[i]!;
    if (from >= view.to) break;
    const kind = activity.executing ? 2 : activity.in_cycle ? 1 : 0;
    if (run && run.kind === kind && from - run.to < 1) run.to = to;
    else {
      flush();
      run = { kind, from, to };
    }
  }
  flush();
}

function draw_gaps(
  c: CanvasRenderingContext2D,
  { gaps, view, width }: Part,
  palette: Palette,
): void {
  for (const gap of gaps) {
    const x0 = Math.max(0, x_of(gap.from, view, width));
    const x1 = Math.min(width, x_of(gap.to, view, width));
    if (x1 < 0 || x0 > width || x1 < x0) continue;
    const size = Math.max(2, x1 - x0);
    c.fillStyle = palette.gap;
    c.fillRect(x0, kLanes.doubt.top, size, kLanes.doubt.height);
    c.fillStyle = palette.ink;
    c.fillRect(x0, kLanes.state.top, 1, kLanes.doubt.top + kLanes.doubt.height - kLanes.state.top);
    if (size > 3)
      c.fillRect(
        x0 + size - 1,
        kLanes.state.top,
        1,
        kLanes.doubt.top + kLanes.doubt.height - kLanes.state.top,
      );
  }
}

function draw_axis(c: CanvasRenderingContext2D, { view, width }: Scene, palette: Palette): void {
  let free = 0;
  for (const { at, label } of ticks(view, width)) {
    const x = Math.round(x_of(at, view, width)) + 0.5;
    c.fillStyle = palette.line;
    c.fillRect(x - 0.5, kLanes.axis.top + 14, 1, 6);
    c.fillStyle = palette.ink_2;
    const wide = c.measureText(label).width;
    const left = Math.min(Math.max(x - wide / 2, 0), width - wide);
    if (left < free) continue;
    c.fillText(label, left, kLanes.axis.top + 7);
    free = left + wide + 6;
  }
}

function draw_marks(c: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { view, width, selected, pointer, now } = scene;
  const { top, height } = kLanes.state;
  if (selected) {
    const x0 = Math.max(1, x_of(selected.from, view, width));
    const x1 = Math.min(width - 1, x_of(selected.to, view, width));
    c.strokeStyle = palette.surface;
    c.lineWidth = 5;
    c.strokeRect(x0, top, Math.max(3, x1 - x0), height);
    c.strokeStyle = palette.ink;
    c.lineWidth = 2.5;
    c.strokeRect(x0, top, Math.max(3, x1 - x0), height);
  }
  const lines: [number, string][] = [[now, palette.accent]];
  if (pointer !== null) lines.push([pointer, palette.ink]);
  for (const [at, colour] of lines) {
    const x = x_of(at, view, width);
    if (x < 0 || x > width) continue;
    c.fillStyle = colour;
    c.fillRect(Math.min(Math.round(x), width - 1), kLanes.axis.top + 14, 1, kHeight - 14);
  }
}
