// An OPC UA server with one machine tool, written from OPC 40501-1 and the specification's own
// nodesets: a real node-opcua, driven by JSON lines on standard input, one answer line each.
//
//   node server.mjs '{"port":48400,"pki":"/tmp/x"}'    then {"set":"ChannelState","value":0}
//
// It keeps the name of every service that it was asked for: a client that only reads asks for none
// of Write, Call, AddNodes, HistoryUpdate, …
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../sidecar/opcua/package.json', import.meta.url));
const opcua = require('node-opcua');
const { DataType, MessageSecurityMode, NodeId, SecurityPolicy, StatusCodes, Variant } = opcua;

const kMachinery = 'http://opcfoundation.org/UA/Machinery/';
const kMachineTool = 'http://opcfoundation.org/UA/MachineTool/';
const kIa = 'http://opcfoundation.org/UA/IA/';

/** The optional parts of a MachineTool that the machine has. */
const kOptional = [
  'Identification.Model',
  'Monitoring.MachineTool.FeedOverride',
  'Monitoring.MachineTool.OperationCounters',
  'Monitoring.MachineTool.OperationCounters.PartsProducedInLifetime',
  'Monitoring.Stacklight',
  'Notification.Messages',
  'Production.ProductionPlan',
  'Equipment.Tools',
];

const child = (node, name) => {
  const found = node?.getChildByName?.(name) ?? null;
  if (!found) throw new Error(`${node?.browseName} has no ${name}`);
  return found;
};
const at = (node, path) => path.split('/').reduce(child, node);

/** Builds a machine; the variables that tests change, by a short name. */
function add_machine(server, name) {
  const space = server.engine.addressSpace;
  const tool = space.getNamespaceIndex(kMachineTool);
  const own = space.getOwnNamespace();
  const machines = space.findNode(`ns=${space.getNamespaceIndex(kMachinery)};i=1001`);
  const type = (of, index = tool) => space.findObjectType(of, index);
  const machine = type('MachineToolType').instantiate({
    browseName: name,
    organizedBy: machines,
    optionals: kOptional,
  });
  const monitoring = child(machine, 'Monitoring');
  const channel = type('ChannelMonitoringType').instantiate({
    browseName: { name: 'Channel1', namespaceIndex: own.index },
    componentOf: monitoring,
    optionals: ['RapidOverride'],
  });
  const spindle = type('SpindleMonitoringType').instantiate({
    browseName: { name: 'Spindle1', namespaceIndex: own.index },
    componentOf: monitoring,
    optionals: ['Override'],
  });
  const light = type('StackElementLightType', space.getNamespaceIndex(kIa));
  const lamp = light.instantiate({
    browseName: { name: 'Lamp1', namespaceIndex: own.index },
    componentOf: child(monitoring, 'Stacklight'),
    optionals: ['SignalColor', 'SignalOn'],
  });
  const program = at(machine, 'Production/ActiveProgram');
  const named = {
    ChannelState: child(channel, 'ChannelState'),
    ChannelMode: child(channel, 'ChannelMode'),
    FeedOverride: child(channel, 'FeedOverride'),
    RapidOverride: child(channel, 'RapidOverride'),
    SpindleOverride: child(spindle, 'Override'),
    IsRotating: child(spindle, 'IsRotating'),
    OperationMode: at(monitoring, 'MachineTool/OperationMode'),
    Parts: at(monitoring, 'MachineTool/OperationCounters/PartsProducedInLifetime'),
    Program: child(program, 'Name'),
    LampOn: child(lamp, 'SignalOn'),
    LampColor: child(lamp, 'SignalColor'),
    Manufacturer: at(machine, 'Identification/Manufacturer'),
    SerialNumber: at(machine, 'Identification/SerialNumber'),
    Model: at(machine, 'Identification/Model'),
    ProgramState: at(program, 'State/CurrentState'),
    ProgramStateNumber: at(program, 'State/CurrentState/Number'),
  };
  const messages = at(machine, 'Notification/Messages');
  messages.setEventNotifier(1);
  machine.setEventNotifier(1);
  const link = (from, referenceType, to) => from.addReference({ referenceType, nodeId: to.nodeId });
  link(space.rootFolder.objects.server, 'HasNotifier', machine);
  link(machine, 'HasEventSource', messages);
  return { machine, messages, named };
}

const kStart = {
  Manufacturer: { text: 'Heed Works' },
  Model: { text: 'Mill 40' },
  SerialNumber: '4711',
  ChannelState: 2,
  ChannelMode: 0,
  FeedOverride: 100,
  RapidOverride: 100,
  SpindleOverride: 100,
  IsRotating: false,
  OperationMode: 1,
  Parts: [0, 41],
  Program: 'O1000',
  ProgramState: { text: 'Beendet' }, // a server may speak any language
  ProgramStateNumber: 2,
  LampOn: true,
  LampColor: 2,
};

export async function start_server(options) {
  const { nodesets } = opcua;
  const pki = new opcua.OPCUACertificateManager({
    rootFolder: `${options.pki}/pki`,
    automaticallyAcceptUnknownCertificate: options.trust !== false,
    disableFileWatchers: true,
  });
  await pki.initialize();
  const users = {
    isValidUser: (user, password) => user === 'heed' && password === 'secret',
  };
  const server = new opcua.OPCUAServer({
    host: '127.0.0.1',
    port: options.port,
    resourcePath: '/mill',
    serverCertificateManager: pki,
    userCertificateManager: pki,
    serverInfo: { applicationUri: 'urn:heed:test:server' },
    securityModes: [
      MessageSecurityMode.None,
      MessageSecurityMode.Sign,
      MessageSecurityMode.SignAndEncrypt,
    ],
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    allowAnonymous: options.anonymous !== false,
    userManager: users,
    registerServerMethod: opcua.RegisterServerMethod.HIDDEN,
    nodeset_filename: [
      nodesets.standard,
      nodesets.di,
      nodesets.ia,
      nodesets.machinery,
      nodesets.isa95JobControl,
      nodesets.machineryResult,
      nodesets.machineryJobs,
      nodesets.machineTool,
    ],
    serverCapabilities: { minSupportedSampleRate: 10, maxSessions: 10 },
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  // Namespaces before ours: after a restart with others, ours has another index.
  for (let i = 0; i < (options.shift ?? 0); ++i) space.registerNamespace(`urn:filler:${i}`);
  const custom = space.registerNamespace('urn:heed:test:custom');
  const state = custom.addVariable({
    organizedBy: space.rootFolder.objects,
    browseName: 'State',
    nodeId: 's=State',
    dataType: 'String',
    value: new Variant({ dataType: DataType.String, value: 'Idle' }),
    minimumSamplingInterval: 10,
  });
  const built = options.machines === 0 ? null : add_machine(server, 'Mill');
  if (options.machines === 2) add_machine(server, 'Lathe');
  const named = { ...(built?.named ?? {}), Custom: state };
  const types = new Map();
  const set = (name, value, status = 'Good', time = new Date()) => {
    const node = named[name];
    if (!types.has(name)) {
      const type = node.dataTypeObj?.getBasicDataType?.() ?? space.findDataType(node.dataType);
      const basic = node.readValue().value.dataType || type?.basicDataType || type;
      types.set(
        name,
        typeof basic === 'number' ? basic : space.findCorrespondingBasicDataType(node.dataType),
      );
    }
    const dataType = types.get(name);
    node.setValueFromSource(
      new Variant({
        dataType,
        arrayType: opcua.VariantArrayType.Scalar,
        value,
      }),
      StatusCodes[status],
      time,
    );
  };
  for (const node of Object.values(named)) node.minimumSamplingInterval = 10;
  if (built) for (const [name, value] of Object.entries(kStart)) set(name, value);
  const services = new Set();
  await server.start();
  server.on('request', (request) => services.add(request.schema.name));
  const events = built && event_maker(space, built);
  return {
    server,
    set,
    services,
    named,
    events,
    stop: () => server.shutdown(10),
  };
}

/** Alerts and messages of the machine, as OPC 40501-1 has them. */
function event_maker(space, { machine, messages }) {
  const tool = space.getNamespaceIndex(kMachineTool);
  const own = space.getOwnNamespace();
  const alerts = new Map();
  const alert = (code, active, text, severity) => {
    if (!alerts.has(code)) {
      const type = space.findEventType('AlertType', tool);
      const made = own.instantiateAlarmCondition(type, {
        browseName: `Alert${code}`,
        componentOf: messages,
        conditionSource: messages,
        conditionName: `Alert ${code}`,
        inputNode: NodeId.nullNodeId,
      });
      child(made, 'ErrorCode').setValueFromSource({
        dataType: DataType.String,
        value: code,
      });
      alerts.set(code, made);
    }
    const condition = alerts.get(code);
    if (active) condition.activateAlarm();
    else condition.deactivateAlarm(false);
    condition.raiseNewCondition({
      message: text,
      severity,
      quality: StatusCodes.Good,
    });
  };
  const message = (text, severity = 200) => {
    const type = space.findEventType('NotificationEventType', tool);
    messages.raiseEvent(type, {
      sourceNode: { dataType: DataType.NodeId, value: messages.nodeId },
      sourceName: { dataType: DataType.String, value: 'Messages' },
      message: { dataType: DataType.LocalizedText, value: { text } },
      severity: { dataType: DataType.UInt16, value: severity },
      identifier: { dataType: DataType.String, value: 'M1' },
    });
  };
  return { alert, message, machine };
}

/** Driven from outside, for tests in another language. */
async function main() {
  console.log = console.info = console.warn = console.error; // standard output is ours
  let options = JSON.parse(process.argv[2] ?? '{}');
  let running = await start_server(options);
  const answer = (said) => process.stdout.write(JSON.stringify(said) + '\n');
  answer({ ready: running.server.getEndpointUrl() });
  const services = new Set();
  const keep = () => running.services.forEach((name) => services.add(name));
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line);
    if (order.set)
      running.set(order.set, order.value, order.status, order.at && new Date(order.at));
    if (order.alert)
      running.events.alert(order.alert, order.active, order.text ?? '', order.severity ?? 800);
    if (order.message) running.events.message(order.message);
    if (order.restart) {
      keep();
      await running.stop();
      options = { ...options, ...order.restart };
      running = await start_server(options);
    }
    keep();
    answer(order.services ? { services: [...services] } : { done: true });
  }
  process.exit(0);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
