// Which nodes of a server are a machine tool (OPC 40501-1), and which of them are read.
import {
  kDevices,
  kMachinery,
  kMachineTool,
  type Connection,
  type Id,
  type Reference,
  type Value,
} from './client';
import { Refused } from './refused';

export const kMostVariables = 1_000;
const kMostObjects = 2_000;
const kMostConditions = 200;
const kDeepest = 10;

export interface Variable {
  id: Id;
  path: string;
  /** The type of the object that it belongs to, of the specifications: "ChannelMonitoringType". */
  owner: string;
  unit: string;
}

/** A condition that stands among the nodes, and the nodes of its fields. */
export interface Standing {
  id: Id;
  fields: Map<string, Id>;
}

export interface Machine {
  id: Id;
  name: string;
  words: string;
}

export interface Tree {
  variables: Variable[];
  objects: Id[];
  conditions: Standing[];
  /** More were there than are read. */
  cut: boolean;
}

const kSpecifications = [kMachineTool, kMachinery, kDevices, 'http://opcfoundation.org/UA/IA/'];

/** Types by their ancestors: servers derive their own from those of the specification. */
class Types {
  private readonly parents = new Map<Id, Id>();
  private readonly names = new Map<Id, string>();
  constructor(private readonly connection: Connection) {}

  /** All at once, level by level: a round trip for each type would take a slow control minutes. */
  async learn(types: readonly Id[]): Promise<void> {
    let fresh = [...new Set(types)].filter((type) => type !== '' && !this.names.has(type));
    const names = await this.connection.names(fresh);
    fresh.forEach((type, i) => this.names.set(type, names[i] ?? ''));
    for (let depth = 0; depth < kDeepest && fresh.length > 0; ++depth) {
      const above = await this.connection.browse(fresh, 'supertype');
      const next = new Set<Id>();
      fresh.forEach((type, i) => {
        const parent = above[i]?.[0];
        this.parents.set(type, parent?.id ?? '');
        if (!parent || this.parents.has(parent.id)) return;
        this.names.set(parent.id, parent.name);
        next.add(parent.id);
      });
      fresh = [...next];
    }
  }

  /** The type, then what it is made from, nearest first. */
  private chain(type: Id): Id[] {
    const chain: Id[] = [];
    for (let at = type; at !== '' && chain.length < kDeepest; at = this.parents.get(at) ?? '') {
      chain.push(at);
    }
    return chain;
  }

  is(type: Id, ancestor: Id): boolean {
    return this.chain(type).includes(ancestor);
  }

  /** The nearest type of the specifications; empty if there is none. */
  name(type: Id): string {
    const of_specification = (id: Id) =>
      kSpecifications.some((uri) => id.startsWith(`nsu=${uri};`));
    const nearest = this.chain(type).find(of_specification);
    return nearest === undefined ? '' : (this.names.get(nearest) ?? '');
  }
}

const kCondition = 'i=2782';

/** The machine tools of a server, wherever it hangs them. */
export async function find_machines(connection: Connection): Promise<Machine[]> {
  if (!connection.namespaces.includes(kMachineTool)) return [];
  const types = new Types(connection);
  const places: Id[] = [];
  if (connection.namespaces.includes(kMachinery)) places.push(`nsu=${kMachinery};i=1001`);
  if (connection.namespaces.includes(kDevices)) places.push(`nsu=${kDevices};i=5001`);
  places.push('i=85'); // Objects
  const seen = new Set<Id>();
  const machines: Machine[] = [];
  for (const place of places) {
    const children = (await connection.browse([place], 'children'))[0] ?? [];
    const objects = children.filter((each) => each.kind === 'object' && !seen.has(each.id));
    await types.learn(objects.map((each) => each.type));
    for (const each of objects) {
      seen.add(each.id);
      if (!types.is(each.type, `nsu=${kMachineTool};i=13`)) continue;
      machines.push({ id: each.id, name: each.name, words: await describe(connection, each) });
    }
  }
  return machines;
}

async function describe(connection: Connection, machine: Reference): Promise<string> {
  const children = (await connection.browse([machine.id], 'children'))[0] ?? [];
  const identification = children.find((each) => each.name === 'Identification');
  if (!identification) return machine.name;
  const said = (await connection.browse([identification.id], 'children'))[0] ?? [];
  const wanted = ['Manufacturer', 'Model', 'SerialNumber'].map((name) =>
    said.find((each) => each.name === name),
  );
  const ids = wanted.filter((each) => each !== undefined).map((each) => each.id);
  const values = await connection.read(ids);
  const words = ids.map((_, i) => values[i]?.value ?? '').filter((word) => word !== '');
  return words.length > 0 ? `${machine.name} (${words.join(' ')})` : machine.name;
}

/** The one that is meant; throws Refused, with all names, if that is not clear. */
export function choose_machine(machines: readonly Machine[], wanted: string): Machine {
  const all = machines.map((each) => each.words).join(', ');
  if (machines.length === 0) {
    throw new Refused(
      'the server has no machine tool of OPC 40501-1 below Machines: name its nodes in nodes',
    );
  }
  if (!wanted) {
    if (machines.length === 1) return machines[0]!;
    throw new Refused(`the server has several machines: ${all}. Set machine to the name of one`);
  }
  const found = machines.filter((each) => each.name === wanted || each.id === wanted);
  if (found.length === 1) return found[0]!;
  throw new Refused(`the server has no machine ${wanted}; it has ${all}`);
}

/** Of no use as items: how a value is shown, and what a type says of itself. */
const kPassedOver = new Set([
  'EngineeringUnits', 'EURange', 'InstrumentRange', 'NodeVersion', 'EnumStrings', 'EnumValues',
  'DefaultInstanceBrowseName', 'ValuePrecision', 'TrueState', 'FalseState',
]); // prettier-ignore
/** Folders of files, types and locks. */
const kNotEntered = new Set(['FileSystem', 'Lock', 'MethodSet']);
/** What is read first if there is more than can be: the order of a machine's parts. */
const kOrder = [
  'Monitoring',
  'Production',
  'MachineryBuildingBlocks',
  'Identification',
  'Notification',
];

interface Found {
  reference: Reference;
  path: string;
  owner: string;
}

export async function read_tree(connection: Connection, machine: Machine): Promise<Tree> {
  const types = new Types(connection);
  const tree: Tree = { variables: [], objects: [machine.id], conditions: [], cut: false };
  const seen = new Set<Id>([machine.id]);
  const variables: Found[] = [];
  let level: Found[] = [
    {
      reference: { id: machine.id, name: '', display: '', kind: 'object', type: '' },
      path: '',
      owner: '',
    },
  ];
  for (let depth = 0; depth < kDeepest && level.length > 0; ++depth) {
    const children = await connection.browse(
      level.map((each) => each.reference.id),
      'children',
    );
    await types.learn(
      children.flat().filter((each) => each.kind === 'object').map((each) => each.type),
    ); // prettier-ignore
    const next: Found[] = [];
    level.forEach((parent, i) => {
      for (const each of children[i]!) {
        if (seen.has(each.id) || kPassedOver.has(each.name)) continue;
        if (parent.reference.kind === 'variable' && !of_a_state(parent, each)) continue;
        seen.add(each.id);
        const found = {
          reference: each,
          path: parent.path ? `${parent.path}/${each.name}` : each.name,
          owner: types.name(parent.reference.type),
        };
        if (each.kind === 'variable') {
          variables.push({
            ...found,
            owner: parent.reference.kind === 'variable' ? parent.owner : found.owner,
          });
          if (each.name === 'CurrentState') next.push(variables.at(-1)!);
        } else if (types.is(each.type, kCondition)) {
          tree.conditions.push({ id: each.id, fields: new Map() });
          tree.objects.push(each.id);
        } else if (!kNotEntered.has(each.name) && seen.size < kMostObjects + variables.length) {
          tree.objects.push(each.id);
          next.push(found);
        }
      }
    });
    level = next;
  }
  const rank = (found: Found) => {
    const at = kOrder.indexOf(found.path.split('/', 1)[0]!);
    return at < 0 ? kOrder.length : at;
  };
  variables.sort((a, b) => rank(a) - rank(b));
  tree.cut = variables.length > kMostVariables;
  tree.variables = await with_units(connection, variables.slice(0, kMostVariables));
  tree.conditions.splice(kMostConditions);
  await find_fields(connection, tree.conditions);
  return tree;
}

// Of a state's variable, what names the state in no language.
const of_a_state = (parent: Found, child: Reference) =>
  parent.reference.name === 'CurrentState' && (child.name === 'Id' || child.name === 'Number');

async function with_units(connection: Connection, found: readonly Found[]): Promise<Variable[]> {
  const properties = await connection.browse(
    found.map((each) => each.reference.id),
    'children',
  );
  const having = found.map(
    (_, i) => properties[i]!.find((each) => each.name === 'EngineeringUnits')?.id,
  );
  const ids = having.filter((id) => id !== undefined);
  const units = await connection.units(ids);
  return found.map((each, i) => ({
    id: each.reference.id,
    path: each.path,
    owner: each.owner,
    unit: having[i] ? (units[ids.indexOf(having[i])] ?? '') : '',
  }));
}

const kStandingFields = [
  'ActiveState',
  'EnabledState',
  'Message',
  'Severity',
  'Time',
  'ErrorCode',
  'ConditionName',
];

async function find_fields(connection: Connection, conditions: readonly Standing[]) {
  const ids = conditions.map((each) => each.id);
  const states: { fields: Map<string, Id>; name: string; id: Id }[] = [];
  (await connection.browse(ids, 'children')).forEach((children, i) => {
    const { fields } = conditions[i]!;
    for (const each of children) {
      if (!kStandingFields.includes(each.name)) continue;
      fields.set(each.name, each.id);
      if (each.name.endsWith('State')) states.push({ fields, name: each.name, id: each.id });
    }
  });
  const below = await connection.browse(
    states.map((each) => each.id),
    'children',
  );
  states.forEach(({ fields, name }, i) => {
    const truth = below[i]!.find((child) => child.name === 'Id');
    if (truth) fields.set(name, truth.id);
  });
}

/** What a condition says at present. Asking the server to repeat its events would be a call. */
export async function read_standing(
  connection: Connection,
  condition: Standing,
): Promise<Map<string, Value['value']>> {
  const names = [...condition.fields.keys()];
  const values = await connection.read([...condition.fields.values()]);
  return new Map(names.map((name, i) => [name, values[i]?.value ?? null]));
}
