// The one file that uses node-opcua-client. What it lets out can browse, read and subscribe; there
// is no function that writes or calls a method, and tests/opcua/ holds every service that a server
// was asked for against that list.
import { existsSync, mkdirSync, readFileSync, unlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  AttributeIds,
  BrowseDirection,
  ClientMonitoredItemGroup,
  ClientMonitoredItem,
  DataType,
  EventFilter,
  MessageSecurityMode,
  NodeClass,
  NodeId,
  OPCUAClient,
  SecurityPolicy,
  SimpleAttributeOperand,
  TimestampsToReturn,
  UserTokenType,
  VariantArrayType,
  coerceNodeId,
  type ClientSession,
  type ClientSubscription,
  type DataValue,
  type EndpointDescription,
  type UserIdentityInfo,
  type Variant,
} from 'node-opcua-client';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { Refused } from './refused';
import type { Plain } from './lines';
import type { Settings } from './settings';
import { keep_first } from './trust';

/** A node by the URI of its namespace: "nsu=http://…;i=13". Indexes change, URIs do not. */
export type Id = string;

export interface Reference {
  id: Id;
  /** Without its namespace. */
  name: string;
  display: string;
  kind: 'object' | 'variable' | 'type' | 'other';
  type: Id;
}

export interface Value {
  value: Plain;
  /** False: an array or a structure, which has no single value. */
  single: boolean;
  status: number;
  at: Date | null;
}

export interface Happening {
  id: string;
  type: Id;
  source: Id;
  at: Date | null;
  text: string;
  severity: number;
  /** Of a condition; else empty. */
  condition: Id;
  condition_name: string;
  active: boolean | null;
  enabled: boolean | null;
  code: string;
  identifier: string;
}

export interface Listener {
  on_values(values: { index: number; value: Value }[]): void;
  on_happening(happening: Happening): void;
  /** The connection is broken, and is being mended. */
  on_lost(): void;
  /** It is mended, with the same subscription. */
  on_resumed(): void;
  /** Of no more use: begin anew. */
  on_over(why: string): void;
}

export const kMachineTool = 'http://opcfoundation.org/UA/MachineTool/';
export const kMachinery = 'http://opcfoundation.org/UA/Machinery/';
export const kDevices = 'http://opcfoundation.org/UA/DI/';

const kOverflow = 0x0480; // part 4, 7.39.1: a data value's info bits, "overflow"
/** Values of one node that a server keeps for us between two publishings. */
const kQueue = 100;
const kConnectLimit = 10_000;
const kSessionTimeout = 60_000;

function id_of(node: NodeId, namespaces: readonly string[]): Id {
  const uri = namespaces[node.namespace] ?? `index ${node.namespace}`;
  const local = node.toString().replace(/^ns=\d+;/, '');
  return node.namespace === 0 ? local : `nsu=${uri};${local}`;
}

function node_of(id: Id, namespaces: readonly string[]): NodeId {
  const named = /^nsu=([^;]*);(.*)$/s.exec(id);
  const index = named ? namespaces.indexOf(named[1]!) : 0;
  if (index < 0) {
    throw new Refused(
      `the server has no namespace ${named![1]}; it has ${namespaces.slice(1).join(', ')}`,
    );
  }
  try {
    return coerceNodeId(named ? `ns=${index};${named[2]}` : id);
  } catch {
    throw new Refused(`${id} is no node: write nsu=URI;s=NAME or nsu=URI;i=NUMBER`);
  }
}

function plain_of(
  variant: Variant,
  namespaces: readonly string[],
): { value: Plain; single: boolean } {
  const value: unknown = variant.value;
  if (value === null || value === undefined) return { value: null, single: true };
  if (variant.arrayType !== VariantArrayType.Scalar) return { value: null, single: false };
  switch (variant.dataType) {
    case DataType.Int64:
    case DataType.UInt64: {
      // Two halves, the higher one first.
      const [high = 0, low = 0] = value as [number, number];
      const whole = (BigInt(high) << 32n) | BigInt(low);
      const signed = variant.dataType === DataType.Int64 ? BigInt.asIntN(64, whole) : whole;
      return { value: signed.toString(), single: true };
    }
    case DataType.DateTime:
      return { value: (value as Date).toISOString(), single: true };
    case DataType.LocalizedText:
      return { value: (value as { text?: string | null }).text ?? '', single: true };
    case DataType.QualifiedName:
      return { value: (value as { name?: string | null }).name ?? '', single: true };
    case DataType.NodeId:
    case DataType.ExpandedNodeId:
      return { value: id_of(value as NodeId, namespaces), single: true };
    case DataType.StatusCode:
      return { value: (value as { name: string }).name, single: true };
  }
  if (typeof value === 'number') {
    return { value: Number.isFinite(value) ? value : null, single: true };
  }
  if (typeof value === 'boolean' || typeof value === 'string') return { value, single: true };
  return { value: null, single: false };
}

function value_of(read: DataValue, namespaces: readonly string[]): Value {
  // 1601 is how "no time" is written.
  const at = [read.sourceTimestamp, read.serverTimestamp].find(
    (time) => time && time.getTime() > 0,
  );
  return {
    ...plain_of(read.value, namespaces),
    status: read.statusCode.value,
    at: at ?? null,
  };
}

export const was_overrun = (value: Value) => (value.status & 0xffff & kOverflow) === kOverflow;

/** A server's unit: {namespaceUri, unitId, displayName, description}; part 8. */
function unit_of(read: DataValue): string {
  const unit = read.value.value as { displayName?: { text?: string | null } } | null;
  return unit?.displayName?.text ?? '';
}

const application_uri = () => `urn:${hostname()}:heed:opcua`;

export interface Keys {
  manager: OPCUACertificateManager;
  /** A file's path. */
  certificate: string;
}

/** Our own key and certificate, made when they are first needed. */
export async function own_keys(directory: string): Promise<Keys> {
  const root = join(directory, 'pki');
  mkdirSync(root, { recursive: true, mode: 0o700 });
  const manager = new OPCUACertificateManager({
    rootFolder: root,
    automaticallyAcceptUnknownCertificate: true, // trust.ts decides
    disableFileWatchers: true,
  });
  await manager.initialize();
  return { manager, certificate: await own_certificate(manager) };
}

/** Several of us may begin at once: all show the certificate that was there first. */
async function own_certificate(manager: OPCUACertificateManager): Promise<string> {
  const file = join(manager.rootDir, 'own', 'heed.pem');
  if (existsSync(file)) return file;
  const made = `${file}.made.${process.pid}`;
  await manager.createSelfSignedCertificate({
    applicationUri: application_uri(),
    subject: '/CN=Heed/O=Heed',
    dns: [hostname()],
    startDate: new Date(Date.now() - 86_400_000), // controls' clocks are seldom right
    validity: 365 * 20,
    outputFile: made,
  });
  keep_first(file, readFileSync(made));
  unlinkSync(made);
  return file;
}

function make_client(settings: Settings, keys: Keys, server: EndpointDescription | null) {
  const secure = server !== null && settings.security !== 'none';
  return OPCUAClient.create({
    applicationName: 'Heed',
    applicationUri: application_uri(),
    clientName: 'Heed',
    certificateFile: keys.certificate,
    privateKeyFile: keys.manager.privateKey,
    clientCertificateManager: keys.manager,
    connectionStrategy: { initialDelay: 200, maxDelay: 2_000, maxRetry: server ? 1 : 0 },
    transportTimeout: kConnectLimit,
    defaultTransactionTimeout: kConnectLimit,
    endpointMustExist: false, // controls tell names that nobody can look up
    keepSessionAlive: true,
    requestedSessionTimeout: kSessionTimeout,
    securityMode: !secure
      ? MessageSecurityMode.None
      : settings.security === 'sign'
        ? MessageSecurityMode.Sign
        : MessageSecurityMode.SignAndEncrypt,
    securityPolicy: secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
    ...(secure ? { serverCertificate: server.serverCertificate } : {}),
  });
}

/** The doors that a server has. Tells nobody who we are. */
export async function look(settings: Settings, keys: Keys): Promise<EndpointDescription[]> {
  const client = make_client(settings, keys, null);
  try {
    await client.connect(settings.endpoint);
    return await client.getEndpoints();
  } finally {
    await client.disconnect().catch(() => undefined);
  }
}

const mode_words = (door: EndpointDescription) =>
  `${MessageSecurityMode[door.securityMode]} ${(door.securityPolicyUri ?? '').replace(/^.*#/, '')}`;

/** The door that the settings ask for; throws Refused, with the mend, if the server has none. */
export function choose_door(settings: Settings, doors: EndpointDescription[]): EndpointDescription {
  const mode = {
    none: MessageSecurityMode.None,
    sign: MessageSecurityMode.Sign,
    sign_and_encrypt: MessageSecurityMode.SignAndEncrypt,
  }[settings.security];
  const policy =
    mode === MessageSecurityMode.None ? SecurityPolicy.None : SecurityPolicy.Basic256Sha256;
  const door = doors.find(
    (each) => each.securityMode === mode && each.securityPolicyUri === policy,
  );
  if (!door) {
    const has = [...new Set(doors.map(mode_words))].join(', ');
    throw new Refused(
      `the server does not offer ${settings.security} with Basic256Sha256; it offers ${has}. ` +
        'Switch it on at the control, or set security to what it offers',
    );
  }
  const wanted = settings.user ? UserTokenType.UserName : UserTokenType.Anonymous;
  const token = (door.userIdentityTokens ?? []).find((each) => each.tokenType === wanted);
  if (!token) {
    throw new Refused(
      settings.user
        ? 'the server takes no user and password there: leave user empty'
        : 'the server lets nobody in without a user: set user and password',
    );
  }
  const sealed = token.securityPolicyUri || door.securityPolicyUri;
  if (settings.user && sealed === SecurityPolicy.None) {
    throw new Refused(
      'the password would go over the network in clear: set security to sign_and_encrypt',
    );
  }
  return door;
}

export class Connection {
  private constructor(
    private readonly client: OPCUAClient,
    private readonly session: ClientSession,
    readonly namespaces: readonly string[],
    private readonly listener: Listener,
  ) {}
  private closed = false;
  private subscription: ClientSubscription | null = null;

  /** `door` is of choose_door(), its certificate has been checked. */
  static async open(
    settings: Settings,
    keys: Keys,
    door: EndpointDescription,
    listener: Listener,
  ): Promise<Connection> {
    const client = make_client(settings, keys, door);
    try {
      await client.connect(settings.endpoint);
      const user: UserIdentityInfo = settings.user
        ? { type: UserTokenType.UserName, userName: settings.user, password: settings.password }
        : { type: UserTokenType.Anonymous };
      const session = await client.createSession(user);
      const read = await session.read({
        nodeId: coerceNodeId('i=2255'), // Server_NamespaceArray
        attributeId: AttributeIds.Value,
      });
      const namespaces = Array.from((read.value.value as string[] | null) ?? []);
      const connection = new Connection(client, session, namespaces, listener);
      connection.watch();
      return connection;
    } catch (error) {
      await client.disconnect().catch(() => undefined);
      throw error;
    }
  }

  private over(why: string) {
    if (!this.closed) this.listener.on_over(why);
  }

  private watch() {
    this.client.on('connection_lost', () => this.closed || this.listener.on_lost());
    this.client.on('connection_reestablished', () => this.closed || this.listener.on_resumed());
    this.client.on('close', () => this.over('the server closed the connection'));
    this.session.on('session_closed', () => this.over('the server closed the session'));
    // A new session means that the old one is gone, or the server started anew: whatever it knew of
    // us, and its namespaces' indexes, may be others. We begin anew too, rather than guess.
    (
      this.client as unknown as { beforeSubscriptionRecreate: () => Promise<Error> }
    ).beforeSubscriptionRecreate = () => {
      this.over('the server forgot the session');
      return Promise.resolve(new Error('begun anew'));
    };
  }

  async browse(ids: readonly Id[], wanted: 'children' | 'supertype'): Promise<Reference[][]> {
    const down = wanted === 'children';
    const found: Reference[][] = [];
    for (let from = 0; from < ids.length; from += 100) {
      const results = await this.session.browse(
        ids.slice(from, from + 100).map((id) => ({
          nodeId: node_of(id, this.namespaces),
          referenceTypeId: down ? 'i=33' : 'i=45', // HierarchicalReferences, HasSubtype
          includeSubtypes: down,
          browseDirection: down ? BrowseDirection.Forward : BrowseDirection.Inverse,
          nodeClassMask: down ? NodeClass.Object | NodeClass.Variable : NodeClass.ObjectType,
          resultMask: 63,
        })),
      );
      for (const result of results) {
        const all = [...(result.references ?? [])];
        let more = result.continuationPoint;
        while (more && more.length > 0 && all.length < 5_000) {
          const next = await this.session.browseNext(more, false);
          all.push(...(next.references ?? []));
          more = next.continuationPoint;
        }
        found.push(
          all.map((each) => ({
            id: id_of(each.nodeId, this.namespaces),
            name: each.browseName.name ?? '',
            display: each.displayName.text ?? '',
            kind:
              each.nodeClass === NodeClass.Object
                ? 'object'
                : each.nodeClass === NodeClass.Variable
                  ? 'variable'
                  : 'type',
            type: each.typeDefinition ? id_of(each.typeDefinition, this.namespaces) : '',
          })),
        );
      }
    }
    return found;
  }

  private async read_values(ids: readonly Id[], attributeId: AttributeIds): Promise<DataValue[]> {
    const all: DataValue[] = [];
    for (let from = 0; from < ids.length; from += 200) {
      const part = ids.slice(from, from + 200);
      all.push(
        ...(await this.session.read(
          part.map((id) => ({ nodeId: node_of(id, this.namespaces), attributeId })),
        )),
      );
    }
    return all;
  }

  async read(ids: readonly Id[]): Promise<Value[]> {
    const read = await this.read_values(ids, AttributeIds.Value);
    return read.map((each) => value_of(each, this.namespaces));
  }

  async units(ids: readonly Id[]): Promise<string[]> {
    return (await this.read_values(ids, AttributeIds.Value)).map(unit_of);
  }

  /** The names of types, without their namespaces. */
  async names(ids: readonly Id[]): Promise<string[]> {
    const read = await this.read_values(ids, AttributeIds.BrowseName);
    return read.map((each) => (each.value.value as { name?: string | null } | null)?.name ?? '');
  }

  /** Of these objects, those that tell of events. */
  async notifiers(ids: readonly Id[]): Promise<Id[]> {
    const read = await this.read_values(ids, AttributeIds.EventNotifier);
    return ids.filter((_, i) => ((Number(read[i]!.value.value) || 0) & 1) === 1);
  }

  /** The node names that are not of the server are told by `refused`. */
  async subscribe(
    variables: readonly Id[],
    notifiers: readonly Id[],
    interval: number,
    refused: (index: number, why: string) => void,
  ): Promise<void> {
    const subscription = await this.session.createSubscription2({
      requestedPublishingInterval: interval,
      requestedLifetimeCount: Math.max(30, Math.ceil(120_000 / interval)),
      requestedMaxKeepAliveCount: Math.max(3, Math.ceil(5_000 / interval)),
      maxNotificationsPerPublish: 1_000,
      publishingEnabled: true,
      priority: 1,
    });
    this.subscription = subscription;
    subscription.on('terminated', () => this.over('the server ended the subscription'));
    let waiting: { index: number; value: Value }[] = [];
    const hand_on = () => {
      const values = waiting;
      waiting = [];
      this.listener.on_values(values);
    };
    for (let from = 0; from < variables.length; from += 200) {
      const part = variables.slice(from, from + 200);
      const group = ClientMonitoredItemGroup.create(
        subscription,
        part.map((id) => ({
          nodeId: node_of(id, this.namespaces),
          attributeId: AttributeIds.Value,
        })),
        { samplingInterval: interval, queueSize: kQueue, discardOldest: true },
        TimestampsToReturn.Both,
      );
      group.on('changed', (_item, value, index) => {
        // All of one publishing are handed on together, so that they can be put into order.
        if (waiting.length === 0) setImmediate(hand_on);
        waiting.push({ index: from + index, value: value_of(value, this.namespaces) });
      });
      await new Promise<void>((resolve, reject) => {
        group.on('initialized', resolve);
        group.on('err', (why) => reject(new Error(why)));
      });
      group.monitoredItems.forEach((item, i) => {
        const status = item.statusCode;
        if (status.isNotGood()) refused(from + i, status.name);
      });
    }
    for (const id of notifiers) await this.listen(subscription, id);
  }

  private async listen(subscription: ClientSubscription, notifier: Id) {
    const operand = (
      type: string,
      path: readonly [number, string][],
      attribute = AttributeIds.Value,
    ) =>
      new SimpleAttributeOperand({
        typeDefinitionId: coerceNodeId(type),
        browsePath: path.map(([namespaceIndex, name]) => ({ namespaceIndex, name })),
        attributeId: attribute,
      });
    const base = (name: string) => operand('i=2041', [[0, name]]);
    const tool = this.namespaces.indexOf(kMachineTool);
    const of_tool = (type: number, name: string) =>
      tool < 0 ? base(name) : operand(`ns=${tool};i=${type}`, [[tool, name]]);
    const filter = new EventFilter({
      selectClauses: [
        ...['EventId', 'EventType', 'SourceNode', 'Time', 'Message', 'Severity'].map(base),
        operand('i=2782', [], AttributeIds.NodeId), // ConditionType: which condition it is
        operand('i=2782', [[0, 'ConditionName']]),
        operand('i=2915', [
          [0, 'ActiveState'],
          [0, 'Id'],
        ]), // AlarmConditionType
        operand('i=2782', [
          [0, 'EnabledState'],
          [0, 'Id'],
        ]),
        of_tool(39, 'ErrorCode'), // AlertType
        of_tool(35, 'Identifier'), // NotificationEventType
      ],
    });
    const item = ClientMonitoredItem.create(
      subscription,
      { nodeId: node_of(notifier, this.namespaces), attributeId: AttributeIds.EventNotifier },
      { samplingInterval: 0, queueSize: 1_000, discardOldest: true, filter },
      TimestampsToReturn.Neither,
    );
    item.on('changed', (fields) => this.take_event(fields as unknown as Variant[]));
    await new Promise<void>((resolve) => {
      item.on('initialized', resolve);
      item.on('err', () => resolve()); // a server without events still has values
    });
  }

  private take_event(fields: readonly Variant[]) {
    const plain = fields.map((field) => plain_of(field, this.namespaces).value);
    const text = (i: number) =>
      plain[i] === null || plain[i] === undefined ? '' : String(plain[i]);
    const truth = (i: number) => (typeof plain[i] === 'boolean' ? plain[i] : null);
    const at = fields[3]?.value as Date | null;
    const event_id = fields[0]?.value as Buffer | null;
    const condition = fields[6]?.value as NodeId | null;
    const real = condition instanceof NodeId && !condition.isEmpty();
    this.listener.on_happening({
      id: event_id ? event_id.toString('hex') : '',
      type: text(1),
      source: text(2),
      at: at && at.getTime() > 0 ? at : null,
      text: text(4),
      severity: Number(plain[5]) || 0,
      condition: real ? id_of(condition, this.namespaces) : '',
      condition_name: text(7),
      active: truth(8) as boolean | null,
      enabled: truth(9) as boolean | null,
      code: text(10),
      identifier: text(11),
    });
  }

  /** Gives the session back, so that a control with few of them has it for the next one. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.subscription?.removeAllListeners();
    await this.session.close(true).catch(() => undefined);
    await this.client.disconnect().catch(() => undefined);
  }
}
