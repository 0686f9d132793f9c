import { describe, expect, it } from 'vitest';
import type { Forecast, Recommendation, Recommendations } from './types';
import { basis_words, hours_words, money_words, not_looked_at, rank, sure_words } from './words';

const one = (id: string, usual: number | null, dismissed = false): Recommendation => ({
  id,
  about: 'override',
  sentence: '',
  caution: '',
  program: null,
  tool: null,
  line: null,
  use: null,
  hours_a_week: usual === null ? null : { low: usual, usual, high: usual },
  money_a_week: null,
  sure: { by_chance: 0.0005, effect: 3, seen: 19, of: 20, counted: 'days' },
  since: '',
  last_true: '',
  evidence: [],
  dismissed: dismissed ? { reason: 'r', until: null, said: '', by: null } : null,
});

describe('recommendations', () => {
  it('stand with the greatest loss first, unknown losses last, dismissed ones not at all', () => {
    const at = (name: string, recommendation: Recommendation) => ({
      machine: { id: name, name },
      recommendation,
    });
    const ranked = rank([
      at('B', one('load', null)),
      at('B', one('small', 1)),
      at('A', one('gone', 9, true)),
      at('A', one('large', 5)),
      at('A', one('same', 1)),
    ]);
    expect(ranked.map((r) => r.recommendation.id)).toEqual(['large', 'same', 'small', 'load']);
  });
  it('keep the interval beside the figure', () => {
    expect(hours_words({ low: 6.14, usual: 6.8, high: 7.36 })).toBe('6.8 h a week (6.1 to 7.4)');
    expect(money_words({ low: 488, usual: 544.4, high: 592, currency: 'EUR' })).toBe(
      'about 544 EUR (488 to 592)',
    );
  });
  it('say how often they were seen and how rare that is', () => {
    expect(sure_words(one('a', 1))).toBe(
      'on 19 of 20 days; once in 2,000 such machines would show it by chance',
    );
  });
  it('say what could not be looked at', () => {
    const told = { basis: { feed_override: true, load: false, line: true, calendar: false } };
    expect(not_looked_at(told as Recommendations)).toBe(
      'There is no spindle load, no shift calendar to look at.',
    );
  });
});

describe('a forecast', () => {
  it('says how many parts and from how many cycles', () => {
    const told = { goal: 40, forecast: { parts_to_go: 12, cycles: 28 } } as Forecast;
    expect(basis_words(told)).toBe('12 of 40 parts to go, from 28 cycles');
    expect(basis_words({ ...told, goal: null })).toBe('12 parts to go, from 28 cycles');
  });
});
