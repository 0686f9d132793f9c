// The shapes of /api/v1/policy….

export interface Word {
  path: string;
  gloss: string;
}
export interface Fact extends Word {
  dimension: string;
}
export interface Vocabularies {
  categories: Word[];
  purposes: Word[];
  parties: Word[];
  facts: Fact[];
}
export interface Clause {
  id: string;
  sentence: string;
  section: string;
  keeps: string[];
  information: boolean;
  rules: string[];
  allowed: number;
  refused: number;
}
export interface Policy extends Vocabularies {
  name: string;
  title: string;
  date: string;
  version: number;
  activated: string;
  hash: string;
  review: { every: string | null; due: string | null; overdue: boolean };
  clauses: Clause[];
  source: string;
}

export interface Finding {
  severity: 'error' | 'warning';
  check: string;
  file: string;
  line: number;
  column: number;
  length: number;
  clause: string;
  message: string;
  mend: string;
}

export type Change = 'equal' | 'narrowed' | 'widened' | 'both';
export interface CellChange {
  purpose: string;
  category: string;
  party: string;
  change: Change;
  holds: string[];
  fails: string[];
  clause_before: string;
  clause_after: string;
  sentence: string;
}
export interface DutyChange {
  change: Change;
  what: string;
  before: string;
  after: string;
  clause: string;
  sentence: string;
}
export interface FieldChange {
  change: Change;
  field: string;
  before: string;
  after: string;
  sentence: string;
}
export interface Comparison {
  equal: number;
  narrowed: number;
  widened: number;
  weakened: boolean;
  cells: CellChange[];
  duties: DutyChange[];
  fields: FieldChange[];
  renamed: string[];
  reworded: string[];
}
export interface Gap {
  kind: string;
  what: string;
  message: string;
  mend: string;
}
export interface Check {
  findings: Finding[];
  comparison: Comparison | null;
  coverage: { gaps: Gap[] };
  words: Vocabularies | null;
  needs_notice: boolean;
  obstacles: string[];
  hash: string | null;
  formatted: string | null;
}

export interface Reason {
  clause: string;
  sentence: string;
  rule: string;
  allow: boolean;
  decided: boolean;
  outcome: string;
  line: number;
}
export interface Decision {
  allowed: boolean;
  clause: string;
  sentence: string;
  answer: string;
  reasons: Reason[];
}

export interface Notice {
  id: string;
  given: string;
  by: string;
  text: string;
  hash: string;
  reaches_earlier_items: boolean;
}
export interface Version {
  number: number;
  name: string;
  title: string;
  date: string;
  activated: string;
  by: string;
  hash: string;
  notice: Omit<Notice, 'id'> | null;
}

export interface Logged {
  actor: string;
  purpose: string;
  party: string;
  category: string;
  holds: string[];
  fails: string[];
  allowed: boolean;
  clause: string;
  day: string;
  count: number;
}
export interface Replayed {
  id: string;
  name: string;
  decisions: number;
  newly_allowed: number;
  newly_refused: number;
  changes: { logged: Logged; allowed: boolean; clause: string }[];
}
export interface Coverage {
  gaps: Gap[];
  obligations: {
    obligation: string;
    clauses: string[];
    tests: { test: string; passed: boolean }[];
  }[];
}
