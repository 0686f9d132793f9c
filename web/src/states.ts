// What each state is called, which look it has and which shape tells it apart without colour.
// The states and buckets are those of docs/STATES.md.
import type { Bucket, Placed, State } from './types';

export type Look =
  | 'running'
  | 'slowed'
  | 'waiting'
  | 'stopped'
  | 'alarm'
  | 'setup'
  | 'planned'
  | 'offline'
  | 'unknown';
export type Shape =
  | 'play'
  | 'slow'
  | 'air'
  | 'pause'
  | 'hand'
  | 'wrench'
  | 'glass'
  | 'square'
  | 'octagon'
  | 'triangle'
  | 'unplugged'
  | 'question';

interface StateLook {
  word: string;
  look: Look;
  shape: Shape;
  attention: number;
}

/** `attention`: what a person must go and look at first has the smallest number. */
const kStates: Record<State, StateLook> = {
  ESTOP: { word: 'Emergency stop', look: 'alarm', shape: 'octagon', attention: 0 },
  ALARM: { word: 'Alarm', look: 'alarm', shape: 'triangle', attention: 1 },
  STOPPED: { word: 'Stopped', look: 'stopped', shape: 'square', attention: 2 },
  HELD: { word: 'Feed hold', look: 'stopped', shape: 'pause', attention: 3 },
  PROGRAM_STOP: { word: 'Program stop', look: 'waiting', shape: 'hand', attention: 4 },
  OFFLINE: { word: 'Offline', look: 'offline', shape: 'unplugged', attention: 5 },
  UNKNOWN: { word: 'Unknown', look: 'unknown', shape: 'question', attention: 6 },
  WAITING: { word: 'Waiting', look: 'waiting', shape: 'glass', attention: 7 },
  NOT_CUTTING: { word: 'Not cutting', look: 'slowed', shape: 'air', attention: 8 },
  SLOWED: { word: 'Slowed', look: 'slowed', shape: 'slow', attention: 9 },
  MANUAL: { word: 'Manual', look: 'setup', shape: 'wrench', attention: 10 },
  IN_CYCLE: { word: 'In cycle', look: 'running', shape: 'play', attention: 11 },
};

/** Up to this attention a machine will not go on until somebody comes. */
export const kNeedsSomebody = kStates.OFFLINE.attention;

/** Planned time asks for nobody, so it comes after everything else. */
const kPlannedAttention = 12;

export const kLooks: readonly Look[] = [
  'alarm',
  'stopped',
  'waiting',
  'offline',
  'unknown',
  'slowed',
  'setup',
  'running',
  'planned',
];

export const kLookWords: Record<Look, string> = {
  alarm: 'Alarm',
  stopped: 'Stopped',
  waiting: 'Waiting',
  offline: 'Offline',
  unknown: 'Unknown',
  slowed: 'Slowed',
  setup: 'Set-up',
  running: 'Running',
  planned: 'Planned',
};

export const kBucketWords: Record<Bucket, string> = {
  none: 'not counted',
  unplanned: 'unplanned stop',
  production: 'production',
  stop: 'held',
  operator: 'waits for the operator',
  setup: 'set-up',
  idle: 'idle',
  planned: 'planned',
};

/** Each goes on after the word "placed". */
export const kPlacedWords: Record<Placed, string> = {
  device: 'at the machine’s own time',
  corrected: 'at the machine’s time, corrected by its measured clock offset',
  carried: 'as an older value, first told when the connection came up',
  held: 'at the last known time, because the machine’s clock stepped back a little',
  shifted: 'later by as much as the machine’s clock had stepped back',
};

export function state_look(state: State, bucket: Bucket): StateLook {
  const known = kStates[state] ?? kStates.UNKNOWN;
  if (bucket !== 'planned') return known;
  return {
    ...known,
    word: `${known.word}, planned`,
    look: 'planned',
    attention: kPlannedAttention,
  };
}

/** The value is somebody's word for it rather than the machine's own clock. */
export const is_doubtful = (placed: Placed) => placed !== 'device';
