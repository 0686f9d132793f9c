import { describe, expect, it } from 'vitest';
import { columns_in, lay_out, seen, step, type Group, type Measures } from './place';

const measures: Measures = { columns: 3, width: 320, row: 90, gap: 10, heading: 40 };
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, i) => `m${from + i}`);
const hall = (name: string, ids: string[]): Group => ({ name, ids });
const ids = (places: { id: string }[]) => places.map((p) => p.id);

describe('the floor', () => {
  it('has at least one column, and as many as fit with their gaps', () => {
    expect(columns_in(200, 288, 12)).toBe(1);
    expect(columns_in(588, 288, 12)).toBe(2);
    expect(columns_in(587, 288, 12)).toBe(1);
  });

  it('numbers machines within their location and begins each location on a new row', () => {
    const laid = lay_out([hall('A', numbered(4)), hall('B', numbered(2, 4))], measures);
    expect(laid.places.map((p) => [p.top, p.left, p.number])).toEqual([
      [40, 0, 1],
      [40, 110, 2],
      [40, 220, 3],
      [140, 0, 4],
      [280, 0, 1],
      [280, 110, 2],
    ]);
    expect(laid.headings).toEqual([0, 240]);
    expect(laid.height).toBe(370);
  });

  it('takes no room for headings where nothing is grouped', () => {
    expect(lay_out([{ name: undefined, ids: numbered(3) }], measures).height).toBe(90);
  });

  it('draws what touches the window, and nothing else, of five hundred', () => {
    const laid = lay_out([{ name: undefined, ids: numbered(500) }], measures);
    const shown = seen(laid, 1000, 1600, measures.row, -1);
    expect(shown[0]!.id).toBe('m30');
    expect(shown.length).toBe(18);
    for (const place of laid.places)
      expect(shown.includes(place)).toBe(place.top + measures.row > 1000 && place.top < 1600);
  });

  it('keeps what has the focus, however far it was scrolled away', () => {
    const laid = lay_out([{ name: undefined, ids: numbered(500) }], measures);
    expect(ids(seen(laid, 1000, 1300, measures.row, 2))[0]).toBe('m2');
    expect(ids(seen(laid, 0, 300, measures.row, 499)).at(-1)).toBe('m499');
    expect(ids(seen(laid, 0, 300, measures.row, 4)).filter((id) => id === 'm4').length).toBe(1);
  });

  it('draws nothing of an empty floor', () => {
    expect(seen(lay_out([], measures), 0, 900, 90, -1)).toEqual([]);
  });
});

describe('an arrow', () => {
  const laid = lay_out([hall('A', numbered(5)), hall('B', numbered(4, 5))], measures);
  it.each([
    [0, 'ArrowRight', 1],
    [0, 'ArrowLeft', 0],
    [8, 'ArrowRight', 8],
    [1, 'ArrowDown', 4],
    [2, 'ArrowDown', 4],
    [4, 'ArrowDown', 6],
    [5, 'ArrowUp', 3],
    [7, 'ArrowDown', 8],
    [0, 'ArrowUp', 0],
    [8, 'ArrowDown', 8],
    [3, 'Home', 0],
    [3, 'End', 8],
    [0, 'PageDown', 5],
    [8, 'PageUp', 3],
  ])('from %i with %s leads to %i', (from, key, to) => {
    expect(step(laid, from, key, 200)).toBe(to);
  });
  it('is left alone where it means something else', () => {
    expect(step(laid, 0, 'a', 200)).toBeNull();
    expect(step(lay_out([], measures), 0, 'End', 200)).toBeNull();
  });
});
