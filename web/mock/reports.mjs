// Alarms, comparisons, hand-overs and reports of the pretend shop: enough to show every part of the
// pages; how figures are made is kept by the program.
import { Refusal } from './api.mjs';
import { cycles_between, statistics_of } from './cycles.mjs';
import { kReasons, oee, shifts } from './time.mjs';

const kHour = 3_600_000;
const kDay = 24 * kHour;
const iso = (ms) => new Date(ms).toISOString();
const kAda = '01hf0adaadaadaadaadaadaada';

const kTexts = {
  1120: 'LOW AIR PRESSURE',
  371: 'COND.MISSING (SET UP SWITCH)',
  1101: 'INTERFERE',
};
const kCodes = Object.keys(kTexts);

const ranged = (path, from, to) =>
  new URL(
    `http://mock/${path}?from=${encodeURIComponent(iso(from))}&to=${encodeURIComponent(iso(to))}`,
  );
const figures_of = (machine, organization, from, to) =>
  oee(machine, ranged('oee', from, to), organization).body;

/** Every stretch of alarm, each third with a warning beside it. */
function spans_of(machine, from, to) {
  const now = Math.min(to, Date.now());
  return machine
    .history(from, now)
    .filter((a) => ['ALARM', 'ESTOP', 'HELD'].includes(a.state))
    .map((a, i) => {
      const code = kCodes[(i + machine.n) % kCodes.length];
      return {
        machine: machine.id,
        item: 'system_cond',
        code,
        text: kTexts[code],
        level: a.state === 'HELD' ? 'WARNING' : 'FAULT',
        from: iso(a.from),
        to: iso(a.to),
        carried: a.from <= from,
        end: a.to < now ? 'cleared' : to > now ? 'open' : 'cut',
      };
    });
}

const length = (span) => (Date.parse(span.to) - Date.parse(span.from)) / 1000;

function rows_of(spans, by, operating) {
  const rows = new Map();
  for (const span of spans) {
    const row = rows.get(span.code) ?? {
      item: span.item,
      code: span.code,
      text: span.text,
      level: 'WARNING',
      machines: [],
      count: 0,
      time: 0,
      longest: 0,
      repaired: 0,
      repair: 0,
      carried: 0,
      open: 0,
      cut: 0,
      gaps: 0,
    };
    rows.set(span.code, row);
    if (span.level === 'FAULT') row.level = 'FAULT';
    if (!row.machines.includes(span.machine)) row.machines.push(span.machine);
    row[span.carried ? 'carried' : 'count']++;
    row.time += length(span);
    row.longest = Math.max(row.longest, length(span));
    if (span.end !== 'cleared') row[span.end]++;
    else if (!span.carried) {
      row.repaired++;
      row.repair += length(span);
    }
  }
  const all = [...rows.values()].sort((a, b) => b[by] - a[by]);
  const whole = all.reduce((sum, row) => sum + row[by], 0);
  let until = 0;
  return all.map(({ repair, ...row }) => {
    until += row[by];
    return {
      ...row,
      share: whole ? row[by] / whole : 0,
      cumulative: whole ? until / whole : 0,
      mean_to_repair: row.repaired ? repair / row.repaired : null,
      mean_between: row.count ? operating / row.count : null,
    };
  });
}

function failures_of(spans, operating) {
  const of = spans.filter((s) => s.level === 'FAULT' && length(s) >= 60);
  const begun = of.filter((s) => !s.carried);
  const repaired = begun.filter((s) => s.end === 'cleared');
  const repair = repaired.reduce((sum, s) => sum + length(s), 0);
  return {
    count: begun.length,
    operating,
    repaired: repaired.length,
    repair,
    mean_to_repair: repaired.length ? repair / repaired.length : null,
    mean_between: begun.length ? operating / begun.length : null,
    carried: of.length - begun.length,
    open: of.filter((s) => s.end === 'open').length,
    cut: of.filter((s) => s.end === 'cut').length,
    gaps: 0,
  };
}

function alarms(machines, organization, url) {
  const from = Date.parse(url.searchParams.get('from'));
  const to = Date.parse(url.searchParams.get('to'));
  const by = url.searchParams.get('by') === 'count' ? 'count' : 'time';
  const spans = machines
    .flatMap((m) => spans_of(m, from, to))
    .filter((s) => url.searchParams.get('level') !== 'fault' || s.level === 'FAULT')
    .sort((a, b) => b.from.localeCompare(a.from));
  const producing = (m) =>
    m.history(from, Math.min(to, Date.now())).filter((a) => a.bucket === 'production');
  const operating = machines.flatMap(producing).reduce((sum, a) => sum + (a.to - a.from) / 1000, 0);
  return {
    body: {
      from: iso(from),
      to: iso(to),
      by,
      failures: failures_of(spans, operating),
      items: rows_of(spans, by, operating),
      spans: spans.slice(0, 2000),
      spans_left_out: 0,
    },
  };
}

export const machine_alarms = (machine, url, organization) => alarms([machine], organization, url);

const kRatios = ['availability', 'effectiveness', 'quality', 'oee'];

function totals_of(all, spans) {
  const sum = (of) => all.reduce((n, f) => n + of(f), 0);
  const ratio = (name) => {
    const having = all.map((f) => f[name]).filter(Boolean);
    const over = having.reduce((n, r) => n + r.over, 0);
    const under = having.reduce((n, r) => n + r.under, 0);
    return under > 0 ? { value: over / under, over, under, of: having.length } : null;
  };
  const counting = all.filter((f) => f.parts);
  const planned_busy = sum((f) => f.planned_busy);
  const known_busy = sum((f) => f.known_busy);
  const production = sum((f) => f.production);
  return {
    machines: all.length,
    planned_busy,
    known_busy,
    coverage: planned_busy ? known_busy / planned_busy : null,
    production,
    in_cycle: production,
    unexplained: sum((f) => f.unexplained),
    uses: Object.fromEntries(
      Object.keys(all[0]?.uses ?? {}).map((use) => [use, sum((f) => f.uses[use])]),
    ),
    ...Object.fromEntries(kRatios.map((name) => [name, ratio(name)])),
    parts: counting.length ? sum((f) => f.parts?.known_busy ?? 0) : null,
    good: counting.length ? sum((f) => f.good ?? 0) : null,
    scrap: sum((f) => f.scrap),
    failures: failures_of(spans, production),
  };
}

const kStops = ['unplanned', 'held', 'operator', 'idle', 'planned_stop', 'setup', 'micro_stop'];

function stops_of(figures) {
  return figures.pieces
    .filter((p) => kStops.includes(p.use))
    .map((p) => ({
      from: p.from,
      to: p.to,
      use: p.use,
      state: p.activity === null ? 'UNKNOWN' : figures.activities[p.activity].state,
      reason: p.reason === null ? null : figures.reasons[p.reason].code,
    }))
    .sort((a, b) => length(b) - length(a));
}

function reasons_of(figures) {
  const times = new Map();
  for (const stop of stops_of(figures)) {
    if (stop.reason === null && !kStops.slice(0, 4).includes(stop.use)) continue;
    const row = times.get(stop.reason) ?? { code: stop.reason, time: 0, stops: 0 };
    row.time += length(stop);
    row.stops++;
    times.set(stop.reason, row);
  }
  return [...times.values()].sort((a, b) => b.time - a.time);
}

function line_of(machine, organization, from, to) {
  const figures = figures_of(machine, organization, from, to);
  const spans = spans_of(machine, from, to);
  const programs = statistics_of(cycles_between(machine, from, Math.min(to, Date.now()))).items;
  return {
    figures: totals_of([figures], spans),
    programs,
    no_programs: null,
    alarms: rows_of(spans, 'time', figures.production),
    reasons: reasons_of(figures),
  };
}

function shift_lines(machines, organization, from, to) {
  const by_name = new Map();
  for (const machine of machines)
    for (const shift of shifts(machine, ranged('shifts', from, to), organization).body.items) {
      const [begin, end] = [Date.parse(shift.from), Date.parse(shift.to)];
      const line = by_name.get(shift.name) ?? { all: [], spans: [] };
      line.all.push(figures_of(machine, organization, Math.max(begin, from), Math.min(end, to)));
      line.spans.push(...spans_of(machine, Math.max(begin, from), Math.min(end, to)));
      by_name.set(shift.name, line);
    }
  return [...by_name].map(([name, { all, spans }]) => ({
    name,
    machine: null,
    on: [],
    figures: { ...totals_of(all, spans), machines: machines.length },
    programs: [],
    no_programs: null,
    alarms: rows_of(spans, 'time', 1),
    reasons: all.flatMap(reasons_of).slice(0, 3),
    before: null,
  }));
}

function comparison(machines, organization, url) {
  const from = Date.parse(url.searchParams.get('from'));
  const to = Date.parse(url.searchParams.get('to'));
  const by = url.searchParams.get('by') ?? 'machine';
  const earlier = [2 * from - to, from];
  const before = url.searchParams.get('before') === 'true';
  let items;
  if (by === 'shift') items = shift_lines(machines, organization, from, to);
  else
    items = machines.map((machine) => ({
      name: machine.name,
      machine: machine.id,
      on: [],
      ...line_of(machine, organization, from, to),
      before: before ? line_of(machine, organization, ...earlier) : null,
    }));
  if (by === 'program')
    items = items.flatMap((item) =>
      item.programs.map((program) => ({
        ...item,
        name: program.program ?? '',
        machine: null,
        on: [item.machine],
        figures: null,
        programs: [program],
        alarms: [],
        reasons: [],
        before: null,
      })),
    );
  return {
    body: {
      from: iso(from),
      to: iso(to),
      before: before ? { from: iso(earlier[0]), to: iso(earlier[1]) } : null,
      items,
    },
  };
}

/** Eight hours from 06:00, 14:00, 22:00 on. */
function hand_over(machines, organization, url) {
  const at = Date.parse(url.searchParams.get('at') ?? iso(Date.now()));
  const location = url.searchParams.get('location') ?? '';
  const from = Math.floor((at - 6 * kHour) / (8 * kHour)) * 8 * kHour + 6 * kHour;
  const to = from + 8 * kHour;
  const name = ['Early', 'Late', 'Night'][(((from % kDay) / kHour - 6 + 24) % 24) / 8];
  const now = Date.now();
  return {
    body: {
      location,
      has_calendar: true,
      zone: 'UTC',
      shift: { name, day: iso(from).slice(0, 10), from: iso(from), to: iso(to) },
      previous: iso(from - 1),
      next: to <= now ? iso(to) : null,
      machines: machines.map((machine) => {
        const figures = figures_of(machine, organization, from, to);
        const rows = rows_of(spans_of(machine, from, to), 'time', figures.production);
        const card = machine.card(now);
        return {
          card,
          figures: totals_of([figures], spans_of(machine, from, to)),
          goal: figures.ideal_seconds ? figures.planned_busy / figures.ideal_seconds : null,
          stops: stops_of(figures).slice(0, 5),
          alarms: rows.slice(0, 5),
          alarm_kinds: rows.length,
          running: card.in_cycle
            ? {
                program: card.program,
                since: card.since,
                cycles: 12,
                done: { from: iso(now + 120_000), to: iso(now + 300_000) },
              }
            : null,
        };
      }),
      notes: (organization.notes ?? []).filter(
        (n) => n.location === location && Date.parse(n.begins) === from,
      ),
    },
  };
}

function notes(organization, method, url, body) {
  organization.notes ??= [];
  if (method === 'DELETE') {
    organization.notes = organization.notes.filter((n) => n.id !== url.searchParams.get('id'));
    return { status: 204 };
  }
  if (!body.text)
    throw new Refusal(422, 'Unprocessable Content', {
      detail: 'A note has 1 to 2,000 characters.',
      field: 'text',
    });
  const note = {
    id: `20000/${organization.notes.length}`,
    location: body.location ?? '',
    begins: body.begins,
    machine: body.machine ?? null,
    text: body.text,
    written: iso(Date.now()),
    who: kAda,
  };
  organization.notes.push(note);
  return { status: 201, body: note };
}

/** Routes of an organization; nothing for one that is another file's. */
export function reports(organization, method, rest, url, body) {
  const all = organization.machines.filter((m) => !m.removed);
  const location = url.searchParams.get('location');
  const wanted = url.searchParams.getAll('machine');
  const machines = all.filter(
    (m) =>
      (wanted.length === 0 || wanted.includes(m.id)) &&
      (location === null || (m.location ?? '') === location),
  );
  switch (rest[0]) {
    case 'alarms':
      return alarms(machines, organization, url);
    case 'comparison':
      return comparison(machines, organization, url);
    case 'hand-over':
      return hand_over(machines, organization, url);
    case 'shift-notes':
      return notes(organization, method, url, body);
    case 'report':
      return {
        type: 'text/html; charset=utf-8',
        text: `<!DOCTYPE html><html lang="en"><title>Report</title><h1>${url.searchParams.get('of')}</h1>${kReasons.codes.length} reasons</html>`,
      };
    default:
      return undefined;
  }
}
