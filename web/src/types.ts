// The shapes that /api/v1 speaks. Times are RFC 3339 strings, durations are seconds.

export type State =
  | 'OFFLINE'
  | 'ESTOP'
  | 'ALARM'
  | 'NOT_CUTTING'
  | 'SLOWED'
  | 'IN_CYCLE'
  | 'HELD'
  | 'PROGRAM_STOP'
  | 'MANUAL'
  | 'WAITING'
  | 'STOPPED'
  | 'UNKNOWN';
export type Bucket =
  | 'none'
  | 'unplanned'
  | 'production'
  | 'stop'
  | 'operator'
  | 'setup'
  | 'idle'
  | 'planned';
export type Placed = 'device' | 'corrected' | 'carried' | 'held' | 'shifted';
export type Protocol =
  | 'mtconnect'
  | 'shdr'
  | 'linuxcnc'
  | 'fanuc'
  | 'haas'
  | 'modbus'
  | 'grbl'
  | 'marlin'
  | 'lsv2'
  | 'mqtt'
  | 'sparkplug'
  | 'brother'
  | 'opcua';
export type Value = string | number | null;

export interface Person {
  id: string;
  name: string;
  email: string;
}
export interface Organization {
  id: string;
  name: string;
  role: string;
}
export interface Session {
  person: Person;
  csrf: string;
  /** Runs the server: keeps its policy. */
  operator?: boolean;
  organizations: Organization[];
}

export interface Condition {
  item: string;
  level: string;
  code: string;
  text: string;
  since: string;
  severity?: string;
  qualifier?: string;
}

export interface Card {
  id: string;
  name: string;
  location: string | null;
  protocol: Protocol;
  address: string;
  state: State;
  bucket: Bucket;
  since: string | null;
  in_cycle: boolean;
  executing: boolean;
  placed: Placed;
  program: string | null;
  program_at: string | null;
  parts: number | null;
  parts_at: string | null;
  override: number | null;
  override_at: string | null;
  last_seen: string | null;
  link: { up: boolean; words: string; since: string | null };
  conditions: Condition[];
  in_cycle_today: number;
  executing_today: number;
  day_start: string;
  /** Worked out beforehand: the self-audit of the newest day that is over and says something. */
  audit: {
    day: string;
    ours: number;
    theirs: number;
    differs: number;
    drifts: boolean;
    checked: string;
  } | null;
  /** Likewise: when the batch that runs will be done, by the control's own goal. */
  forecast: {
    at: string;
    from: string;
    to: string;
    certainty: number;
    parts_to_go: number;
    goal: number;
    told: string;
  } | null;
}

export interface Machine extends Card {
  items_count: number;
  clock: { right: boolean; offset: number; changed_at: string | null };
  created: string;
  /** JSON; empty: none. */
  settings: string;
}

export interface Activity {
  from: string;
  to: string;
  state: State;
  bucket: Bucket;
  rule: number;
  in_cycle: boolean;
  executing: boolean;
  placed: Placed;
}
export interface Gap {
  from: string;
  to: string;
  reason: string;
  lost: number | null;
  note: string;
}
export interface Activities {
  items: Activity[];
  totals: Partial<Record<State, number>>;
  in_cycle: number;
  executing: number;
  gaps: Gap[];
  open: boolean;
}

/** What each of the equal cells of a long range was filled with, in seconds. */
export interface Rollup {
  from: string;
  to: string;
  cell: number;
  shares: { state: State; bucket: Bucket; seconds: number[] }[];
  in_cycle: number[];
  executing: number[];
  doubtful: number[];
  gaps: number[];
  open: boolean;
}
/** One of the two: the activities where they are few. */
export interface Overview {
  activities?: Activities;
  rollup?: Rollup;
}

export interface Cycle {
  from: string;
  to: string;
  program: string | null;
  complete: boolean;
  end: string;
  rule: { number: number; words: string };
  confidence: number;
  evidence: ('counter' | 'program_end' | 'tool_sequence')[];
  counted: number;
  in_cycle: number;
  executing: number;
  unseen: number;
  tools: { tool: string; from: string; to: string; executing: number }[];
}
export interface Cycles {
  items: Cycle[];
  unseen_parts: number;
}
export interface DurationSpread {
  median: number;
  p10: number;
  p90: number;
  deviation: number;
}
export interface ProgramStatistics {
  program: string | null;
  complete: number;
  tries: number;
  counted: number;
  in_cycle: DurationSpread | null;
  executing: DurationSpread | null;
  in_tries: number;
}
export interface CycleStatistics {
  items: ProgramStatistics[];
}

export interface Observed {
  at: string;
  device: string;
  arrival: string;
  value: Value;
  placed: Placed;
}
export interface DataItem {
  key: string;
  name: string | null;
  type: string | null;
  sub_type: string | null;
  units: string | null;
  component: string | null;
  category: string | null;
  role?: string | null;
  last?: Observed | null;
}

export interface Samples {
  item: string;
  units: string | null;
  numeric: boolean;
  exact: boolean;
  columns: {
    at: number[];
    value: (number | null)[];
    min?: (number | null)[];
    max?: (number | null)[];
  };
  words?: { at: number | string; value: string | null }[];
  count: number;
}

export interface Because extends Observed {
  role: string;
  item: string;
  raw: string | null;
}
export interface Explanation {
  at: string;
  state: State;
  bucket: Bucket;
  rule: { number: number; words: string };
  since: string;
  because: Because[];
  placed: Placed;
}

export interface RawLine extends Observed {
  item: string;
  line: string;
}
export interface LinkHistory {
  items: { at: string; up: boolean; words: string }[];
  gaps: Gap[];
}
export interface ProbeStep {
  at_ms: number;
  say: string;
  ok: boolean;
}
export interface Probe {
  ok: boolean;
  steps: ProbeStep[];
  model: DataItem[];
  sample: { item: string; value: Value; at: string }[];
}
export interface ApiKey {
  id: string;
  name: string;
  scopes: string[];
  created: string;
  last_used: string | null;
  prefix: string;
  key?: string;
}
export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface LiveValues {
  machine: string;
  values: { item: string; value: Value; at: string }[];
}
