// One connection to an OPC UA server, read for the box, which starts and ends us: settings in,
// lines out (lines.ts). Ends when standard input does.
import {
  Connection,
  choose_door,
  look,
  own_keys,
  was_overrun,
  type Happening,
  type Keys,
  type Listener,
  type Value,
} from './client';
import { step, tell } from './lines';
import {
  choose_machine,
  find_machines,
  kMostVariables,
  read_standing,
  read_tree,
  type Tree,
} from './machine';
import { Refused } from './refused';
import { read_settings, type Settings } from './settings';
import { check_pin, describe, fingerprint_of } from './trust';

/** Between two attempts, milliseconds; after a refusal the longest at once: some controls lock a
 *  user out after a few wrong passwords. */
const kFirstWait = 1_000;
const kLongestWait = 30_000;
/** A connection that is broken for so long is begun anew. */
const kMendLimit = 60_000;
const kCloseLimit = 1_500;
const kMostEventsKnown = 1_000;
const kMostHeld = 50_000;

let connection: Connection | null = null;
let ending = false;

async function end() {
  if (ending) return;
  ending = true;
  setTimeout(() => process.exit(0), kCloseLimit);
  await connection?.close();
  process.exit(0);
}

/** What a status code of the server means to a person. */
function words_of(error: unknown, settings: Settings): string {
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof Refused) return said;
  if (/BadIdentityToken|BadUserAccessDenied|BadUserSignature/.test(said)) {
    return 'the server refuses us: check user and password, and what the user may read';
  }
  if (/BadSecurityChecksFailed|BadCertificate|premature disconnection/i.test(said)) {
    return `the server does not take our certificate: trust "Heed" among its clients (${said})`;
  }
  if (/ECONNREFUSED/.test(said)) return `no connection to ${settings.endpoint}: Connection refused`;
  if (/ENOTFOUND|EAI_AGAIN/.test(said)) return `the name in ${settings.endpoint} is not known`;
  return `${settings.endpoint}: ${said}`;
}

/** Tells each value and event once, in the order of their times. */
class Teller implements Listener {
  private readonly events = new Set<string>();
  /** By node, what was told last. */
  private readonly last = new Map<number, string>();
  private held: { index: number; value: Value }[] = [];
  readonly over: Promise<string>;
  private resolve_over: (why: string) => void = () => undefined;
  private mending: NodeJS.Timeout | null = null;
  tree: Tree | null = null;
  /** Conditions that events told of. */
  readonly told = new Set<string>();

  constructor() {
    this.over = new Promise((resolve) => (this.resolve_over = resolve));
  }

  on_values(values: { index: number; value: Value }[]) {
    // What comes while the connection is mended is partly the server's repetition of what was lost,
    // and not in order: it waits for the rest.
    if (this.mending) {
      if (this.held.length < kMostHeld) this.held.push(...values);
      return;
    }
    const time = (value: Value) => value.at?.getTime() ?? 0;
    values.sort((a, b) => time(a.value) - time(b.value));
    for (const { index, value } of values) {
      if (was_overrun(value)) tell(['lost', 0, `the server's queue of node ${index} was full`]);
      const said = JSON.stringify([value.at, value.status, value.value]);
      if (!value.single || this.last.get(index) === said) continue; // repeated
      this.last.set(index, said);
      tell(['value', index, value.at?.toISOString() ?? null, value.status, value.value]);
    }
  }

  on_happening(happening: Happening) {
    // Several notifiers may tell of one event.
    if (happening.id !== '' && this.events.has(happening.id)) return;
    this.events.add(happening.id);
    if (this.events.size > kMostEventsKnown) this.events.delete(this.events.values().next().value!);
    if (!this.is_ours(happening)) return;
    const at = happening.at?.toISOString() ?? null;
    if (happening.condition && happening.active !== null) {
      this.told.add(happening.condition);
      const active = happening.active && happening.enabled !== false;
      const code = happening.code || happening.condition_name;
      tell(['alarm', happening.condition, at, active, happening.severity, code, happening.text]);
    } else if (!happening.condition) {
      tell(['message', at, happening.severity, happening.identifier, happening.text]);
    }
  }

  private is_ours({ source, condition }: Happening): boolean {
    const objects = this.tree?.objects ?? [];
    const own = this.tree?.variables.some((each) => each.id === source) ?? false;
    return own || objects.includes(source) || (condition !== '' && objects.includes(condition));
  }

  on_lost() {
    tell(['broken', 'the connection to the server is lost']);
    this.mending ??= setTimeout(() => this.on_over('no connection any more'), kMendLimit);
  }

  on_resumed() {
    this.stop();
    tell(['up', true, 'connected again, with the same subscription']);
    const held = this.held;
    this.held = [];
    if (held.length >= kMostHeld) tell(['lost', 0, 'more was repeated than can be kept']);
    this.on_values(held);
  }

  on_over(why: string) {
    this.resolve_over(why);
  }

  stop() {
    if (this.mending) clearTimeout(this.mending);
    this.mending = null;
  }
}

async function begin(settings: Settings, keys: Keys, teller: Teller): Promise<Connection> {
  const door = choose_door(settings, await look(settings, keys));
  if (settings.security !== 'none') {
    const first = check_pin(
      settings.directory,
      settings.endpoint,
      door.serverCertificate,
      settings.fingerprint,
    );
    const print = `${fingerprint_of(door.serverCertificate)} (${describe(door.serverCertificate)})`;
    step(first ? `the server's certificate, kept from now on: ${print}` : `certificate ${print}`);
  }
  return Connection.open(settings, keys, door, teller);
}

async function read_machine(settings: Settings, teller: Teller, server: Connection) {
  const machines = await find_machines(server);
  const machine = choose_machine(machines, settings.machine);
  step(`found ${machine.words}`);
  const tree = await read_tree(server, machine);
  teller.tree = tree;
  if (tree.cut)
    step(`it has more than ${kMostVariables} variables; the others are not read`, false);
  tell(['nodes']);
  tree.variables.forEach(({ path, owner, unit }, i) => tell(['node', i, path, owner, unit]));
  let notifiers = await server.notifiers(tree.objects);
  if (notifiers.length === 0) notifiers = ['i=2253']; // the server's own object hears of all
  return { ids: tree.variables.map((each) => each.id), notifiers };
}

function read_nodes(settings: Settings) {
  tell(['nodes']);
  settings.nodes.forEach((_, i) => tell(['custom', i, i]));
  return { ids: settings.nodes, notifiers: [] };
}

/** Alarms that were there before we came; what an event told since is newer. */
async function tell_standing(teller: Teller, server: Connection) {
  for (const condition of teller.tree?.conditions ?? []) {
    const said = await read_standing(server, condition);
    const active = said.get('ActiveState') === true && said.get('EnabledState') !== false;
    if (!active || teller.told.has(condition.id)) continue;
    const time = said.get('Time');
    tell([
      'alarm',
      condition.id,
      typeof time === 'string' ? time : null,
      true,
      Number(said.get('Severity')) || 0,
      String(said.get('ErrorCode') || said.get('ConditionName') || ''),
      String(said.get('Message') ?? ''),
    ]);
  }
}

/** From connecting to the end of it; the reason. */
async function run(settings: Settings, keys: Keys): Promise<string> {
  const teller = new Teller();
  try {
    connection = await begin(settings, keys, teller);
    const spaces = connection.namespaces.slice(1).join(', ');
    step(`connected to ${settings.endpoint} (${settings.security}); its namespaces: ${spaces}`);
    const { ids, notifiers } =
      settings.nodes.length > 0
        ? read_nodes(settings)
        : await read_machine(settings, teller, connection);
    tell(['up', false, `connected to ${settings.endpoint}`]);
    await connection.subscribe(ids, notifiers, settings.interval, (index, why) => {
      step(`${settings.nodes[index] ?? `node ${index}`}: the server refuses it (${why})`, false);
    });
    await tell_standing(teller, connection);
    return await teller.over;
  } finally {
    teller.stop();
    await connection?.close();
    connection = null;
  }
}

async function main() {
  tell(['heed-opcua', 1]);
  const settings = await read_settings(() => void end());
  const keys = await own_keys(settings.directory);
  for (let wait = kFirstWait; !ending; ) {
    const began = Date.now();
    let refused = false;
    try {
      tell(['down', await run(settings, keys)]);
    } catch (error) {
      refused = error instanceof Refused || /BadIdentityToken|BadUser/.test(String(error));
      if (!ending) tell(['down', words_of(error, settings)]);
    }
    if (Date.now() - began > 2 * kLongestWait) wait = kFirstWait;
    if (refused) wait = kLongestWait;
    // A little apart, so that not all come back to a restarted server at the same moment.
    await new Promise((resolve) => setTimeout(resolve, wait * (0.75 + Math.random() / 2)));
    wait = Math.min(2 * wait, kLongestWait);
  }
}

process.stdout.on('error', () => process.exit(0)); // the box is gone
process.on('SIGTERM', () => void end());
// The box starts us again. Node's own words would be the program's whole text.
const fall = (error: unknown) => {
  if (!ending) console.error(error instanceof Error ? error.stack : error);
  process.exit(ending ? 0 : 1);
};
process.on('uncaughtException', fall);
main().catch(fall);
