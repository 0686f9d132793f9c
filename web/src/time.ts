// Instants as milliseconds since the epoch, with a fraction where the source is finer.

const kPattern = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 text to milliseconds; digits finer than a millisecond are kept as a fraction.
 *  Not every browser reads more than three decimals, so they are taken apart here. */
export function parse_time(text: string | null | undefined): number | null {
  if (!text) return null;
  const match = kPattern.exec(text);
  const whole = Date.parse(match ? `${match[1]}${match[3]}` : text);
  if (Number.isNaN(whole)) return null;
  return match?.[2] ? whole + Number(`0.${match[2]}`) * 1000 : whole;
}

export function to_rfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/** Midnight of the reader's day that holds `ms`; `days` later or earlier, across clock changes. */
export function day_start(ms: number, days = 0): number {
  const date = new Date(ms);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
}

/** Minutes east of UTC at that instant. */
export function offset_minutes(ms: number): number {
  return -new Date(ms).getTimezoneOffset();
}

export function zone_words(ms: number): string {
  const minutes = offset_minutes(ms);
  if (minutes === 0) return 'UTC';
  const pad = (n: number) => String(Math.floor(n)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `UTC${minutes < 0 ? '−' : '+'}${pad(size / 60)}:${pad(size % 60)}`;
}
