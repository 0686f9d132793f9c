// How many columns let every tile of a board be as large as it can be.

export interface Fit {
  columns: number;
  rows: number;
  per_page: number;
  pages: number;
  tile: number;
}

/** Tiles are about this wide for their height; narrower ones waste their height. */
const kAspect = 1.9;
/** A tile below this height (CSS px) cannot be read from three metres: turn pages instead. */
export const kLeastTile = 132;

/** The largest size of text, at most `most`, at which a text fits into `width` that is
 *  `wide` times its size wide. */
export function text_size(wide: number, width: number, most: number, least: number): number {
  return Math.max(least, Math.min(most, width / Math.max(0.01, wide)));
}

export function fit(count: number, width: number, height: number, gap = 12): Fit {
  let best: Fit = { columns: 1, rows: 1, per_page: 1, pages: Math.max(1, count), tile: 0 };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const needed = Math.ceil(Math.max(1, count) / columns);
    const most_rows = Math.max(1, Math.floor((height + gap) / (kLeastTile + gap)));
    const rows = Math.min(needed, most_rows);
    const tile_width = (width - gap * (columns - 1)) / columns;
    const tile_height = (height - gap * (rows - 1)) / rows;
    const tile = Math.min(tile_height, tile_width / kAspect);
    if (tile < kLeastTile && columns > 1) continue;
    const per_page = rows * columns;
    const pages = Math.ceil(Math.max(1, count) / per_page);
    if (pages < best.pages || (pages === best.pages && tile > best.tile))
      best = { columns, rows, per_page, pages, tile };
  }
  return best;
}

/** A cell below this (CSS px) has no shape that can be told across a hall. */
export const kLeastCell = 18;
const kMostCell = 110;

/** The largest square cells with which blocks of so many cells, one below the other and each under a
 *  label, fit; the least where none do. */
export function fit_cells(
  blocks: readonly number[],
  width: number,
  height: number,
  label: number,
  gap = 4,
): number {
  for (let size = kMostCell; size > kLeastCell; size--) {
    const in_row = Math.max(1, Math.floor((width + gap) / (size + gap)));
    const needed = blocks.reduce(
      (sum, count) => sum + label + Math.ceil(count / in_row) * (size + gap),
      0,
    );
    if (needed <= height) return size;
  }
  return kLeastCell;
}
