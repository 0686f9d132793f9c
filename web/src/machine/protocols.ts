import type { Protocol } from '../types';

/** The protocols in the words of someone who stands next to the machine. */
export const kProtocols: readonly {
  id: Protocol;
  name: string;
  what: string;
  where: string;
  examples: string[];
}[] = [
  {
    id: 'mtconnect',
    name: 'MTConnect agent',
    what: 'A web address that shows XML about the machine. Mazak, Okuma, DMG Mori, Haas with an agent, and many others.',
    where:
      'Port 5000 is usual; if the agent serves several machines, add the device’s name after the slash.',
    examples: ['http://192.168.1.40:5000', 'http://192.168.1.40:5000/Mazak'],
  },
  {
    id: 'shdr',
    name: 'SHDR adapter',
    what: 'The small program next to the control that feeds an agent: lines of text with bars between the values.',
    where: 'Port 7878 is usual.',
    examples: ['192.168.1.40:7878'],
  },
  {
    id: 'linuxcnc',
    name: 'LinuxCNC',
    what: 'A machine run by LinuxCNC with its status server (linuxcncrsh) switched on.',
    where: 'Port 5007 is usual.',
    examples: ['192.168.1.40:5007'],
  },
];
