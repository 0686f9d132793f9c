// The answers of the stand-in server.
import { randomBytes } from 'node:crypto';
import * as advice_routes from './advice.mjs';
import { cycles_between, statistics_of } from './cycles.mjs';
import { kRules } from './history.mjs';
import { privacy_office } from './people.mjs';
import { program_routes } from './programs.mjs';
import { machine_alarms, reports } from './reports.mjs';
import { rollup_of } from './overview.mjs';
import { items_of } from './shop.mjs';
import * as time_routes from './time.mjs';
import { tools } from './tools.mjs';

const iso = (ms) => new Date(ms).toISOString();

export const kAda = '01hf0adaadaadaadaadaadaada';
export const kBen = '01hf0benbenbenbenbenbenben';

export class Refusal {
  constructor(status, title, more = {}) {
    this.status = status;
    this.body = { type: 'about:blank', title, status, ...more };
  }
}
const missing = () =>
  new Refusal(404, 'Nothing here', { detail: 'There is no such thing in this organization.' });

export async function api(world, request, response, url) {
  try {
    const answer = await route(world, request, response, url);
    if (answer === undefined) return;
    const { status = 200, headers = {}, body, text, type } = answer;
    if (status === 204) return void response.writeHead(204, headers).end();
    response.writeHead(status, {
      'Content-Type': type ?? 'application/json',
      'Cache-Control': 'no-store',
      ...headers,
    });
    response.end(text ?? JSON.stringify(body));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    response.writeHead(refusal.status, {
      'Content-Type': 'application/problem+json',
      ...(refusal.status === 429 && { 'Retry-After': '30' }),
    });
    response.end(JSON.stringify(refusal.body));
  }
}

async function route(world, request, response, url) {
  const { method } = request;
  const path = url.pathname.slice('/api/v1'.length);
  const body = ['POST', 'PUT', 'PATCH'].includes(method) ? await read(request) : {};
  const token = /heed_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
  if (path === '/session' && method === 'POST') {
    if (body.email !== 'ada@example.com' || body.password !== world.password)
      throw new Refusal(401, 'Not signed in', {
        detail: 'The e-mail or the password is not right.',
      });
    return enter(world);
  }
  if (path === '/session/link' && method === 'POST') {
    if (body.token !== 'mock')
      throw new Refusal(401, 'This link no longer works', {
        detail: 'It was used before or is too old.',
        mend: 'Ask for a new one with: heed serve --sign-in-link E-MAIL',
      });
    return enter(world);
  }
  if (path === '/health') return { body: { status: 'ok', version: 'mock' } };
  if (!world.sessions.has(token))
    throw new Refusal(401, 'Not signed in', { detail: 'Sign in first.' });
  if (method !== 'GET' && request.headers['x-heed-csrf'] !== 'csrf-mock')
    throw new Refusal(403, 'The page is too old', { mend: 'Load it again.' });
  if (path === '/session' && method === 'GET') return { body: session(world) };
  if (path === '/session' && method === 'DELETE') {
    world.sessions.delete(token);
    return { status: 204 };
  }
  if (path === '/session/password') {
    if (body.password.length < 10)
      throw new Refusal(422, 'Too short', {
        detail: 'The password needs at least 10 characters.',
        field: 'password',
      });
    if (body.current !== undefined && body.current !== world.password)
      throw new Refusal(422, 'Not right', {
        detail: 'This is not the password until now.',
        field: 'current',
      });
    world.password = body.password;
    return { status: 204 };
  }
  const [, section, id, ...rest] = path.split('/').map(decodeURIComponent);
  const organization = section === 'organizations' ? world.organizations.get(id) : undefined;
  if (!organization) throw missing();
  if (world.faults.fail && rest.join('/').includes(world.faults.fail))
    throw new Refusal(403, 'The policy does not allow this', {
      detail: 'Nothing was changed.',
      clause: '3.2',
      sentence:
        'Machine Data is siloed solely to your organization, is not shared, and serves nothing else.',
      mend: 'Ask the owner of the organization.',
    });
  const office = privacy_office(world, organization, method, rest, body);
  if (office) return office;
  const time_answer = time_routes.meaning_of_time(organization, method, rest, url, body);
  if (time_answer) return time_answer;
  const program_answer = program_routes(organization, method, rest, url, body);
  if (program_answer) return program_answer;
  const report_answer = reports(organization, method, rest, url, body);
  if (report_answer) return report_answer;
  const hour = advice_routes.machine_hour(organization, method, rest, body);
  if (hour) return hour;
  if (rest[0] === 'live') return live(organization, request, response, url);
  if (rest[0] === 'machines') return machines(organization, method, rest.slice(1), url, body);
  if (rest[0] === 'api-keys') return keys(organization, method, rest[1], body);
  if (rest[0] === 'members')
    return {
      body: {
        items: [
          { person: session(world).person, role: 'owner' },
          { person: { id: kBen, name: 'Ben Okoro', email: 'ben@example.com' }, role: 'member' },
        ],
      },
    };
  throw missing();
}

function session(world) {
  return {
    person: { id: kAda, name: 'Ada Novak', email: 'ada@example.com' },
    csrf: 'csrf-mock',
    organizations: [...world.organizations.values()].map(({ id, name }) => ({
      id,
      name,
      role: 'owner',
    })),
  };
}

function enter(world) {
  const token = randomBytes(12).toString('hex');
  world.sessions.add(token);
  return {
    headers: { 'Set-Cookie': `heed_session=${token}; HttpOnly; SameSite=Lax; Path=/` },
    body: session(world),
  };
}

async function read(request) {
  let text = '';
  for await (const piece of request) text += piece;
  if (request.headers['content-type'] === 'application/octet-stream') return { bytes: text };
  return text ? JSON.parse(text) : {};
}

function live(organization, request, response, url) {
  const after = Number(request.headers['last-event-id'] ?? url.searchParams.get('after') ?? NaN);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const write = ({ id, event, data }) =>
    response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  const listener = {
    machine: url.searchParams.get('machine'),
    send: write,
    close: () => response.destroy(),
  };
  if (Number.isFinite(after)) {
    if (organization.ring[0] && organization.ring[0].id > after + 1)
      write({ id: organization.number, event: 'reset', data: {} });
    else
      for (const said of organization.ring)
        if (said.id > after && (!said.only || said.only === listener.machine)) write(said);
  }
  response.write(': heartbeat\n\n');
  const beat = setInterval(() => response.write(': heartbeat\n\n'), 5000);
  organization.listeners.add(listener);
  response.on('close', () => {
    clearInterval(beat);
    organization.listeners.delete(listener);
  });
}

function keys(organization, method, id, body) {
  if (method === 'POST') {
    const secret = `heed_${randomBytes(20).toString('base64url')}`;
    const key = {
      id: randomBytes(4).toString('hex'),
      name: body.name,
      scopes: body.scopes,
      created: iso(Date.now()),
      last_used: null,
      prefix: secret.slice(0, 11),
    };
    organization.keys.push(key);
    return { status: 201, body: { ...key, key: secret } };
  }
  if (method === 'DELETE') {
    organization.keys = organization.keys.filter((k) => k.id !== id);
    return { status: 204 };
  }
  return { body: { items: organization.keys, next: null } };
}

/** The routes below a machine. */
const sections = () => ({
  items,
  samples,
  activities,
  alarms: machine_alarms,
  conditions,
  cycles,
  explain,
  raw,
  link,
  restore,
  shifts: time_routes.shifts,
  oee: time_routes.oee,
  goal: time_routes.goal,
  parts: time_routes.parts,
  'lifetime-count': time_routes.lifetime_count,
  'signal-levels': time_routes.signal_levels,
  scrap: time_routes.scrap,
  'reason-tags': time_routes.tag,
  'self-audit': time_routes.self_audit,
  tools,
  forecast: advice_routes.forecast,
  recommendations: advice_routes.recommendations,
});

async function machines(organization, method, [id, section, part], url, body) {
  const now = Date.now();
  if (!id && method === 'GET')
    return {
      body: {
        items: organization.machines.filter((m) => !m.removed).map((m) => m.card(now)),
        next: null,
      },
    };
  if (!id) return add(organization, body, now);
  if (id === 'probe') return probe(body);
  if (id === 'scan') return scan(organization, method, body);
  const machine =
    section === 'restore'
      ? organization.machines.find((m) => m.id === id)
      : organization.machine(id);
  if (!machine) throw missing();
  if (section)
    return (
      sections()[section]?.(machine, url, organization, method, body, part) ??
      (() => {
        throw missing();
      })()
    );
  if (method === 'PATCH') {
    if (body.name === '')
      throw new Refusal(422, 'A name is needed', {
        detail: 'The name must not be empty.',
        field: 'name',
      });
    check_settings(body.settings);
    const before = password_of(machine.settings);
    const kept = password_of(body.settings ?? machine.settings) === kKept && before;
    if (kept && body.address !== undefined && body.address !== machine.address)
      throw new Refusal(422, 'Unprocessable Content', {
        detail: 'A password goes to the address that it was given for alone.',
        mend: 'Give it again with the new address.',
        field: 'settings',
      });
    if (kept) body.settings = with_password(body.settings, before);
    Object.assign(machine, body);
    organization.tell('machine', machine.card(now));
    return { body: machine.card(now) };
  }
  if (method === 'DELETE') {
    if (url.searchParams.get('confirm') !== machine.name)
      throw new Refusal(422, 'The name does not fit', { detail: 'Nothing was removed.' });
    machine.removed = true;
    organization.tell('removed', { machine: id });
    return { status: 204 };
  }
  const clock =
    machine.n % 6 === 5
      ? { right: false, offset: -137.2, changed_at: iso(now - 3e6) }
      : { right: true, offset: 0.02, changed_at: null };
  return {
    body: {
      ...machine.card(now),
      items_count: items_of(machine).length,
      clock,
      created: iso(machine.created),
      settings: with_password(machine.settings ?? '', kKept),
    },
  };
}

function add(organization, body, now) {
  if (organization.machines.some((m) => !m.removed && m.name === body.name))
    throw new Refusal(422, 'The name is taken', {
      detail: `There is a machine named ${body.name} already.`,
      mend: 'Choose another name.',
      field: 'name',
    });
  return { status: 201, body: organization.add(body, now).card(now) };
}

/** What stands for a password that went in and never comes out. */
const kKept = '(kept)';
const password_of = (settings) => (settings ? JSON.parse(settings).password : undefined);
const with_password = (settings, password) =>
  password_of(settings) === undefined
    ? settings
    : JSON.stringify({ ...JSON.parse(settings), password });

function check_settings(settings) {
  if (!settings) return;
  try {
    JSON.parse(settings);
  } catch {
    throw new Refusal(422, 'These are no settings', {
      detail: 'settings: this is no JSON object',
      mend: 'Begin with { and end with }, or leave it empty.',
      field: 'settings',
    });
  }
}

/** One address, tried at the port of an SHDR adapter. */
async function scan(organization, method, body) {
  const ranges = ['192.168.1.0/24'];
  if (method === 'GET') return { body: { ranges, scan: organization.scan ?? null } };
  if (method === 'DELETE') return { status: 204 };
  if (!/^(10|127|192\.168)\./.test(body.range)) {
    throw new Refusal(422, 'Not a network of yours', {
      detail: 'This is not a network of your own.',
      field: 'range',
      mend: 'Write a network of your own, at most 1,024 addresses: 192.168.1.0/24.',
    });
  }
  const address = `${body.range.split('/')[0]}:7878`;
  const { body: tried } = await probe({ protocol: 'shdr', address });
  organization.scan = {
    range: body.range,
    running: false,
    tried: 10,
    all: 10,
    found: tried.ok
      ? [{ protocol: 'shdr', address, recognized: true, why: 'the first values came' }]
      : [],
  };
  return { status: 202, body: { ranges, scan: organization.scan } };
}

async function probe({ protocol, address, settings }) {
  check_settings(settings);
  if (!/^(https?:\/\/)?[\w.-]+(:\d+)?(\/\S*)?$/.test(address))
    throw new Refusal(422, 'This is not an address', {
      detail: 'The address has signs that no address has.',
      mend: 'Write it like 192.168.1.40:7878.',
      field: 'address',
    });
  await new Promise((resolve) => setTimeout(resolve, 900));
  if (/dead|:1$/.test(address))
    return {
      body: {
        ok: false,
        steps: [
          { at_ms: 2, say: `Looked up ${address}`, ok: true },
          {
            at_ms: 5000,
            say: 'Nobody answered within 5 s. Is the machine switched on, and is the port open in its firewall?',
            ok: false,
          },
        ],
        model: [],
        sample: [],
      },
    };
  const model = items_of({ protocol });
  return {
    body: {
      ok: true,
      model,
      sample: [
        { item: 'execution', value: 'ACTIVE' },
        { item: 'Xabs', value: 12.5034 },
        { item: 'Fovr', value: 100 },
        { item: 'servotemp1', value: null },
      ].map((s) => ({ ...s, at: iso(Date.now()) })),
      steps: [
        { at_ms: 1.2, say: `Connected to ${address}`, ok: true },
        { at_ms: 38, say: `It describes one device with ${model.length} data items`, ok: true },
        { at_ms: 61, say: 'First values arrived', ok: true },
        { at_ms: 840, say: 'Its clock is right', ok: true },
      ],
    },
  };
}

const time = (url, name, otherwise) =>
  url.searchParams.get(name) ? Date.parse(url.searchParams.get(name)) : otherwise;

function activities(machine, url, organization, method, body, part) {
  if (part === 'overview') return overview(machine, url);
  const now = Date.now();
  const [from, to] = [time(url, 'from', now - 864e5), Math.min(time(url, 'to', now), now)];
  const found = to > from ? machine.history(from, to) : [];
  const totals = {};
  let [in_cycle, executing] = [0, 0];
  for (const a of found) {
    const seconds = (a.to - a.from) / 1000;
    totals[a.state] = (totals[a.state] ?? 0) + seconds;
    if (a.in_cycle) in_cycle += seconds;
    if (a.executing) executing += seconds;
  }
  const gaps = gaps_of(machine, from, to);
  return {
    body: {
      items: found.map((a) => ({ ...a, from: iso(a.from), to: iso(a.to) })),
      totals,
      in_cycle,
      executing,
      gaps,
      open: time(url, 'to', now) >= now,
    },
  };
}

function overview(machine, url) {
  const now = Date.now();
  const { body } = activities(machine, url);
  const number = (name, otherwise) => Number(url.searchParams.get(name) ?? otherwise);
  if (body.items.length <= number('activities', 2000)) return { body: { activities: body } };
  const [from, to] = [time(url, 'from', now - 864e5), time(url, 'to', now)];
  const found = body.items.map((a) => ({ ...a, from: Date.parse(a.from), to: Date.parse(a.to) }));
  const cells = number('cells', 1000);
  return { body: { rollup: rollup_of(found, body.gaps, from, to, cells, body.open) } };
}

function cycles(machine, url, organization, method, body, part) {
  const now = Date.now();
  const [from, to] = [time(url, 'from', now - 864e5), Math.min(time(url, 'to', now), now)];
  const list = cycles_between(machine, from, to);
  return { body: part === 'statistics' ? statistics_of(list) : list };
}

function gaps_of(machine, from, to) {
  const found = [];
  for (
    let at = from - (from % 21_600_000) + 4_000_000 + machine.n * 60_000;
    at < to - 240_000;
    at += 21_600_000
  )
    if (at > from)
      found.push({
        from: iso(at),
        to: iso(at + 240_000),
        reason: 'buffer',
        lost: 118,
        note: 'the agent’s buffer had moved on when the connection came back',
      });
  return found;
}

function items(machine) {
  const now = Date.now();
  return {
    body: {
      items: items_of(machine).map((item, i) => {
        const at = iso(
          now - (item.category === 'SAMPLE' ? 250 : 1000 * (3 + ((i * 7919 * machine.n) % 9000))),
        );
        return {
          ...item,
          last:
            item.key === 'tool_id' && machine.n % 3 === 0
              ? null
              : {
                  at,
                  device: at,
                  arrival: at,
                  value: machine.value(item.key, now),
                  placed: 'device',
                },
        };
      }),
    },
  };
}

function samples(machine, url) {
  const now = Date.now();
  const item = items_of(machine).find((i) => i.key === url.searchParams.get('item'));
  if (!item) throw missing();
  const [from, to] = [time(url, 'from', now - 36e5), Math.min(time(url, 'to', now), now)];
  const points = Number(url.searchParams.get('points') ?? 500);
  const numeric =
    typeof machine.value(item.key, now) === 'number' || ['servotemp1', 'Fact'].includes(item.key);
  const every = numeric ? 500 : 2000;
  const count = Math.max(0, Math.floor((to - from) / every));
  if (url.searchParams.get('format') === 'csv')
    return csv(machine, item, from, every, Math.min(count, 20_000));
  if (!numeric) {
    const words = [];
    const coarse = Math.max(every, (to - from) / 4000);
    for (let at = from; at < to; at += coarse) {
      const value = machine.value(item.key, at);
      if (words.at(-1)?.value !== value) words.push({ at: iso(at), value });
    }
    return {
      body: {
        item: item.key,
        units: item.units,
        numeric,
        exact: true,
        columns: { at: [], value: [], min: [], max: [] },
        words,
        count: words.length,
      },
    };
  }
  const exact = count <= points;
  const step = exact ? every : (to - from) / points;
  const columns = { at: [], value: [], min: [], max: [] };
  for (let at = from; at < to; at += step) {
    const near = exact
      ? [machine.value(item.key, at)]
      : [0, 0.2, 0.4, 0.6, 0.8].map((s) => machine.value(item.key, at + s * step));
    const told = near.filter((v) => v !== null);
    columns.at.push(at);
    columns.value.push(told.length ? told.reduce((a, b) => a + b, 0) / told.length : null);
    columns.min.push(told.length ? Math.min(...told) : null);
    columns.max.push(told.length ? Math.max(...told) : null);
  }
  return { body: { item: item.key, units: item.units, numeric, exact, columns, count } };
}

function csv(machine, item, from, every, count) {
  const rows = Array.from({ length: count }, (_, i) => {
    const at = iso(from + i * every);
    return `${at},${at},${at},${machine.value(item.key, from + i * every) ?? ''},device`;
  });
  return {
    type: 'text/csv',
    text: ['at,device,arrival,value,placed', ...rows, ''].join('\r\n'),
    headers: { 'Content-Disposition': `attachment; filename="${item.key}.csv"` },
  };
}

const conditions = (machine) => ({ body: { items: machine.conditions() } });

function explain(machine, url) {
  const at = time(url, 'at', Date.now());
  const found = machine.history(at - 864e5, Math.min(at + 1, Date.now())).at(-1);
  const state = found?.state ?? 'UNKNOWN';
  const roles =
    {
      ALARM: ['condition', 'execution'],
      ESTOP: ['emergency_stop'],
      OFFLINE: ['availability'],
      SLOWED: ['execution', 'controller_mode', 'feed_override'],
      NOT_CUTTING: ['execution', 'controller_mode', 'feed'],
    }[state] ?? (state === 'UNKNOWN' ? [] : ['execution', 'controller_mode']);
  const because = roles.map((role, i) => {
    const item = items_of(machine).find((x) => x.role === role);
    const said = (found?.from ?? at) - i * 61_234;
    if (!item)
      return {
        role,
        item: 'system',
        value: 'FAULT',
        at: iso(said),
        device: iso(said),
        arrival: iso(said + 180),
        placed: 'device',
        raw: `${iso(said)}|system|FAULT|1073|2|LOW|SPINDLE CHILLER FLOW LOW`,
      };
    return {
      role,
      item: item.key,
      value: machine.value(item.key, said + 1),
      at: iso(said),
      device: iso(said),
      arrival: iso(said + 180),
      placed: found?.placed ?? 'device',
      raw: machine.line(item.key, said),
    };
  });
  return {
    body: {
      at: iso(at),
      state,
      bucket: found?.bucket ?? 'none',
      rule: { number: kRules[state].number, words: kRules[state].words },
      since: iso(found?.from ?? at),
      because,
      placed: found?.placed ?? 'device',
    },
  };
}

function raw(machine, url) {
  const at = time(url, 'at', Date.now());
  const key = url.searchParams.get('item');
  return {
    body: {
      item: key,
      at: iso(at - 250),
      device: iso(at - 250),
      arrival: iso(at - 90),
      placed: 'device',
      value: machine.value(key, at),
      line: machine.line(key, at - 250),
    },
  };
}

function link(machine) {
  const now = Date.now();
  return {
    body: {
      items: [
        ...(machine.state === 'OFFLINE'
          ? [{ at: iso(machine.since), up: false, words: 'connection refused' }]
          : []),
        { at: iso(now - 9e6), up: true, words: 'connected' },
        { at: iso(now - 9.3e6), up: false, words: 'no heartbeat for 20 s' },
        { at: iso(now - 4e7), up: true, words: 'connected' },
      ],
      gaps: gaps_of(machine, now - 864e5, now),
    },
  };
}

function restore(machine, _url, organization) {
  machine.removed = false;
  organization.tell('machine', machine.card(Date.now()));
  return { body: machine.card(Date.now()) };
}
