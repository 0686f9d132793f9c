// Figures as people read them: in the reader's locale, with units, never wider than needed.
import { day_start, parse_time } from './time';
import type { Value } from './types';

const kSecond = 1000;
const kMinute = 60 * kSecond;
const kHour = 60 * kMinute;
const kDay = 24 * kHour;
const thin = ' ';

/** "42 s", "12 min 05 s", "3 h 07 min", "2 d 4 h". Below a second with its fraction. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const size = Math.max(0, ms);
  if (size > 0 && size < kSecond)
    return size < 10 ? `${size.toFixed(1)}${thin}ms` : `${Math.round(size)}${thin}ms`;
  const seconds = Math.floor(size / kSecond);
  const pad = (n: number) => String(n).padStart(2, '0');
  if (size < kMinute) return `${seconds}${thin}s`;
  if (size < kHour) return `${Math.floor(seconds / 60)}${thin}min ${pad(seconds % 60)}${thin}s`;
  const minutes = Math.floor(seconds / 60);
  if (size < kDay) return `${Math.floor(minutes / 60)}${thin}h ${pad(minutes % 60)}${thin}min`;
  const hours = Math.floor(minutes / 60);
  return `${Math.floor(hours / 24)}${thin}d ${hours % 24}${thin}h`;
}

/** For what ticks on screen: whole seconds, so that the width does not jump. */
export const lasted = (ms: number) => duration(Math.floor(Math.max(0, ms) / kSecond) * kSecond);

/** The larger unit alone, for where an age stands beside a value: "now", "8 s", "12 min", "3 h", "5 d". */
export function age(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 2 * kSecond) return 'now';
  if (ms < kMinute) return `${Math.floor(ms / kSecond)}${thin}s`;
  if (ms < kHour) return `${Math.floor(ms / kMinute)}${thin}min`;
  if (ms < 2 * kDay) return `${Math.floor(ms / kHour)}${thin}h`;
  return `${Math.floor(ms / kDay)}${thin}d`;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function through(options: Intl.DateTimeFormatOptions, ms: number): string {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat(undefined, options)));
  return format.format(ms);
}

const kHoursMinutes = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

export const clock = (ms: number) => through(kHoursMinutes, ms);
export const clock_seconds = (ms: number) => through({ ...kHoursMinutes, second: '2-digit' }, ms);
export const clock_fine = (ms: number) =>
  through({ ...kHoursMinutes, second: '2-digit', fractionalSecondDigits: 3 }, ms);
export const date = (ms: number) =>
  through({ weekday: 'short', day: 'numeric', month: 'short' }, ms);
export const date_long = (ms: number) =>
  through({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, ms);
/** With its year and without a time: for what ends in months or years. */
export const day = (ms: number) => through({ day: 'numeric', month: 'short', year: 'numeric' }, ms);
export const month = (ms: number) => through({ month: 'long', year: 'numeric' }, ms);
/** January with its year. */
export const month_short = (ms: number) =>
  new Date(ms).getMonth() === 0
    ? through({ month: 'short', year: 'numeric' }, ms)
    : through({ month: 'short' }, ms);
export function day_of(text: string | null | undefined): string {
  const ms = parse_time(text);
  return ms === null ? '–' : day(ms);
}
export const date_time = (ms: number) => `${date(ms)}, ${clock_seconds(ms)}`;

/** The clock alone within the reader's day of `now`, the date with it otherwise. */
export function moment(ms: number, now: number): string {
  return day_start(ms) === day_start(now) ? clock_seconds(ms) : date_time(ms);
}

export function moment_of(text: string | null | undefined, now: number): string {
  const ms = parse_time(text);
  return ms === null ? '–' : moment(ms, now);
}

const kNumber = new Intl.NumberFormat(undefined, { maximumFractionDigits: 4 });
const kTenths = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const kWhole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
export const number = (n: number) => kNumber.format(n);
export const whole = (n: number) => kWhole.format(n);

/** An SHDR condition: level, code, severity, qualifier and text between bars. */
const kCondition = /^(NORMAL|WARNING|FAULT|UNAVAILABLE)(\|[^|]*){4}$/i;

/** A value as it was said; null is not zero and not empty. */
export function value(v: Value | undefined): string {
  if (v === null || v === undefined) return 'unavailable';
  if (typeof v === 'number') return number(v);
  if (v === '') return '(empty)';
  return kCondition.test(v) ? v.split('|').filter(Boolean).join(' · ') : v;
}

const kUnits: Record<string, string> = {
  MILLIMETER: 'mm',
  'MILLIMETER/SECOND': 'mm/s',
  'REVOLUTION/MINUTE': 'rpm',
  PERCENT: '%',
  DEGREE: '°',
  'DEGREE/SECOND': '°/s',
  CELSIUS: '°C',
  SECOND: 's',
  NEWTON: 'N',
  NEWTON_METER: 'N·m',
  AMPERE: 'A',
  VOLT: 'V',
  WATT: 'W',
  HERTZ: 'Hz',
  COUNT: '',
  MILLIMETER_3D: 'mm',
  PASCAL: 'Pa',
  KILOGRAM: 'kg',
  LITER: 'l',
  'MILLIMETER/SECOND^2': 'mm/s²',
  NATIVE: '',
};

/** MTConnect's unit words as the signs that people write. */
export function units(u: string | null | undefined): string {
  if (!u) return '';
  return kUnits[u.toUpperCase()] ?? u.toLowerCase().replaceAll('_', ' ');
}

export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const p = share * 100;
  if (p > 0 && p < 0.1) return `<${kNumber.format(0.1)}${thin}%`;
  return `${p > 0 && p < 10 ? kTenths.format(p) : Math.round(p)}${thin}%`;
}

/** "feed_override" or "PATH_FEEDRATE" as words. */
export function words(name: string): string {
  const text = name.replaceAll('_', ' ').trim().toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
