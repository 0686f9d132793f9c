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
  if (rest[0] === 'reasons') return reasons(organization, method, url, body);
  if (rest[0] === 'rule-versions') return versions(organization, rest[1], url, body);
  if (rest[0] === 'what-if') return what_if(organization, url, body);
  if (rest[0] !== 'shift-calendars') return undefined;
  const all = calendars_of(organization);
  if (method === 'GET') return { body: { items: all } };
  if (method === 'DELETE') {
    const location = url.searchParams.get('location') ?? '';
    organization.calendars = all.filter((c) => c.location !== location);
    keep_version(organization, 'calendar', location, url, null);
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
  keep_version(organization, 'calendar', body.location, url, body);
  return { body };
}

const reasons_of = (organization) => (organization.reasons ??= structuredClone(kReasons));

function reasons(organization, method, url, body) {
  if (method === 'PUT') {
    body.codes.forEach((code, i) => {
      if (code.name === '')
        throw new Refusal(422, 'Unprocessable Content', {
          detail: 'A name has 1 to 60 characters.',
          field: `codes[${i}].name`,
        });
    });
    organization.reasons = body;
    keep_version(organization, 'reasons', '', url, body);
  }
  return { body: reasons_of(organization) };
}

/** Versions are listed and undone; unlike the program's, the newest value alone is ever used. */
function keep_version(organization, rule, whose, url, value) {
  const wanted = url.searchParams.get('from') ?? 'beginning';
  const said = iso(Date.now());
  (organization.versions ??= []).unshift({
    rule,
    whose,
    from: wanted === 'beginning' ? null : said,
    said,
    undone: null,
    by: '01hf0adaadaadaadaadaadaada',
    value: structuredClone(value),
  });
}

function versions(organization, part, url, body) {
  const all = (organization.versions ??= []);
  if (part !== 'undo') {
    const rule = url.searchParams.get('rule');
    const whose = url.searchParams.get('whose') ?? '';
    return { body: { items: all.filter((v) => v.rule === rule && v.whose === whose) } };
  }
  const newest = all.find((v) => v.rule === body.rule && v.whose === body.whose && !v.undone);
  if (!newest) throw new Refusal(404, 'Not found', { detail: 'There is no change to undo.' });
  newest.undone = iso(Date.now());
  return { status: 204 };
}

function what_if(organization, url, body) {
  const all = organization.machines.filter(
    (m) => !m.removed && [undefined, m.id].includes(body.machine),
  );
  if (body.goal && !(body.goal.ideal_seconds === null || body.goal.ideal_seconds > 0))
    throw new Refusal(422, 'Unprocessable Content', {
      detail: 'An ideal time is above 0 and at most 7 days.',
      field: 'ideal_seconds',
    });
  const rules = (body.reasons?.rules ?? []).map((rule) => ({
    code: rule.code,
    stops: 0,
    seconds: 0,
    examples: [],
  }));
  const machines = all.map((machine) => {
    const present = oee(machine, url, organization).body;
    const proposed = oee(machine, url, organization, body).body;
    for (const reason of proposed.reasons) {
      const rule = rules[reason.rule];
      if (!rule) continue;
      rule.stops++;
      rule.seconds += (Date.parse(reason.to) - Date.parse(reason.from)) / 1000;
      if (rule.examples.length < 5)
        rule.examples.push({ machine: machine.id, from: reason.from, to: reason.to });
    }
    const changes = changed(present, proposed);
    const plain = ({ pieces, activities, shifts, reasons, steps, ...rest }) => rest;
    return {
      id: machine.id,
      name: machine.card(Date.now()).name,
      present: plain(present),
      proposed: plain(proposed),
      changed_seconds: changes.reduce(
        (n, c) => n + (Date.parse(c.to) - Date.parse(c.from)) / 1000,
        0,
      ),
      changed_pieces: changes.length,
      changes: changes.slice(0, 100),
    };
  });
  const [from, to] = range_of(url);
  return { body: { from: iso(from), to: iso(to), left_out: 0, machines, rules } };
}

function changed(before, after) {
  const code = (oee, piece) => (piece.reason === null ? null : oee.reasons[piece.reason].code);
  const found = [];
  for (let i = 0, j = 0; i < before.pieces.length && j < after.pieces.length; ) {
    const [b, a] = [before.pieces[i], after.pieces[j]];
    const from = a.from > b.from ? a.from : b.from;
    const to = a.to < b.to ? a.to : b.to;
    if (from < to && (a.use !== b.use || code(after, a) !== code(before, b)))
      found.push({
        from,
        to,
        before: b.use,
        after: a.use,
        code_before: code(before, b),
        code_after: code(after, a),
      });
    if (b.to === to) i++;
    if (a.to === to) j++;
  }
  return found;
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

/** `given`: rules as they might be, in the place of those that are; not for the route's own use. */
export function oee(machine, url, organization, given) {
  const proposal = given?.goal || given?.reasons || given?.calendar ? given : {};
  let [from, to] = range_of(url);
  to = Math.max(from, Math.min(to, Date.now()));
  const calendar = proposal.calendar ?? calendar_of(organization, machine);
  const planned = calendar ? shifts_in(calendar, from, to) : [];
  const activities = machine.history(from - 60_000, to);
  const goal = { ...goal_of(machine), ...proposal.goal };
  const tree = proposal.reasons ?? reasons_of(organization);
  const inside = (all, t) => all.findIndex((i) => i.from <= t && t < i.to);
  const stop_length = (i) => {
    let [a, b] = [i, i];
    while (a > 0 && stands(activities[a - 1])) a--;
    while (b + 1 < activities.length && stands(activities[b + 1])) b++;
    return activities[b].to - activities[a].from;
  };
  const by_rule = activities.flatMap((a, i) => {
    const micro = stands(a) && stop_length(i) < 1000 * goal.micro_stop_seconds;
    if (micro || a.bucket === 'production' || a.bucket === 'none') return [];
    const rule = tree.rules.findIndex((r) => r.states.length === 0 || r.states.includes(a.state));
    return rule < 0 ? [] : [{ from: a.from, to: a.to, code: tree.rules[rule].code, rule }];
  });
  const tags = [...by_rule, ...(machine.tags ?? [])];
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
      use = kOfClass[tree.codes.find((c) => c.code === tags[tag].code)?.class ?? 'unplanned'];
    } else if (a && stands(a) && stop_length(at) < 1000 * goal.micro_stop_seconds)
      use = 'micro_stop';
    pieces.push({ from: t, to: times[i + 1], use, activity: at < 0 ? null : at, shift, reason });
  }
  return {
    body: figures(machine, { from, to, calendar, planned, activities, tags, goal, pieces, tree }),
  };
}

function figures(machine, { from, to, calendar, planned, activities, tags, goal, pieces, tree }) {
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
      class: tree.codes.find((c) => c.code === g.code)?.class ?? 'unplanned',
      by: g.rule === undefined ? 'hand' : 'rule',
      who: g.rule === undefined ? '01hf0adaadaadaadaadaadaada' : null,
    })),
    parts_source: !counts
      ? null
      : machine.n % 4 === 2
        ? { from: 'program_end', confidence: 0.94 }
        : { from: 'counter', confidence: 0.98 },
    changes: [],
    steps: counts ? steps_of(from, made, machine.n % 4 === 2) : [],
  };
}

const steps_of = (from, made, cycles) =>
  Array.from({ length: Math.min(made, 200) }, (_, i) => ({
    at: iso(from + 97_000 * (i + 1)),
    count: 1,
    begun: cycles ? iso(from + 97_000 * i + 9_000) : null,
  }));

export function parts(machine) {
  const cycles = machine.n % 4 === 2;
  return {
    body: {
      counter: machine.n % 4 === 3 ? null : cycles ? 0 : 412,
      cycles: machine.n % 4 === 3 ? 0 : 408,
      counted_cycles: cycles ? 0 : 401,
      unseen_parts: 0,
      confidence: 0.94,
      source: machine.n % 4 === 3 ? null : cycles ? 'program_end' : 'counter',
    },
  };
}

export function lifetime_count(machine) {
  const hours = (n) => iso(Date.now() - n * kHour);
  const none = { parts: null, since: null, shows: null, shown_at: null, events: 0, items: [] };
  if (machine.n % 4 === 3) return { body: { item: null, ...none } };
  return {
    body: {
      item: 'part_count',
      parts: 48_213,
      since: hours(24 * 410),
      shows: 112,
      shown_at: hours(0.1),
      events: 3,
      items: [
        { at: hours(9), change: 'reset', before: 388, after: 0, parts: 0 },
        { at: hours(30), change: 'corrected', before: 120, after: 118, parts: -2 },
        { at: hours(55), change: 'wrapped', before: 9_999, after: 1, parts: 2 },
      ],
    },
  };
}

export function signal_levels() {
  const level = (i, at, width, most) => most * Math.exp(-(((i - at) / width) ** 2));
  const seconds = Array.from({ length: 80 }, (_, i) =>
    Math.round(level(i, 3, 2, 60_000) + level(i, 45, 14, 9_000)),
  );
  return {
    body: {
      suggestion: {
        on: 3.1234,
        off: 1.9876,
        gap: { from: 1.2, to: 4.1 },
        other: null,
        low: 0.41,
        high: 8.6,
        time_low: 302_000,
        time_high: 290_000,
        doubtful_share: 0.0012,
        days: 7,
        agreeing_days: 6,
      },
      why_not: null,
      histogram: { from: 0, to: 15, seconds },
    },
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
    keep_version(organization, 'goal', machine.id, url, machine.goal);
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
    const theirs = drifts && n <= 1 ? 0.92 * ours : 0.996 * ours;
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
