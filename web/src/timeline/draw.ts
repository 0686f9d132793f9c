// Draws the timeline: a time axis, the states, what the control counts as a cycle, and the doubts.
import { duration } from '../format';
import { is_doubtful, state_look } from '../states';
import { kShapes } from '../ui/icon';
import { layout, type Block, type Stretch } from './layout';
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
  stretches: readonly Stretch[];
  gaps: readonly Span[];
  view: Span;
  width: number;
  now: number;
  selected: number;
  pointer: number | null;
}

export function draw(c: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  c.clearRect(0, 0, scene.width, kHeight);
  c.font = palette.font;
  c.textBaseline = 'middle';
  draw_ground(c, scene, palette);
  const blocks = layout(scene.stretches, scene.view, scene.width);
  for (const block of blocks) draw_block(c, block, scene, palette);
  draw_cycle(c, scene, palette);
  draw_gaps(c, scene, palette);
  draw_axis(c, scene, palette);
  draw_marks(c, scene, palette);
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
  scene: Scene,
  palette: Palette,
): void {
  const { top, height } = kLanes.state;
  const width = block.x1 - block.x0;
  // A seam of ground between neighbours, where there is room for one.
  const drawn = width > 5 ? width - 1 : width;
  let y = top;
  for (const { look, share } of block.parts) {
    const part = height * share;
    c.fillStyle = palette.fill[look];
    c.fillRect(block.x0, y, drawn, part);
    y += part;
  }
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
  scene: Scene,
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
  { stretches, view, width }: Scene,
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
  for (const { activity, from, to } of stretches) {
    if (to <= view.from || from >= view.to) continue;
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
  { gaps, view, width }: Scene,
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
  for (const { at, label } of ticks(view, width)) {
    const x = Math.round(x_of(at, view, width)) + 0.5;
    c.fillStyle = palette.line;
    c.fillRect(x - 0.5, kLanes.axis.top + 14, 1, 6);
    c.fillStyle = palette.ink_2;
    const half = c.measureText(label).width / 2;
    c.fillText(label, Math.min(Math.max(x - half, 0), width - 2 * half), kLanes.axis.top + 7);
  }
}

function draw_marks(c: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  const { view, width, stretches, selected, pointer, now } = scene;
  const { top, height } = kLanes.state;
  const chosen = stretches[selected];
  if (chosen) {
    const x0 = Math.max(1, x_of(chosen.from, view, width));
    const x1 = Math.min(width - 1, x_of(chosen.to, view, width));
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
