// The page's colours for the canvas, read from the tokens, and the textures made of them.
import type { Look } from '../states';

export interface Palette {
  fill: Record<Look, string | CanvasPattern>;
  on: Record<Look, string>;
  edge: Record<Look, string>;
  ink: string;
  ink_2: string;
  line: string;
  accent: string;
  surface: string;
  empty: string;
  held: CanvasPattern | string;
  doubt: CanvasPattern | string;
  gap: CanvasPattern | string;
  font: string;
}

const kNames: Look[] = [
  'alarm',
  'stopped',
  'waiting',
  'offline',
  'unknown',
  'slowed',
  'setup',
  'running',
  'planned',
];

export function read_palette(context: CanvasRenderingContext2D, density: number): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const record = <T>(of: (look: Look) => T) =>
    Object.fromEntries(kNames.map((look) => [look, of(look)])) as Record<Look, T>;
  const [ink, ink_2, surface, empty] = [
    token('--ink'),
    token('--ink-2'),
    token('--surface'),
    token('--surface-2'),
  ];
  const texture = (draw: (c: CanvasRenderingContext2D) => void, size = 8) =>
    pattern(context, density, size, draw);
  const unsaid: Partial<Record<Look, string | CanvasPattern>> = {
    offline: texture((c) => {
      stripes(c, empty, token('--offline'), 1.2);
    }),
    unknown: texture((c) => {
      dots(c, empty, token('--unknown'));
    }),
  };
  return {
    fill: record((look) => unsaid[look] ?? token(`--${look}`)),
    on: record((look) => (look in unsaid ? ink : token(`--${look}-on`))),
    edge: record((look) => token(`--${look}`)),
    ink,
    ink_2,
    surface,
    empty,
    line: token('--line'),
    accent: token('--accent'),
    held: texture((c) => stripes(c, surface, ink_2, 2), 6),
    doubt: texture((c) => stripes(c, surface, ink, 1), 5),
    gap: texture((c) => cross(c, empty, ink_2), 10),
    font: `12px ${token('--font')}`,
  };
}

function pattern(
  context: CanvasRenderingContext2D,
  density: number,
  size: number,
  draw: (c: CanvasRenderingContext2D) => void,
): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(size * density);
  const on_tile = tile.getContext('2d');
  if (!on_tile) return 'gray';
  on_tile.scale(tile.width / size, tile.width / size);
  draw(on_tile);
  const made = context.createPattern(tile, 'repeat');
  made?.setTransform(new DOMMatrix().scale(size / tile.width));
  return made ?? 'gray';
}

const side = (c: CanvasRenderingContext2D) => c.canvas.width / c.getTransform().a;

function stripes(c: CanvasRenderingContext2D, ground: string, ink: string, width: number): void {
  const size = side(c);
  c.fillStyle = ground;
  c.fillRect(0, 0, size, size);
  c.strokeStyle = ink;
  c.lineWidth = width;
  c.beginPath();
  for (const shift of [-size, 0, size]) {
    c.moveTo(shift - 1, size + 1);
    c.lineTo(shift + size + 1, -1);
  }
  c.stroke();
}

function dots(c: CanvasRenderingContext2D, ground: string, ink: string): void {
  c.fillStyle = ground;
  c.fillRect(0, 0, 8, 8);
  c.fillStyle = ink;
  for (const [x, y] of [
    [2, 2],
    [6, 6],
  ] as const) {
    c.beginPath();
    c.arc(x, y, 1, 0, 7);
    c.fill();
  }
}

function cross(c: CanvasRenderingContext2D, ground: string, ink: string): void {
  c.fillStyle = ground;
  c.fillRect(0, 0, 10, 10);
  c.strokeStyle = ink;
  c.lineWidth = 1;
  c.beginPath();
  c.moveTo(3, 3);
  c.lineTo(7, 7);
  c.moveTo(7, 3);
  c.lineTo(3, 7);
  c.stroke();
}
