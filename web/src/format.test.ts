import { describe, expect, it } from 'vitest';
import { age, duration, lasted, percent, units, value } from './format';
import { parse_time } from './time';

const plain = (text: string) => text.replaceAll(/\s/gu, ' ');
const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];

describe('a duration', () => {
  it.each([
    [0, '0 s'],
    [0.4, '0.4 ms'],
    [420, '420 ms'],
    [42 * second, '42 s'],
    [12 * minute + 5 * second, '12 min 05 s'],
    [3 * hour + 7 * minute, '3 h 07 min'],
    [2 * day + 4 * hour, '2 d 4 h'],
    [-5, '0 s'],
    [NaN, '–'],
  ])('of %d ms reads %s', (ms, text) => expect(plain(duration(ms))).toBe(text));
  it('that ticks has whole seconds', () => expect(plain(lasted(999))).toBe('0 s'));
});

describe('an age', () => {
  it.each([
    [0, 'now'],
    [1999, 'now'],
    [8 * second, '8 s'],
    [59_999, '59 s'],
    [12 * minute, '12 min'],
    [30 * hour, '30 h'],
    [5 * day, '5 d'],
  ])('of %d ms reads %s', (ms, text) => expect(plain(age(ms))).toBe(text));
});

describe('a share', () => {
  it.each([
    [0, '0 %'],
    [0.0004, '<0.1 %'],
    [0.034, '3.4 %'],
    [0.5, '50 %'],
    [1, '100 %'],
    [NaN, '–'],
  ])('%d reads %s', (share, text) => expect(plain(percent(share))).toBe(text));
});

describe('a value', () => {
  it('that is unavailable is neither zero nor empty', () =>
    expect(value(null)).toBe('unavailable'));
  it.each([
    ['NORMAL||||', 'NORMAL'],
    ['FAULT|1073|2||CHILLER FLOW LOW', 'FAULT · 1073 · 2 · CHILLER FLOW LOW'],
    ['a|b', 'a|b'],
  ])('%s reads %s', (said, text) => expect(value(said)).toBe(text));
  it('of zero is zero', () => expect(value(0)).toBe('0'));
  it.each([
    ['MILLIMETER/SECOND', 'mm/s'],
    ['percent', '%'],
    ['CUBIC_PARSEC', 'cubic parsec'],
    [null, ''],
  ])('in %s has the unit %s', (unit, text) => expect(units(unit)).toBe(text));
});

describe('a time', () => {
  it.each([
    ['2026-01-02T03:04:05Z', Date.UTC(2026, 0, 2, 3, 4, 5)],
    ['2026-01-02T03:04:05.678Z', Date.UTC(2026, 0, 2, 3, 4, 5, 678)],
    ['2026-01-02T03:04:05+02:00', Date.UTC(2026, 0, 2, 1, 4, 5)],
  ])('%s is read', (text, ms) => expect(parse_time(text)).toBe(ms));
  it('keeps what is finer than a millisecond', () =>
    expect(parse_time('2026-01-02T03:04:05.000250Z')! - Date.UTC(2026, 0, 2, 3, 4, 5)).toBeCloseTo(
      0.25,
      2,
    ));
  it.each([null, undefined, '', 'yesterday'])('%s is none', (text) =>
    expect(parse_time(text)).toBeNull(),
  );
});
