// A pretend shop: machines that run, stop and lose their connection, and say so to whoever listens.
import {
  activity,
  day_of,
  executing,
  in_cycle,
  kRules,
  lasting,
  next_state,
  random_of,
} from './history.mjs';

const kDay = 86_400_000;
const iso = (ms) => new Date(ms).toISOString();
const day_start = (ms) => ms - (ms % kDay);

const kMachines = [
  ['Mazak QTN 200', 'Hall 1', 'mtconnect', 'IN_CYCLE'],
  ['Mazak VTC 530', 'Hall 1', 'mtconnect', 'ALARM'],
  ['Okuma LB3000', 'Hall 1', 'mtconnect', 'IN_CYCLE'],
  ['Haas VF-2 left', 'Hall 2', 'shdr', 'SLOWED'],
  ['Haas VF-2 right', 'Hall 2', 'shdr', 'WAITING'],
  ['DMU 50', 'Hall 2', 'mtconnect', 'PROGRAM_STOP'],
  ['Router bench', 'Workshop', 'linuxcnc', 'MANUAL'],
  ['Doosan Puma 2600', 'Hall 1', 'mtconnect', 'HELD'],
  ['Brother Speedio', 'Hall 2', 'mtconnect', 'NOT_CUTTING'],
  ['Hermle C32', 'Hall 2', 'mtconnect', 'STOPPED'],
  ['Citizen L20', 'Hall 3', 'mtconnect', 'OFFLINE'],
  ['Star SR-38', 'Hall 3', 'mtconnect', 'UNKNOWN'],
  ['Grinder 4', 'Hall 3', 'shdr', 'ESTOP'],
  ['Matsuura MX-330', 'Hall 3', 'mtconnect', 'IN_CYCLE'],
];

const kItems = [
  ['avail', 'avail', 'AVAILABILITY', null, 'EVENT', 'availability'],
  ['estop', 'estop', 'EMERGENCY_STOP', null, 'EVENT', 'emergency_stop'],
  ['execution', 'execution', 'EXECUTION', null, 'EVENT', 'execution'],
  ['mode', 'mode', 'CONTROLLER_MODE', null, 'EVENT', 'controller_mode'],
  ['program', 'program', 'PROGRAM', null, 'EVENT', null],
  ['Fovr', 'Fovr', 'PATH_FEEDRATE_OVERRIDE', 'PERCENT', 'EVENT', 'feed_override'],
  ['Fact', 'Fact', 'PATH_FEEDRATE', 'MILLIMETER/SECOND', 'SAMPLE', 'feed'],
  ['S1speed', 'S1speed', 'ROTARY_VELOCITY', 'REVOLUTION/MINUTE', 'SAMPLE', null],
  ['S1load', 'S1load', 'LOAD', 'PERCENT', 'SAMPLE', null],
  ['Xabs', 'Xabs', 'POSITION', 'MILLIMETER', 'SAMPLE', null],
  ['Yabs', 'Yabs', 'POSITION', 'MILLIMETER', 'SAMPLE', null],
  ['Zabs', 'Zabs', 'POSITION', 'MILLIMETER', 'SAMPLE', null],
  ['servotemp1', 'servotemp1', 'TEMPERATURE', 'CELSIUS', 'SAMPLE', null],
  ['PartCountAct', 'PartCountAct', 'PART_COUNT', 'COUNT', 'EVENT', null],
  ['tool_id', 'tool_id', 'TOOL_NUMBER', null, 'EVENT', null],
  ['line', 'line', 'LINE_NUMBER', null, 'EVENT', null],
];

const kExecution = {
  IN_CYCLE: 'ACTIVE',
  SLOWED: 'ACTIVE',
  NOT_CUTTING: 'ACTIVE',
  HELD: 'FEED_HOLD',
  PROGRAM_STOP: 'OPTIONAL_STOP',
  WAITING: 'READY',
  STOPPED: 'STOPPED',
  MANUAL: 'READY',
  ALARM: 'STOPPED',
  ESTOP: 'STOPPED',
  OFFLINE: null,
  UNKNOWN: null,
};

class Machine {
  constructor(n, [name, location, protocol, state], now) {
    this.id = `m${n}`;
    this.n = n;
    this.random = random_of(n + 17);
    Object.assign(this, { name, location, protocol, state });
    this.address =
      protocol === 'shdr' ? `192.168.1.${40 + n}:7878` : `http://192.168.1.${40 + n}:5000`;
    this.since = now - 1000 * (20 + this.random() * 4000);
    this.until = now + 4000 + this.random() * 60_000;
    this.program = `O${1000 + n * 37}`;
    this.program_at = now - this.random() * 9e6;
    this.parts = Math.floor(this.random() * 240);
    this.parts_at = now - this.random() * 6e5;
    this.override = state === 'SLOWED' ? 70 : 100;
    this.override_at = this.since;
    this.created = now - 40 * kDay;
    this.removed = false;
    this.values = new Map();
  }

  enter(state, now) {
    this.state = state;
    this.since = now;
    this.until = now + Math.max(3000, lasting(state, this.random) / 6);
    if (state === 'WAITING') {
      this.parts++;
      this.parts_at = now;
    }
    if (state === 'SLOWED' || this.override !== 100) {
      this.override = state === 'SLOWED' ? 60 + Math.floor(this.random() * 25) : 100;
      this.override_at = now;
    }
  }

  conditions() {
    if (this.state === 'ALARM')
      return [
        {
          item: 'system',
          level: 'FAULT',
          code: '1073',
          severity: '2',
          qualifier: null,
          text: 'SPINDLE CHILLER FLOW LOW',
          since: iso(this.since),
        },
        {
          item: 'coolant',
          level: 'WARNING',
          code: '207',
          severity: '1',
          qualifier: 'LOW',
          text: 'Coolant level low',
          since: iso(this.since - 5e6),
        },
      ];
    return this.n % 5 === 3
      ? [
          {
            item: 'lube',
            level: 'WARNING',
            code: '88',
            severity: '1',
            qualifier: 'LOW',
            text: 'Way lube low',
            since: iso(this.since - 9e6),
          },
        ]
      : [];
  }

  card(now) {
    const { state } = this;
    const known = state !== 'OFFLINE';
    const fresh = this.n === 9999;
    const told = this.history(day_start(now), now);
    const sum = (key) =>
      Math.round(told.reduce((s, a) => s + (a[key] ? a.to - a.from : 0), 0)) / 1000;
    return {
      id: this.id,
      name: this.name,
      location: this.location,
      protocol: this.protocol,
      address: this.address,
      state,
      bucket: kRules[state].bucket,
      since: iso(this.since),
      in_cycle: in_cycle(state),
      executing: executing(state),
      placed: this.n % 6 === 5 ? 'shifted' : 'device',
      program: fresh || state === 'UNKNOWN' ? null : this.program,
      program_at: fresh || state === 'UNKNOWN' ? null : iso(this.program_at),
      parts: fresh ? null : this.parts,
      parts_at: fresh ? null : iso(this.parts_at),
      override: this.protocol === 'linuxcnc' ? null : this.override,
      override_at: this.protocol === 'linuxcnc' ? null : iso(this.override_at),
      last_seen: iso(known ? now - 400 : this.since),
      link: known
        ? { up: true, words: 'connected', since: iso(now - 9e6) }
        : { up: false, words: 'connection refused', since: iso(this.since) },
      conditions: this.conditions(),
      in_cycle_today: sum('in_cycle'),
      executing_today: sum('executing'),
      day_start: iso(day_start(now)),
      audit: this.audit(now),
      forecast: fresh ? null : this.forecast(now),
    };
  }

  /** What the self-audit of mock/time.mjs says of yesterday. */
  audit(now) {
    if (this.n % 3 === 2) return null;
    const differs = this.n % 3 === 1 ? 1 / 0.92 - 1 : 1 / 0.996 - 1;
    return {
      day: iso(day_start(now) - 1).slice(0, 10),
      ours: 21_600,
      theirs: 21_600 / (1 + differs),
      differs,
      drifts: differs > 0.05,
      checked: iso(day_start(now) + 60_000),
    };
  }

  /** Every other machine runs a batch whose goal its control tells. */
  forecast(now) {
    if (this.n % 2 !== 1) return null;
    const to_go = 12 + (this.n % 7);
    const told = now - (now % 300_000);
    return {
      at: iso(told + to_go * 380_000),
      from: iso(told + to_go * 350_000),
      to: iso(told + to_go * 450_000),
      certainty: 0.8,
      parts_to_go: to_go,
      goal: this.parts + to_go,
      told: iso(told),
    };
  }

  /** The seeded past, ended by what the machine does now. */
  history(from, to) {
    const found = [];
    for (let day = day_start(from); day < to; day += kDay) {
      for (const a of day_of(this.n, day)) {
        const [start, end] = [Math.max(a.from, from), Math.min(a.to, to, this.since)];
        if (end > start) found.push({ ...a, from: start, to: end });
      }
    }
    if (this.since < to) found.push(activity(this.state, Math.max(from, this.since), to));
    return found;
  }

  value(key, at) {
    const t = at / 1000;
    const runs = executing(this.state_at(at));
    const wave = (period, size) => Math.sin((t / period + this.n) * 2 * Math.PI) * size;
    switch (key) {
      case 'avail':
        return this.state_at(at) === 'OFFLINE' ? 'UNAVAILABLE' : 'AVAILABLE';
      case 'estop':
        return this.state_at(at) === 'ESTOP' ? 'TRIGGERED' : 'ARMED';
      case 'execution':
        return kExecution[this.state_at(at)] ?? null;
      case 'mode':
        return this.state_at(at) === 'MANUAL' ? 'MANUAL' : 'AUTOMATIC';
      case 'program':
        return this.program;
      case 'Fovr':
        return this.state_at(at) === 'SLOWED' ? 70 : 100;
      case 'Fact':
        return runs ? Math.round(1000 * Math.max(0, 35 + wave(41, 20) + wave(7, 12))) / 1000 : 0;
      case 'S1speed':
        return runs ? 6000 + Math.round(wave(13, 900)) : 0;
      case 'S1load':
        return runs ? Math.round(Math.max(2, 38 + wave(19, 22) + wave(3, 9))) : 0;
      case 'Xabs':
        return Math.round(1e4 * wave(61, 210)) / 1e4;
      case 'Yabs':
        return Math.round(1e4 * wave(83, 140)) / 1e4;
      case 'Zabs':
        return Math.round(1e4 * (wave(29, 60) - 80)) / 1e4;
      case 'servotemp1':
        return at % 7_200_000 < 240_000 ? null : Math.round(10 * (36 + wave(9000, 4))) / 10;
      case 'PartCountAct':
        return this.parts;
      case 'tool_id':
        return String(1 + (Math.floor(t / 95) % 12));
      case 'line':
        return String(10 * (Math.floor(t / 2) % 900));
      default:
        return null;
    }
  }

  state_at(at) {
    if (at >= this.since) return this.state;
    const day = day_of_cached(this.n, day_start(at));
    return day.find((a) => a.to > at)?.state ?? 'UNKNOWN';
  }

  line(key, at) {
    const v = this.value(key, at);
    const said = v === null ? 'UNAVAILABLE' : v;
    if (this.protocol === 'shdr') return `${iso(at)}|${key}|${said}`;
    const [, name, type] = kItems.find(([k]) => k === key) ?? [key, key, 'X'];
    const element = type.toLowerCase().replace(/(^|_)(\w)/g, (_, __, c) => c.toUpperCase());
    return `<${element} dataItemId="${key}" timestamp="${iso(at)}" name="${name}" sequence="${Math.floor(at / 250)}">${said}</${element}>`;
  }
}

const cache = new Map();
function day_of_cached(n, day) {
  const key = `${n} ${day}`;
  if (!cache.has(key)) {
    if (cache.size > 200) cache.clear();
    cache.set(key, day_of(n, day));
  }
  return cache.get(key);
}

export const items_of = (machine) =>
  kItems
    .filter(([key]) => machine.protocol !== 'linuxcnc' || !['avail', 'Fovr'].includes(key))
    .map(([key, name, type, units, category, role]) => ({
      key,
      name,
      type,
      sub_type: key.endsWith('abs') ? 'ACTUAL' : null,
      units,
      category,
      component: key.startsWith('S1')
        ? 'Spindle'
        : key.endsWith('abs')
          ? `Linear ${key[0]}`
          : 'Controller',
      ...(role && { role }),
    }));

export class Organization {
  constructor(id, name, count, now) {
    Object.assign(this, { id, name });
    this.machines = Array.from({ length: count }, (_, i) => {
      const row = kMachines[i % kMachines.length];
      return new Machine(
        i + 1,
        i < kMachines.length
          ? row
          : [`${row[0]} ${1 + Math.floor(i / kMachines.length)}`, ...row.slice(1)],
        now,
      );
    });
    this.keys = [];
    this.ring = [];
    this.number = 0;
    this.listeners = new Set();
  }

  machine(id) {
    return this.machines.find((m) => m.id === id && !m.removed);
  }

  add({ name, location, protocol, address, settings }, now) {
    const machine = new Machine(
      this.machines.length + 1,
      [name, location ?? null, protocol, 'UNKNOWN'],
      now,
    );
    Object.assign(machine, { address, settings, since: now, parts: 0 });
    this.machines.push(machine);
    this.tell('machine', machine.card(now));
    return machine;
  }

  tell(event, data, only = null) {
    const said = { id: ++this.number, event, data, only };
    this.ring.push(said);
    if (this.ring.length > 500) this.ring.shift();
    for (const listener of this.listeners)
      if (!only || listener.machine === only) listener.send(said);
  }

  tick(now) {
    for (const machine of this.machines) {
      if (machine.removed) continue;
      if (now >= machine.until) {
        machine.enter(next_state(machine.state, machine.random), now);
        this.tell('machine', machine.card(now));
      }
    }
    for (const watched of new Set([...this.listeners].map((l) => l.machine).filter(Boolean))) {
      const machine = this.machine(watched);
      if (machine && machine.state !== 'OFFLINE')
        this.tell(
          'values',
          {
            machine: watched,
            values: ['Fact', 'S1speed', 'S1load', 'Xabs', 'Zabs', 'line'].map((item) => ({
              item,
              value: machine.value(item, now),
              at: iso(now),
            })),
          },
          watched,
        );
    }
  }
}
