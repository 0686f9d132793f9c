import { describe, expect, it } from 'vitest';
import type { Oee, Piece, Use } from './types';
import { axis_of, intervals_of, stood_of, unexplained_of, waterfall } from './waterfall';

const kNone = Object.fromEntries(
  [
    'not_planned',
    'break',
    'unknown',
    'planned_stop',
    'setup',
    'unplanned',
    'held',
    'operator',
    'idle',
    'micro_stop',
    'in_cycle',
    'slowed',
    'not_cutting',
  ].map((use) => [use, 0]),
) as Record<Use, number>;

const piece = (minute: number, minutes: number, use: Use, reason: number | null = null): Piece => ({
  from: new Date(minute * 60_000).toISOString(),
  to: new Date((minute + minutes) * 60_000).toISOString(),
  use,
  activity: 0,
  shift: 0,
  reason,
});

/** 100 min planned: 10 not known, 20 unplanned, 10 idle, 60 produced, 50 parts of 1 min, 5 scrap. */
const kOee: Oee = {
  from: '',
  to: '',
  has_calendar: true,
  micro_stop_seconds: 60,
  ideal_seconds: 60,
  uses: { ...kNone, unknown: 600, unplanned: 1200, idle: 600, in_cycle: 3600 },
  planned_busy: 6000,
  known_busy: 5400,
  production: 3600,
  unexplained: 600,
  produced_outside: 0,
  availability: { value: 3600 / 5400, over: 3600, under: 5400 },
  effectiveness: { value: 3000 / 3600, over: 3000, under: 3600 },
  quality: { value: 0.9, over: 45, under: 50 },
  oee: { value: 0.5, over: 2700, under: 5400 },
  utilization_planned: null,
  utilization_calendar: null,
  parts: { known_busy: 50, unknown: 0, outside: 0 },
  parts_source: { from: 'counter', confidence: 0.98 },
  good: 45,
  scrap: 5,
  changes: [],
  steps: [],
  pieces: [
    piece(0, 60, 'in_cycle'),
    piece(60, 5, 'unplanned', 0),
    piece(65, 15, 'unplanned'),
    piece(80, 10, 'idle'),
  ],
  activities: [],
  reasons: [],
};

describe('the waterfall', () => {
  it('goes down from planned to fully productive time without a hole', () => {
    const rows = waterfall(kOee);
    expect(rows.map((r) => `${r.key} ${r.from} ${r.to}`)).toEqual([
      'planned_busy 0 6000',
      'unknown 5400 6000',
      'known_busy 0 5400',
      'unplanned 4200 5400',
      'idle 3600 4200',
      'production 0 3600',
      'speed 3000 3600',
      'scrap 2700 3000',
      'productive 0 2700',
    ]);
  });

  it('ends at OEE of the known time', () => {
    const last = waterfall(kOee).at(-1)!;
    expect(last.to / kOee.known_busy).toBeCloseTo(kOee.oee!.value);
  });

  it('ends with production where no ideal time is known', () => {
    const rows = waterfall({ ...kOee, ideal_seconds: null, effectiveness: null });
    expect(rows.at(-1)!.key).toBe('production');
  });

  it('shows a gain as one and reaches as far as it leads', () => {
    const rows = waterfall({
      ...kOee,
      effectiveness: { value: 2, over: 7200, under: 3600 },
      good: 50,
    });
    const speed = rows.find((r) => r.key === 'speed')!;
    expect([speed.kind, speed.from, speed.to]).toEqual(['gain', 3600, 7200]);
    expect(axis_of(rows)).toBe(7200);
  });
});

describe('intervals', () => {
  it('come with the longest first', () => {
    expect(intervals_of(kOee, ['unplanned']).map((s) => (s.to - s.from) / 60_000)).toEqual([15, 5]);
  });
  it('of standing are listed whether explained or not, and micro-stops are too short', () => {
    const short = piece(90, 0.5, 'micro_stop');
    const stood = stood_of({ ...kOee, pieces: [...kOee.pieces, short, piece(91, 12, 'setup')] });
    expect(stood.map((s) => s.use)).toEqual(['unplanned', 'setup', 'idle', 'unplanned']);
  });
  it('are unexplained where a reason is wanted and none given', () => {
    expect(unexplained_of(kOee).map((s) => s.use)).toEqual(['unplanned', 'idle']);
  });
});
