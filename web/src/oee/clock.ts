// Times as the clocks of a location show them.

const formats = new Map<string, Intl.DateTimeFormat>();
function through(
  zone: string,
  options: Intl.DateTimeFormatOptions,
  ms: number,
  language?: string,
): string {
  const key = zone + JSON.stringify(options) + (language ?? '');
  let format = formats.get(key);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat(language, { ...options, timeZone: zone });
    } catch {
      // A zone that the server knows and this browser does not.
      format = new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' });
    }
    formats.set(key, format);
  }
  return format.format(ms);
}

const kClock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

export const clock_in = (zone: string, ms: number) => through(zone, kClock, ms);
export const clock_seconds_in = (zone: string, ms: number) =>
  through(zone, { ...kClock, second: '2-digit' }, ms);
export const date_in = (zone: string, ms: number) =>
  through(zone, { weekday: 'short', day: 'numeric', month: 'short' }, ms);
export const date_clock_in = (zone: string, ms: number) =>
  `${date_in(zone, ms)}, ${clock_seconds_in(zone, ms)}`;

/** The day there, as "2026-03-06": so Swedes write it. */
export const day_in = (zone: string, ms: number) => through(zone, {}, ms, 'sv');

/** "2026-03-06" as a day, whatever the zone. */
export const day_words = (day: string) =>
  through('UTC', { weekday: 'short', day: 'numeric', month: 'short' }, Date.parse(`${day}T00:00Z`));

export const own_zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
