import { describe, expect, it } from 'vitest';
import { fit, fit_cells, kLeastCell, kLeastTile, text_size } from './fit';

describe('the board', () => {
  it.each([1, 2, 7, 14, 30, 42])('shows %i machines at once on a full-HD screen', (count) => {
    const { columns, rows, pages } = fit(count, 1890, 960);
    expect(pages).toBe(1);
    expect(columns * rows).toBeGreaterThanOrEqual(count);
  });
  it('turns pages rather than write too small', () => {
    const { pages, tile, per_page } = fit(120, 1890, 960);
    expect(pages).toBeGreaterThan(1);
    expect(pages * per_page).toBeGreaterThanOrEqual(120);
    expect(tile).toBeGreaterThanOrEqual(kLeastTile);
  });
  it('fills a phone in one column', () => expect(fit(3, 360, 700).columns).toBe(1));
  it('has a place for none', () => expect(fit(0, 1000, 500).pages).toBe(1));
  it('writes long names smaller, and never below the least', () => {
    expect(text_size(4, 170, 23, 13)).toBe(23);
    expect(text_size(10, 170, 23, 13)).toBe(17);
    expect(text_size(80, 170, 23, 13)).toBe(13);
  });
});

describe('the cells of a crowd', () => {
  it.each([
    [[500], 1890, 960],
    [[120, 130, 90, 160], 1890, 500],
    [[3], 360, 700],
  ])('%j fit into %i × %i', (blocks, width, height) => {
    const size = fit_cells(blocks, width, height, 30);
    expect(size).toBeGreaterThan(kLeastCell);
    const in_row = Math.floor((width + 4) / (size + 4));
    const rows = blocks.reduce((sum, count) => sum + Math.ceil(count / in_row), 0);
    expect(rows * (size + 4) + 30 * blocks.length).toBeLessThanOrEqual(height);
  });
  it('are never smaller than can be seen', () =>
    expect(fit_cells([5000], 800, 300, 30)).toBe(kLeastCell));
});
