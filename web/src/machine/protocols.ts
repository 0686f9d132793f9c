import type { Protocol } from '../types';

/** The protocols in the words of someone who stands next to the machine. */
export const kProtocols: readonly {
  id: Protocol;
  name: string;
  what: string;
  where: string;
  examples: string[];
  /** Built from public descriptions; nobody has told yet that it reads a real one. */
  untested?: true;
  /** Takes a user and a password. */
  login?: true;
  /** An example of its other settings, where it has any. */
  settings?: string;
}[] = [
  {
    id: 'mtconnect',
    name: 'MTConnect agent',
    what: 'A web address that shows XML about the machine. Mazak, Okuma, DMG Mori, Haas with an agent, and many others.',
    where:
      'Port 5000 is usual; if the agent serves several machines, add the device’s name after the slash. An agent that publishes to a broker: mqtt:// and the broker’s address. Newer ones also answer at ws://, and over TLS at https:// and wss://.',
    examples: [
      'http://192.168.1.40:5000',
      'http://192.168.1.40:5000/Mazak',
      'ws://192.168.1.40:5000/Mazak',
      'mqtt://192.168.1.5/Mazak',
    ],
    login: true,
  },
  {
    id: 'shdr',
    name: 'SHDR adapter',
    what: 'The small program next to the control that feeds an agent: lines of text with bars between the values.',
    where: 'Port 7878 is usual.',
    examples: ['192.168.1.40:7878'],
  },
  {
    id: 'fanuc',
    name: 'FANUC',
    what: 'A FANUC control with Ethernet: 0i-D, 30i and newer, with FOCAS2.',
    where:
      'Port 8193 is usual: SYSTEM > EMBED PORT > FOCAS2 on the control. Keep the control on a network of its own, as FOCAS asks for no password.',
    examples: ['192.168.1.40:8193'],
    untested: true,
    settings: '{"macros":[{"number":500,"item":"pallet"}]}',
  },
  {
    id: 'linuxcnc',
    name: 'LinuxCNC',
    what: 'A machine run by LinuxCNC with its status server (linuxcncrsh) switched on.',
    where: 'Port 5007 is usual.',
    examples: ['192.168.1.40:5007'],
  },
  {
    id: 'haas',
    name: 'Haas',
    what: 'A Haas without an agent: Next Generation Controls over the network, older ones over their serial port.',
    where:
      'Set Setting 143 to 5051, and switch HaasConnect, HaasDrop and Remote Net Share off. Older controls: the serial line, with what differs from 9600 8N1 XON/XOFF.',
    examples: ['192.168.1.40:5051', '/dev/ttyUSB0,9600,7E1'],
    untested: true,
    settings: '{"macros":[{"number":10900,"item":"pallet"}]}',
  },
  {
    id: 'modbus',
    name: 'Modbus TCP inputs',
    what: 'A machine without a network: a small box with inputs in its cabinet, a clamp on the spindle’s cable, a relay that counts parts.',
    where: 'Port 502 is usual. The settings say which inputs are read and what they mean.',
    examples: ['192.168.1.60:502'],
    settings:
      '{"unit": 1, "inputs": [{"table": "input_register", "number": 0, "scale": 0.01, "item": "spindle_current", "type": "AMPERAGE", "units": "AMPERE", "running": {"on": 3, "off": 2}}, {"table": "discrete_input", "number": 3, "counts": {}}]}',
  },
  {
    id: 'grbl',
    name: 'Grbl',
    what: 'Small routers, mills and lasers with Grbl, grblHAL or FluidNC on a USB or serial line, or behind a serial server.',
    where: 'The line’s name on the box; 115200 baud is usual. Over the network, port 23 is usual.',
    examples: ['/dev/ttyACM0', '/dev/ttyUSB0,115200', '192.168.1.70:23'],
    untested: true,
    settings: '{"period_ms": 250, "inches": false}',
  },
  {
    id: 'marlin',
    name: 'Marlin',
    what: 'Printers and small routers with Marlin on a USB or serial line, or behind a serial server.',
    where: 'The line’s name on the box; 115200 baud is usual. Over the network, port 23 is usual.',
    examples: ['/dev/ttyUSB0', '/dev/ttyACM0,57600', '192.168.1.71:23'],
    untested: true,
    settings: '{"period_ms": 1000}',
  },
  {
    id: 'lsv2',
    name: 'Heidenhain',
    what: 'iTNC 530, TNC 320, 620 and 640, over LSV2. The control needs option #18 (HEIDENHAIN DNC).',
    where: 'Allow external access: MOD, Machine settings. Port 19000 is usual.',
    examples: ['192.168.1.40:19000'],
    untested: true,
  },
  {
    id: 'mqtt',
    name: 'MQTT topics',
    what: 'Sensors and gateways that tell JSON or plain words to a broker, a SHARC among them.',
    where:
      'The broker’s address; port 1883 is usual, with TLS 8883. The settings say which value of which topic is which item.',
    examples: ['192.168.1.5:1883', 'broker.shop:8883'],
    login: true,
    settings:
      '{"topics": [{"topic": "sharc/08d1f953ffe4/evt/io/#", "path": "/v/s1/v", "item": "spindle_current", "type": "AMPERAGE", "units": "AMPERE", "running": {"on": 3, "off": 2}}]}',
  },
  {
    id: 'sparkplug',
    name: 'Sparkplug B',
    what: 'A machine behind a Sparkplug edge node: Ignition, Neuron, HighByte and many gateways.',
    where:
      'The broker’s address; port 1883 is usual, with TLS 8883. The settings name the group, the edge node and the device.',
    examples: ['192.168.1.5:1883', 'broker.shop:8883'],
    untested: true,
    login: true,
    settings:
      '{"group": "Shop", "node": "Edge1", "device": "Mill3", "metrics": [{"name": "Status", "item": "execution", "type": "EXECUTION", "values": {"Running": "ACTIVE", "Idle": "READY"}}]}',
  },
  {
    id: 'brother',
    name: 'Brother',
    what: 'Speedio and other Brother machines with CNC-C00 or CNC-D00. The control takes one connection only.',
    where:
      'DATA BANK, Communication parameters, Ethernet: port 10000, Remote operation 1. Nothing else may be connected to that port.',
    examples: ['192.168.1.40:10000'],
    untested: true,
  },
  {
    id: 'opcua',
    name: 'OPC UA',
    what: 'A machine tool with an OPC UA server (umati, OPC 40501-1): Siemens, Heidenhain, DMG Mori gateways. Any other OPC UA server by the names of its nodes.',
    where:
      'Port 4840 is usual. The connection is encrypted unless the settings say otherwise; the control must trust the certificate "Heed" once.',
    examples: ['opc.tcp://192.168.1.50:4840', 'opc.tcp://192.168.1.50:4840/UA/Mill'],
    untested: true,
    login: true,
    settings: '{"machine": "Mill"}',
  },
];

export const protocol_of = (id: Protocol) => kProtocols.find((protocol) => protocol.id === id)!;
