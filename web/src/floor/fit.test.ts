import { describe, expect, it } from 'vitest';
import { fit, kLeastTile, text_size } from './fit';

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
