// Where each machine stands on a floor that is longer than the screen, and which of them are drawn.
// Pure arithmetic on CSS pixels.

export interface Group {
  /** The location; null where machines stand in none, undefined where nothing is grouped. */
  name: string | null | undefined;
  ids: readonly string[];
}

export interface Measures {
  columns: number;
  width: number;
  row: number;
  gap: number;
  heading: number;
}

export interface Place {
  id: string;
  top: number;
  left: number;
  /** Its place within its group, from 1. */
  number: number;
  group: number;
}

export interface Laid {
  places: readonly Place[];
  headings: readonly number[];
  height: number;
}

export const columns_in = (width: number, least: number, gap: number) =>
  Math.max(1, Math.floor((width + gap) / (least + gap)));

export function lay_out(groups: readonly Group[], m: Measures): Laid {
  const places: Place[] = [];
  const headings: number[] = [];
  const column = (m.width - m.gap * (m.columns - 1)) / m.columns + m.gap;
  let top = 0;
  groups.forEach(({ name, ids }, group) => {
    headings.push(top);
    if (name !== undefined) top += m.heading;
    ids.forEach((id, i) => {
      places.push({
        id,
        top: top + Math.floor(i / m.columns) * (m.row + m.gap),
        left: (i % m.columns) * column,
        number: i + 1,
        group,
      });
    });
    top += Math.ceil(ids.length / m.columns) * (m.row + m.gap);
  });
  return { places, headings, height: Math.max(0, top - m.gap) };
}

/** The first place whose top is at or below `y`; places rise from top to bottom. */
function first_at(places: readonly Place[], y: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (places[middle]!.top >= y) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What touches the window, and the one that has the focus wherever it is. */
export function seen(laid: Laid, from: number, to: number, row: number, active: number): Place[] {
  const first = first_at(laid.places, from - row + 1);
  const end = Math.max(first, first_at(laid.places, to));
  const shown = laid.places.slice(first, end);
  const focused = laid.places[active];
  if (focused && active < first) shown.unshift(focused);
  if (focused && active >= end) shown.push(focused);
  return shown;
}

/** Where an arrow leads from the machine at `index`. Up and down keep the column, over the border of
 *  a group too, as far as there is one. */
export function step(laid: Laid, index: number, key: string, page: number): number | null {
  const last = laid.places.length - 1;
  const here = laid.places[index];
  if (!here) return null;
  if (key === 'ArrowLeft') return Math.max(0, index - 1);
  if (key === 'ArrowRight') return Math.min(last, index + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const down = key === 'ArrowDown' || key === 'PageDown';
  if (!down && key !== 'ArrowUp' && key !== 'PageUp') return null;
  const least = key.startsWith('Page') ? page : 1;
  const tops = [...new Set(laid.places.map((place) => place.top))];
  const row = down
    ? (tops.find((top) => top - here.top >= least) ?? tops.at(-1)!)
    : (tops.findLast((top) => here.top - top >= least) ?? tops[0]!);
  if (row === here.top) return index;
  const away = (i: number) => Math.abs(laid.places[i]!.left - here.left);
  let best = first_at(laid.places, row);
  for (let i = best; laid.places[i]?.top === row; i++) if (away(i) < away(best)) best = i;
  return best;
}
