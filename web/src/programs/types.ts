// What /api/v1 says of programs, their revisions and their way to and from controls.
export interface Program {
  id: string;
  name: string;
  folder: string;
  machine: string | null;
  created: string;
  removed: string | null;
  revisions: number;
  current: number;
  size: number;
  sha256: string | null;
  changed: string;
}

export type Origin = 'uploaded' | 'fetched' | 'replaced' | 'restored';

export interface Revision {
  number: number;
  at: string;
  origin: Origin;
  machine: string | null;
  place: string | null;
  size: number;
  sha256: string;
  comment: string;
  of: number | null;
  who: string | null;
}

export interface KeptRevision {
  stored: boolean;
  revision: Revision;
}

export interface DiffLine {
  change: 'same' | 'removed' | 'added';
  before: number | null;
  after: number | null;
  text: string;
}
export interface DiffHunk {
  before: number;
  before_count: number;
  after: number;
  after_count: number;
  lines: DiffLine[];
}
export interface ProgramDiff {
  equal: boolean;
  binary: boolean;
  endings_differ: boolean;
  shortest: boolean;
  cut: boolean;
  removed: number;
  added: number;
  hunks: DiffHunk[];
}

export type Deed = 'stored' | 'fetched' | 'sent' | 'changed' | 'removed' | 'restored';
export interface LedgerLine {
  at: string;
  what: Deed;
  program: string;
  name: string;
  machine: string | null;
  revision: number | null;
  place: string | null;
  size: number;
  sha256: string | null;
  replaced: string | null;
  who: string | null;
}

export interface Removal {
  program: Program;
  revisions: number;
  bytes: number;
  kept_until: string;
}

export interface TransferSettings {
  protocol: 'ftp' | 'sftp';
  host: string;
  port: number | null;
  user: string;
  password?: string;
  key?: string;
  directory: string;
  passive: boolean;
  host_key: string;
}

export interface ListedFile {
  name: string;
  size: number | null;
  directory: boolean;
  changed: string | null;
  usable: boolean;
}

export interface Preview {
  where: string;
  place: string;
  size: number;
  sha256: string;
  there: { size: number; sha256: string; diff: ProgramDiff } | null;
  machine: {
    running: boolean;
    state: string;
    program: string | null;
    runs_it: 'no' | 'yes' | 'unknown';
  };
}

export interface Transfer {
  id: string;
  kind: 'list' | 'preview' | 'fetch' | 'send';
  machine: string;
  running: boolean;
  doing: string | null;
  done: number;
  all: number;
  failed?: {
    detail: string;
    mend?: string | null;
    clause?: string;
    sentence?: string;
    stopped?: boolean;
  };
  listing?: { cut: boolean; unread: number; files: ListedFile[] };
  preview?: Preview;
  fetched?: { program: string; kept: KeptRevision };
  sent?: { same: boolean; renamed: boolean; kept: number | null };
}

export type Dialect = 'fanuc' | 'haas' | 'linuxcnc' | 'grbl' | 'marlin' | 'heidenhain';
/** `tokens` are pairs: the number of a kind, a length in UTF-16. */
export interface TokenLine {
  text: string;
  tokens: number[];
  left_out?: number;
}
export interface ProgramTokens {
  binary: boolean;
  encoding: 'utf-8' | 'iso-8859-1';
  dialect: Dialect;
  dialect_from: 'asked' | 'machine' | 'recognized';
  kinds: string[];
  from: number;
  lines: TokenLine[];
  all: number;
}

export interface ProgramSeconds {
  cutting: number;
  rapid: number;
  dwell: number;
  tool_change: number;
  spindle: number;
  standstill: number;
  assumed: number;
}
export interface NcNote {
  kind: 'error' | 'unknown' | 'not_modelled' | 'assumed' | 'limit';
  line: number;
  times: number;
  text: string;
}
export interface ProgramEstimate {
  dialect: Dialect;
  dialect_from: ProgramTokens['dialect_from'];
  machine: string | null;
  constants: { from: 'cycles' | 'prior'; programs: number; cycles: number; left_out: number };
  measured: { cycles: number; median: number; p10: number; p90: number } | null;
  seconds: number;
  low: number;
  high: number;
  at_least: boolean;
  whole: boolean;
  cut: boolean;
  parts: ProgramSeconds;
  not_reckoned: { cuts: number; stops: number; waits: number };
  tools: { tool: number; changes: number; seconds: number; parts: ProgramSeconds }[];
  sections: {
    title: string;
    tool: number;
    first_line: number;
    last_line: number;
    seconds: number;
  }[];
  notes: NcNote[];
  lines: number;
  blocks: number;
}
