import { describe, expect, it } from 'vitest';
import { bounds_of, first_view, kPeriods, last_days, period_of, step } from './period';
import { activities_csv } from './csv';
import { ticks } from './ticks';
import { clamp, kShortest, pan, reveal, t_of, x_of, zoom } from './view';

const bounds = { from: 0, to: 86_400_000 };

describe('the view', () => {
  it('keeps the instant under the pointer where it is', () => {
    const at = 20_000_000;
    const near = zoom(bounds, at, 0.1, bounds);
    expect(x_of(at, near, 1000)).toBeCloseTo(x_of(at, bounds, 1000), 6);
    expect(t_of(x_of(at, near, 1000), near, 1000)).toBeCloseTo(at, 3);
  });
  it('comes no closer than a second and goes no further than the period', () => {
    let view = { ...bounds };
    for (let i = 0; i < 60; i++) view = zoom(view, 43_200_000, 0.5, bounds);
    expect(view.to - view.from).toBeCloseTo(kShortest);
    for (let i = 0; i < 60; i++) view = zoom(view, 43_200_000, 3, bounds);
    expect(view).toEqual(bounds);
  });
  it('stops at the ends when moved', () => {
    expect(pan({ from: 100, to: 1100 + kShortest }, -500, bounds).from).toBe(0);
    expect(clamp({ from: 86_000_000, to: 87_000_000 }, bounds)).toEqual({
      from: 85_400_000,
      to: 86_400_000,
    });
  });
  it('stays when what is to be seen is seen already', () => {
    const view = { from: 0, to: 1000 };
    expect(reveal(view, { from: 100, to: 200 }, bounds)).toBe(view);
    const moved = reveal(view, { from: 5000, to: 5100 }, bounds);
    expect(moved.from).toBeLessThanOrEqual(5000);
    expect(moved.to).toBeGreaterThanOrEqual(5100);
  });
});

describe('the axis', () => {
  const start = new Date(2026, 5, 1).getTime();
  it.each([86_400_000, 3_600_000, 600_000, 60_000, 10_000, 1000])(
    'has room for every label over %i ms',
    (size) => {
      const found = ticks({ from: start + 1234, to: start + 1234 + size }, 1000, 84);
      expect(found.length).toBeGreaterThan(0);
      expect(found.length).toBeLessThanOrEqual(13);
      const gaps = found.slice(1).map((t, i) => t.at - found[i]!.at);
      expect(new Set(gaps).size).toBeLessThanOrEqual(1);
    },
  );
});

describe('a period', () => {
  const at = (h: number, d = 10) => new Date(2026, 2, d, h).getTime();
  it('is the reader’s day, from midnight to midnight', () => {
    expect(period_of('day', at(13))).toMatchObject({ from: at(0), to: at(0, 11) });
  });
  it.each([
    [7, 6, 14],
    [15, 14, 22],
  ])('at %i o’clock is the shift from %i to %i', (h, from, to) => {
    expect(period_of('shift', at(h))).toMatchObject({ from: at(from), to: at(to) });
  });
  it.each([
    [23, 10],
    [3, 11],
  ])('at %i o’clock is the night shift, over midnight', (h, d) => {
    expect(period_of('shift', at(h, d))).toMatchObject({ from: at(22), to: at(6, 11) });
  });
  it('goes to its neighbours and back', () => {
    for (const kind of kPeriods) {
      const here = period_of(kind, at(13));
      expect(step(here, 1).from).toBe(here.to);
      expect(step(step(here, 1), -1)).toEqual(here);
    }
  });
  it.each([
    ['week', at(0, 9), at(0, 16)],
    ['month', at(0, 1), new Date(2026, 3, 1).getTime()],
    ['year', new Date(2026, 0, 1).getTime(), new Date(2027, 0, 1).getTime()],
  ] as const)('can be a %s', (kind, from, to) => {
    expect(period_of(kind, at(13))).toMatchObject({ from, to });
  });
  it('can be left for a year back and for the rest of today', () => {
    const bounds = bounds_of(period_of('shift', at(7)), at(9));
    expect(bounds.to).toBe(at(0, 11));
    expect(bounds.from).toBe(new Date(2025, 2, 10).getTime());
    const old = period_of('year', new Date(2020, 5, 1).getTime());
    expect(bounds_of(old, at(9)).from).toBe(old.from);
  });
  it.each([
    [0, 5],
    [4, 5],
    [10, 10],
    [14, 10],
  ])('of days up to now has something in it at 00:%i', (minute, to) => {
    const last = last_days(7, at(0) + minute * 60_000);
    expect(last).toEqual({ from: at(0, 4), to: at(0) + to * 60_000 });
    expect(last_days(1, at(0) + minute * 60_000).from).toBe(at(0));
  });
  it('that is open is shown up to the next hour, four at least', () => {
    const day = period_of('day', at(13));
    expect(first_view(day, at(1)).to).toBe(at(4));
    expect(first_view(day, at(9) + 60_000).to).toBe(at(10));
    expect(first_view(day, at(9, 12))).toMatchObject({ from: day.from, to: day.to });
  });
});

describe('the CSV', () => {
  it('has one line for each activity and quotes what needs it', () => {
    const activity = {
      from: '',
      to: '',
      state: 'HELD',
      bucket: 'stop',
      rule: 7,
      in_cycle: true,
      executing: false,
      placed: 'device',
    } as const;
    const text = activities_csv([{ from: 0, to: 1500, look: 'stopped', activity }]);
    expect(text.split('\r\n')[1]).toBe(
      '1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.500Z,1.500,HELD,stop,true,false,7,device',
    );
  });
});
