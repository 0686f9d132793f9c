// The program that reads OPC UA against a real node-opcua with a machine of OPC 40501-1. Everything
// on loopback.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Reader, make_cable } from './reader.mjs';
import { start_server } from './server.mjs';

const kChannel = 'Monitoring/Channel1/';
/** All that a client which only reads may ask for. */
const kReading = new Set([
  'GetEndpointsRequest',
  'FindServersRequest',
  'CreateSessionRequest',
  'ActivateSessionRequest',
  'CloseSessionRequest',
  'BrowseRequest',
  'BrowseNextRequest',
  'ReadRequest',
  'CreateSubscriptionRequest',
  'CreateMonitoredItemsRequest',
  'PublishRequest',
  'RepublishRequest',
  'TransferSubscriptionsRequest',
  'DeleteMonitoredItemsRequest',
  'DeleteSubscriptionsRequest',
]);

const place = mkdtempSync(join(tmpdir(), 'heed-opcua-'));
const readers = [];
let running, port;

async function free_port() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port: free } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return free;
}
const serve = (more = {}) => start_server({ port, pki: join(place, 'server'), ...more });
async function restart(more) {
  await running.stop();
  running = await serve(more);
}
function read(settings = {}) {
  const reader = new Reader({
    endpoint: `opc.tcp://127.0.0.1:${port}/mill`,
    directory: join(place, 'box'),
    ...settings,
  });
  readers.push(reader);
  return reader;
}
const fresh = (name) => join(place, name);

before(async () => {
  port = await free_port();
  running = await serve();
});
after(async () => {
  for (const reader of readers) await reader.end();
  await running.stop();
  rmSync(place, { recursive: true, force: true });
});

test('finds the machine, tells its nodes, and then each change once and in its order', async () => {
  const reader = read();
  await reader.up();
  assert.ok(
    reader.of('step').some(([, ok, say]) => ok && say.includes('Mill (Heed Works Mill 40 4711)')),
  );
  const owner = Object.fromEntries(reader.of('node').map((line) => [line[2], line[3]]));
  assert.equal(owner[`${kChannel}ChannelState`], 'ChannelMonitoringType');
  assert.equal(
    owner['Production/ActiveProgram/State/CurrentState/Number'],
    'ProductionProgramStateMachineType',
  );
  assert.equal(owner['Monitoring/Stacklight/Lamp1/SignalOn'], 'StackElementLightType');
  const began = Date.parse('2026-11-29T10:00:00Z');
  const wanted = Array.from({ length: 20 }, (_, i) => 51 + i);
  const feed = `${kChannel}FeedOverride`;
  for (const value of wanted) {
    running.set('FeedOverride', value, 'Good', new Date(began + value * 1000));
    await reader.until(() => reader.values(feed).at(-1)?.[4] === value);
  }
  running.set('Program', 'O7');
  running.set('Parts', [0, 42]);
  await reader.until(() => reader.values('Production/ActiveProgram/Name').at(-1)?.[4] === 'O7');
  const parts = 'Monitoring/MachineTool/OperationCounters/PartsProducedInLifetime';
  await reader.until(() => reader.values(parts).at(-1)?.[4] === '42');
  const changes = reader.values(feed).slice(1);
  assert.deepEqual(
    changes.map((line) => line[4]),
    wanted,
  );
  assert.deepEqual(
    changes.map((line) => Date.parse(line[2])),
    wanted.map((value) => began + value * 1000),
  );
  assert.deepEqual(reader.of('lost'), []);
  await reader.end();
});

test('tells what is bad and what is uncertain by its status', async () => {
  const reader = read();
  await reader.up();
  running.set('RapidOverride', 50, 'UncertainLastUsableValue');
  const rapid = () => reader.values(`${kChannel}RapidOverride`).at(-1);
  await reader.until(() => rapid()?.[3] >>> 30 === 1);
  assert.equal(rapid()[4], 50);
  running.set('RapidOverride', 50, 'BadSensorFailure');
  await reader.until(() => rapid()[3] >>> 31 === 1);
  running.set('RapidOverride', 100);
  await reader.until(() => rapid()[3] === 0);
  await reader.end();
});

test('tells alarms as they come and go, messages, and an alarm that was there before', async () => {
  const reader = read();
  await reader.up();
  running.events.alert('700123', true, 'Coolant low', 800);
  running.events.message('Pallet 2 is ready');
  await reader.until(() => reader.of('alarm').length === 1 && reader.of('message').length === 1);
  const [, condition, , active, severity, code, text] = reader.of('alarm')[0];
  assert.deepEqual([active, severity, code, text], [true, 800, '700123', 'Coolant low']);
  assert.equal(reader.of('message')[0][4], 'Pallet 2 is ready');

  const late = read();
  await late.until(() => late.of('alarm').length === 1);
  assert.deepEqual(late.of('alarm')[0].slice(3, 6), [true, 800, '700123']);
  running.events.alert('700123', false, 'Coolant low', 800);
  for (const each of [reader, late]) {
    await each.until(() => each.of('alarm').length === 2);
    assert.deepEqual(each.of('alarm')[1].slice(1, 2), [condition]);
    assert.equal(each.of('alarm')[1][3], false);
    await each.end();
  }
});

test('reads over a pulled cable with the same subscription, and loses and repeats nothing', async () => {
  const cable = await make_cable(port);
  const reader = read({ endpoint: `opc.tcp://127.0.0.1:${cable.port}/mill` });
  await reader.up();
  const spindle = 'Monitoring/Spindle1/Override';
  await reader.until(() => reader.values(spindle).length === 1);
  cable.pull();
  await reader.until(() => reader.of('broken').length === 1);
  for (const value of [61, 62, 63]) {
    running.set('SpindleOverride', value);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  cable.plug();
  await reader.until(() => reader.of('up').at(-1)[1] === true);
  await reader.until(() => reader.values(spindle).at(-1)[4] === 63);
  running.set('SpindleOverride', 64);
  await reader.until(() => reader.values(spindle).at(-1)[4] === 64);
  assert.deepEqual(
    reader
      .values(spindle)
      .slice(1)
      .map((line) => line[4]),
    [61, 62, 63, 64],
  );
  assert.deepEqual(reader.of('down'), []);
  await reader.end();
  cable.close();
});

test('begins anew when the server has forgotten the session', async () => {
  const reader = read();
  await reader.up();
  for (const session of Object.values(running.server.engine._sessions ?? {})) {
    running.server.engine.closeSession(session.authenticationToken, true, 'Timeout');
  }
  await reader.until(() => reader.of('up').length === 2, 'a second time up');
  assert.equal(reader.of('down').length, 1);
  assert.equal(reader.of('up')[1][1], false);
  await reader.end();
});

test('says that user or password are wrong, and repeats neither', async () => {
  const wrong = read({ password: 'guessed' });
  await wrong.until(() => wrong.of('down').length === 1);
  assert.match(wrong.of('down')[0][1], /check user and password/);
  assert.ok(!JSON.stringify(wrong.lines).includes('guessed'));
  await wrong.end();
});

test('needs no keys where the server asks for none, and reads the same', async () => {
  const reader = read({ security: 'none', user: '', password: '' });
  await reader.up();
  assert.ok(!reader.of('step').some(([, , say]) => say.includes('certificate')));
  await reader.end();
});

test('asks for nothing but services that read', () => {
  const asked = [...running.services];
  assert.ok(asked.includes('PublishRequest') && asked.includes('BrowseRequest'));
  assert.deepEqual(
    asked.filter((name) => !kReading.has(name)),
    [],
  );
});

test('has one file that knows node-opcua-client, and that names nothing that writes or calls', () => {
  const src = new URL('../../sidecar/opcua/src/', import.meta.url);
  const texts = readdirSync(src).map((name) => [name, readFileSync(new URL(name, src), 'utf8')]);
  const knowing = texts.filter(([, text]) => text.includes("from 'node-opcua"));
  assert.deepEqual(
    knowing.map(([name]) => name),
    ['client.ts'],
  );
  const words =
    /\.(write\w*|call|callMethod|historyUpdate|addNodes|deleteNodes|refreshConditions?|acknowledge\w*|confirm\w*|performMessageTransaction)\s*\(/;
  assert.doesNotMatch(knowing[0][1], words);
});

test('follows a server that was started anew with other indexes of its namespaces', async () => {
  const nodes = ['nsu=urn:heed:test:custom;s=State', 'nsu=urn:heed:test:custom;s=Nothing'];
  const reader = read({ nodes });
  await reader.up();
  assert.ok(reader.of('step').some(([, ok, say]) => !ok && say.includes('s=Nothing')));
  await restart({ shift: 3 });
  await reader.until(() => reader.of('up').length === 2, 'up after the restart');
  running.set('Custom', 'Run');
  await reader.until(() => reader.values(0).at(-1)?.[4] === 'Run');
  await reader.end();
});

test('refuses a server whose certificate has changed, until it is told the new one', async () => {
  await restart({ pki: fresh('other') });
  const reader = read();
  await reader.until(() => reader.of('down').length === 1);
  const said = reader.of('down')[0][1];
  assert.match(said, /certificate has changed: it was [0-9a-f]{64} and is [0-9a-f]{64}/);
  await reader.end();
  const told = read({ fingerprint: /and is ([0-9a-f]{64})/.exec(said)[1] });
  await told.up();
  await told.end();
  const later = read(); // and it is kept
  await later.up();
  await later.end();
});

test('names the machines where there are several, and says where there is none', async () => {
  await restart({ machines: 2, pki: fresh('other') });
  const any = read();
  await any.until(() => any.of('down').length === 1);
  assert.match(any.of('down')[0][1], /several machines: .*Mill.*Lathe.*Set machine/);
  await any.end();
  const lathe = read({ machine: 'Lathe' });
  await lathe.up();
  await lathe.end();
  await restart({ machines: 0, pki: fresh('other') });
  const none = read();
  await none.until(() => none.of('down').length === 1);
  assert.match(none.of('down')[0][1], /no machine tool of OPC 40501-1/);
  await none.end();
});

test('shows the same certificate to all servers, however many begin at once', async () => {
  const directory = fresh('together');
  const some = Array.from({ length: 3 }, () => read({ directory, nodes: ['i=2258'] }));
  await Promise.all(some.map((reader) => reader.up()));
  assert.deepEqual(
    readdirSync(join(directory, 'pki', 'own')).filter((name) => name.startsWith('heed')),
    ['heed.pem'],
  );
  await Promise.all(some.map((reader) => reader.end()));
});

test('ends with its standard input, even while nobody answers it', async () => {
  const sockets = [];
  const silent = createServer((socket) => sockets.push(socket));
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const reader = read({
    endpoint: `opc.tcp://127.0.0.1:${silent.address().port}`,
  });
  await reader.until(() => reader.lines.length === 1);
  await reader.end();
  assert.equal(await reader.ended, 0);
  sockets.forEach((socket) => socket.destroy());
  silent.close();
});
