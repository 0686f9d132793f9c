// What time means in a pretend shop: shifts in UTC, reasons, figures. Enough of docs/OEE.md to show
// every part of the page; the rule itself is kept by the program.
import { Refusal } from './api.mjs';

const kHour = 3_600_000;
const kDay = 24 * kHour;
const iso = (ms) => new Date(ms).toISOString();
const date = (ms) => iso(ms).slice(0, 10);

export const kReasons = {
  codes: [
    ['setup', 'Set-up', null, 'setup'],
    ['material', 'No material', null, 'unplanned'],
    ['operator', 'No operator', null, 'unplanned'],
    ['tool', 'Tool', null, 'unplanned'],
    ['tool_broken', 'Tool broken', 'tool', 'unplanned'],
    ['tool_worn', 'Tool worn, changed', 'tool', 'unplanned'],
    ['program', 'Program', null, 'unplanned'],
    ['quality', 'Measuring, quality', null, 'unplanned'],
    ['fault', 'Machine fault', null, 'unplanned'],
    ['maintenance', 'Planned maintenance', null, 'planned'],
    ['no_order', 'No order', null, 'planned'],
    ['other', 'Other', null, 'unplanned'],
  ].map(([code, name, parent, reason_class]) => ({
    code,
    name,
    parent,
    class: reason_class,
    retired: false,
  })),
  rules: [],
};

const kCalendar = {
  location: '',
  zone: 'UTC',
  shifts: [
    { name: 'Early', from: '06:00', to: '14:00' },
    { name: 'Late', from: '14:00', to: '22:00' },
    { name: 'Night', from: '22:00', to: '06:00' },
  ].map((shift) => ({
    ...shift,
    days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    breaks: shift.name === 'Early' ? [{ name: 'Lunch', from: '11:30', to: '12:00' }] : [],
  })),
  holidays: [{ name: 'New Year', first: '2026-01-01', last: '2026-01-01' }],
  extra_shifts: [],
};

const calendars_of = (organization) => (organization.calendars ??= [structuredClone(kCalendar)]);

/** Routes of an organization; nothing for one that is another file's. */
export function meaning_of_time(organization, method, rest, url, body) {
  if (rest[0] === 'reasons') return { body: kReasons };
  if (rest[0] !== 'shift-calendars') return undefined;
  const all = calendars_of(organization);
  if (method === 'GET') return { body: { items: all } };
  if (method === 'DELETE') {
    const location = url.searchParams.get('location') ?? '';
    organization.calendars = all.filter((c) => c.location !== location);
    return { status: 204 };
  }
  body.shifts.forEach((shift, i) => {
    if (shift.days.length === 0)
      throw new Refusal(422, 'Unprocessable Content', {
        detail: 'The shift is on no day.',
        mend: 'Name the days on which it begins.',
        field: `shifts[${i}].days`,
      });
  });
  organization.calendars = [...all.filter((c) => c.location !== body.location), body];
  return { body };
}

const at_wall = (day, text) => day + kHour * Number(text.slice(0, 2)) + 60_000 * text.slice(3);

function shifts_in(calendar, from, to) {
  const found = [];
  for (let day = from - (from % kDay) - kDay; day < to; day += kDay)
    for (const shift of calendar.shifts) {
      const begin = at_wall(day, shift.from);
      const end = at_wall(shift.to <= shift.from ? day + kDay : day, shift.to);
      if (end <= from || begin >= to) continue;
      const breaks = shift.breaks.map((b) => ({
        name: b.name,
        from: at_wall(day, b.from),
        to: at_wall(day, b.to),
      }));
      found.push({ name: shift.name, day: date(day), from: begin, to: end, breaks });
    }
  return found.sort((a, b) => a.from - b.from);
}

const calendar_of = (organization, machine) =>
  calendars_of(organization).find((c) => c.location === machine.location) ??
  calendars_of(organization).find((c) => c.location === '');

const range_of = (url) => [
  Date.parse(url.searchParams.get('from')),
  Date.parse(url.searchParams.get('to')),
];

export function shifts(machine, url, organization) {
  const [from, to] = range_of(url);
  const calendar = calendar_of(organization, machine);
  const days = [];
  for (let day = from - (from % kDay); day < to; day += kDay)
    days.push({ day: date(day), from: iso(day), to: iso(day + kDay) });
  const told = (shift) => ({
    ...shift,
    from: iso(shift.from),
    to: iso(shift.to),
    breaks: shift.breaks.map((b) => ({ ...b, from: iso(b.from), to: iso(b.to) })),
  });
  return {
    body: {
      has_calendar: Boolean(calendar),
      location: calendar?.location ?? '',
      zone: 'UTC',
      days,
      items: calendar ? shifts_in(calendar, from, to).map(told) : [],
    },
  };
}

const kUses = [
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
];
const kOfBucket = {
  none: 'unknown',
  planned: 'planned_stop',
  setup: 'setup',
  unplanned: 'unplanned',
  stop: 'held',
  operator: 'operator',
  idle: 'idle',
};
const kOfClass = { planned: 'planned_stop', setup: 'setup', unplanned: 'unplanned' };
const stands = (a) => ['unplanned', 'stop', 'operator', 'idle'].includes(a.bucket);

/** Cuts [from, to) where any of the intervals begins or ends. */
function cuts(from, to, intervals) {
  const times = new Set([from, to]);
  for (const i of intervals) for (const t of [i.from, i.to]) if (t > from && t < to) times.add(t);
  return [...times].sort((a, b) => a - b);
}

export function oee(machine, url, organization) {
  let [from, to] = range_of(url);
  to = Math.max(from, Math.min(to, Date.now()));
  const calendar = calendar_of(organization, machine);
  const planned = calendar ? shifts_in(calendar, from, to) : [];
  const activities = machine.history(from - 60_000, to);
  const tags = machine.tags ?? [];
  const goal = goal_of(machine);
  const inside = (all, t) => all.findIndex((i) => i.from <= t && t < i.to);
  const stop_length = (i) => {
    let [a, b] = [i, i];
    while (a > 0 && stands(activities[a - 1])) a--;
    while (b + 1 < activities.length && stands(activities[b + 1])) b++;
    return activities[b].to - activities[a].from;
  };
  const breaks = planned.flatMap((s) => s.breaks);
  const pieces = [];
  const times = cuts(from, to, [...activities, ...planned, ...breaks, ...tags]);
  for (let i = 0; i + 1 < times.length; i++) {
    const t = times[i];
    const at = inside(activities, t);
    const shift = inside(planned, t);
    const a = activities[at];
    const tag = tags.findLastIndex((g) => g.from <= t && t < g.to);
    let use = a ? kOfBucket[a.bucket] : 'unknown';
    let reason = null;
    if (calendar && shift < 0) use = 'not_planned';
    else if (inside(breaks, t) >= 0) use = 'break';
    else if (a?.bucket === 'production')
      use = { SLOWED: 'slowed', NOT_CUTTING: 'not_cutting' }[a.state] ?? 'in_cycle';
    else if (tag >= 0 && tags[tag].code !== null) {
      reason = tag;
      use = kOfClass[kReasons.codes.find((c) => c.code === tags[tag].code)?.class ?? 'unplanned'];
    } else if (a && stands(a) && stop_length(at) < 1000 * goal.micro_stop_seconds)
      use = 'micro_stop';
    pieces.push({ from: t, to: times[i + 1], use, activity: at < 0 ? null : at, shift, reason });
  }
  return {
    body: figures(machine, { from, to, calendar, planned, activities, tags, goal, pieces }),
  };
}

function figures(machine, { from, to, calendar, planned, activities, tags, goal, pieces }) {
  const uses = Object.fromEntries(kUses.map((use) => [use, 0]));
  for (const p of pieces) uses[p.use] += (p.to - p.from) / 1000;
  const sum = (...names) => names.reduce((all, name) => all + uses[name], 0);
  const production = sum('in_cycle', 'slowed', 'not_cutting');
  const busy = sum(...kUses.slice(2));
  const known = busy - uses.unknown;
  const ratio = (over, under) => (under > 0 ? { over, under, value: over / under } : null);
  const made = Math.floor(production / 97);
  const scrap = machine.scrap ?? 0;
  const good = Math.max(0, made - scrap);
  const ideal = goal.ideal_seconds;
  const wants = ['unplanned', 'held', 'operator', 'idle'];
  const open = pieces.filter((p) => wants.includes(p.use) && p.reason === null);
  const told = (i) => ({ ...i, from: iso(i.from), to: iso(i.to) });
  const counts = machine.n % 4 !== 3;
  return {
    from: iso(from),
    to: iso(to),
    has_calendar: Boolean(calendar),
    ...goal,
    uses,
    planned_busy: busy,
    known_busy: known,
    production,
    unexplained: open.reduce((all, p) => all + (p.to - p.from) / 1000, 0),
    produced_outside: 0,
    availability: ratio(production, known),
    effectiveness: counts && ideal ? ratio(ideal * made, production) : null,
    quality: counts ? ratio(good, made) : null,
    oee: counts && ideal ? ratio(ideal * good, known) : null,
    utilization_planned: ratio(production + uses.held, known),
    utilization_calendar: ratio(production + uses.held, (to - from) / 1000 - uses.unknown),
    parts: counts ? { known_busy: made, unknown: 0, outside: 0 } : null,
    good: counts ? good : null,
    scrap,
    pieces: pieces.map((p) => ({ ...told(p), shift: p.shift < 0 ? null : p.shift })),
    activities: activities.map(told),
    shifts: planned.map((s) => ({ ...told(s), breaks: s.breaks.map(told) })),
    reasons: tags.map((g) => ({
      ...told(g),
      class: kReasons.codes.find((c) => c.code === g.code)?.class ?? 'unplanned',
      by: 'hand',
      who: '01hf0adaadaadaadaadaadaada',
    })),
    steps: [],
  };
}

const goal_of = (machine) =>
  (machine.goal ??= { ideal_seconds: machine.n % 2 ? 90 : 104, micro_stop_seconds: 60 });

export function goal(machine, url, organization, method, body) {
  if (method === 'PUT') {
    if (body.ideal_seconds !== null && !(body.ideal_seconds > 0))
      throw new Refusal(422, 'Unprocessable Content', {
        detail: 'An ideal time is above 0 and at most 7 days.',
        mend: 'Leave it out where there is none.',
        field: 'ideal_seconds',
      });
    machine.goal = { micro_stop_seconds: 60, ...body };
  }
  return { body: goal_of(machine) };
}

export function scrap(machine, url, organization, method, body) {
  machine.scrap = Math.max(0, (machine.scrap ?? 0) + body.count);
  return { status: 204 };
}

export function tag(machine, url, organization, method, body) {
  if (body.code !== null && !kReasons.codes.some((c) => c.code === body.code))
    throw new Refusal(422, 'Unprocessable Content', { detail: 'No such reason.', field: 'code' });
  (machine.tags ??= []).push({
    from: Date.parse(body.from),
    to: Date.parse(body.to),
    code: body.code,
  });
  return { status: 204 };
}

export function self_audit(machine, url) {
  if (machine.n % 3 === 2) return { body: { counts: false, drifts: false, days: [] } };
  const [, to] = range_of(url);
  const drifts = machine.n % 3 === 1;
  const day = (n) => {
    const ours = 20_000 + 300 * n;
    const theirs = drifts && n === 0 ? 0.92 * ours : 0.996 * ours;
    return {
      day: date(to - n * kDay),
      heard: 70_000,
      ours,
      theirs,
      cutting: 0.8 * theirs,
      differs: (ours - theirs) / theirs,
      agrees: (ours - theirs) / theirs <= 0.05,
    };
  };
  return { body: { counts: true, drifts, days: [3, 2, 1, 0].map(day) } };
}
