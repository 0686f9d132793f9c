// Samples as the chart wants them. Pure, so that it can be tested without a canvas.
import { parse_time } from '../time';
import type { Samples } from '../types';

export type Column = (number | null)[];
/** Seconds, value, least, most: what uPlot takes. */
export type ChartColumns = [number[], Column, Column, Column];

/** UNAVAILABLE is a gap in the line, never zero. A step holds its value until the next one, so the
 *  last one is carried to `until`. */
export function chart_columns(samples: Samples, until: number): ChartColumns {
  const { at, value, min, max } = samples.columns;
  const seconds = at.map((ms) => ms / 1000);
  const columns: ChartColumns = [seconds, [...value], [...(min ?? value)], [...(max ?? value)]];
  const last = at.at(-1);
  if (last !== undefined && last < until && value.at(-1) !== null) {
    columns[0].push(until / 1000);
    columns[1].push(value.at(-1) ?? null);
    columns[2].push(value.at(-1) ?? null);
    columns[3].push(value.at(-1) ?? null);
  }
  return columns;
}

export interface Band {
  from: number;
  to: number;
  text: string | null;
}

/** Words hold from one observation to the next. Equal neighbours are one band. */
export function bands(samples: Samples, until: number): Band[] {
  const found: Band[] = [];
  for (const word of samples.words ?? []) {
    const at = typeof word.at === 'number' ? word.at : parse_time(word.at);
    if (at === null) continue;
    const last = found.at(-1);
    if (last && last.text === word.value) continue;
    if (last) last.to = at;
    found.push({ from: at, to: Math.max(at, until), text: word.value });
  }
  return found;
}

/** A new value from the live stream, appended; an older one than the last is left to the next load. */
export function append(samples: Samples, at: number, value: number | null): Samples {
  const last = samples.columns.at.at(-1);
  if (last !== undefined && at <= last) return samples;
  const { columns } = samples;
  const grown = { ...columns, at: [...columns.at, at], value: [...columns.value, value] };
  if (columns.min) grown.min = [...columns.min, value];
  if (columns.max) grown.max = [...columns.max, value];
  return { ...samples, columns: grown, count: samples.count + 1 };
}
