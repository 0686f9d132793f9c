import { describe, expect, it } from 'vitest';
import { day_in } from './clock';

describe('the day somewhere', () => {
  it.each([
    ['Europe/Berlin', Date.UTC(2026, 11, 31, 22, 59), '2026-12-31'],
    ['Europe/Berlin', Date.UTC(2026, 11, 31, 23, 0), '2027-01-01'],
    ['America/New_York', Date.UTC(2027, 0, 1, 4, 59), '2026-12-31'],
    ['Of/Nowhere', Date.UTC(2027, 0, 1, 0, 0), '2027-01-01'],
  ])('in %s at %d is %s', (zone, ms, day) => expect(day_in(zone, ms)).toBe(day));
});
