import { describe, expect, it } from 'vitest';
import { asked_around, chosen_of, periods_of, weekday } from './periods';
import type { Shifts } from './types';

const kDay = 86_400_000;
/** 2026-03-27, a Friday, to 2026-04-08 in Berlin, where the 29th has 23 hours. */
const kDays = Array.from({ length: 13 }, (_, i) => {
  const utc = Date.UTC(2026, 2, 27 + i);
  const midnight = (n: number) => utc + n * kDay - (i + n < 3 ? 1 : 2) * 3_600_000;
  return {
    day: new Date(utc).toISOString().slice(0, 10),
    from: new Date(midnight(0)).toISOString(),
    to: new Date(midnight(1)).toISOString(),
  };
});
const kPlan: Shifts = {
  has_calendar: true,
  location: '',
  zone: 'Europe/Berlin',
  days: kDays,
  items: [
    {
      name: 'Night',
      day: '2026-03-28',
      from: '2026-03-28T21:00:00.000Z',
      to: '2026-03-29T04:00:00.000Z',
      breaks: [],
    },
  ],
};

describe('periods', () => {
  it('of weeks run from Monday to Sunday and are whole', () => {
    const weeks = periods_of('week', kPlan);
    expect(weeks.map((w) => w.day)).toEqual(['2026-03-30']);
    expect(weeks[0]!.to - weeks[0]!.from).toBe(7 * kDay);
  });
  it('of days are as long as the clocks make them', () => {
    const days = periods_of('day', kPlan);
    expect(days.find((d) => d.day === '2026-03-29')!.to).toBe(Date.UTC(2026, 2, 29, 22));
    expect(days[2]!.to - days[2]!.from).toBe(23 * 3_600_000);
  });
  it('of shifts carry their names', () => {
    const [night] = periods_of('shift', kPlan);
    expect([night!.name, night!.to - night!.from]).toEqual(['Night', 7 * 3_600_000]);
  });
  it('are chosen by what holds a moment, else by what began before it', () => {
    const days = periods_of('day', kPlan);
    expect(chosen_of(days, Date.UTC(2026, 2, 28, 12))!.day).toBe('2026-03-28');
    expect(chosen_of(periods_of('shift', kPlan), Date.UTC(2026, 3, 1))!.name).toBe('Night');
    expect(chosen_of(days, Date.UTC(2026, 2, 20))).toBeNull();
  });
  it('are asked for with a whole week to each side', () => {
    const { from, to } = asked_around(Date.UTC(2026, 2, 28, 12, 34));
    expect(to - from).toBe(32 * kDay);
    expect(from % 3_600_000).toBe(0);
  });
  it('begin their week on Monday', () => {
    expect(['2026-03-30', '2026-04-05'].map(weekday)).toEqual([0, 6]);
  });
});
