import { describe, expect, it } from 'vitest';
import type { Card } from '../types';
import { done_words, drift_words, evidence_path } from './glance';

const at = (clock: string, day = 3) => new Date(`2026-03-0${day}T${clock}`);
const forecast = (from: Date, to: Date) => ({
  at: from.toISOString(),
  from: from.toISOString(),
  to: to.toISOString(),
  certainty: 0.8,
  parts_to_go: 12,
  goal: 40,
  told: at('12:00').toISOString(),
});
const audit = (differs: number) => ({
  day: '2026-03-02',
  ours: 3600,
  theirs: 3600 * (1 - differs),
  differs,
  drifts: differs > 0.05,
  checked: at('00:01').toISOString(),
});
const now = at('12:00').getTime();

describe('what is foreseen', () => {
  it('is told by the clock alone while it is today', () => {
    expect(done_words(forecast(at('14:20'), at('15:05')), now)).toBe('14:20–15:05');
    expect(done_words(forecast(at('14:20'), at('14:20')), now)).toBe('14:20');
  });
  it('names each day that is not the one before it', () => {
    expect(done_words(forecast(at('23:20'), at('06:05', 4)), now)).toMatch(/^23:20–\D+4\D+06:05$/);
    expect(done_words(forecast(at('07:20', 4), at('08:05', 4)), now)).toMatch(
      /^\D+4\D+07:20–08:05$/,
    );
  });
  it('is told no more when it is over, and not where there is none', () => {
    expect(done_words(forecast(at('10:20'), at('11:05')), now)).toBeNull();
    expect(done_words(null, now)).toBeNull();
  });
});

describe('the self-audit', () => {
  it('is told only where it drifts', () => {
    expect(drift_words(null)).toBeNull();
    expect(drift_words(audit(0.004))).toBeNull();
    expect(drift_words(audit(0.0721))).toBe('7.2 % off its own counter');
  });
  it('leads to the days one by one and to the timeline of its own', () => {
    const card = { id: 'm1', audit: audit(0.07) } as Card;
    expect(evidence_path('o', card)).toBe(
      '/o/o/machines/m1/oee?audit=1&on=2026-03-02T12%3A00%3A00.000Z',
    );
  });
});
