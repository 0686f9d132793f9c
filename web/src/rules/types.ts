// The shapes of …/rule-versions, …/what-if, …/lifetime-count, …/parts, …/signal-levels.
import type { Oee, Reasons, ShiftCalendar, Use } from '../oee/types';

export type RuleKind = 'calendar' | 'reasons' | 'goal';

export interface RuleVersion {
  /** null: since ever. */
  from: string | null;
  said: string;
  undone: string | null;
  by: string;
  value: object | null;
}

export interface Goal {
  ideal_seconds: number | null;
  micro_stop_seconds: number | null;
}

export interface Running {
  item: string;
  on: number;
  off: number;
}

/** Rules as they might be. */
export interface Proposal {
  machine?: string;
  calendar?: ShiftCalendar;
  reasons?: Reasons;
  goal?: Goal;
  running?: Running;
}

export type FiguresOnly = Omit<Oee, 'pieces' | 'activities' | 'reasons' | 'steps'>;

export interface ChangedPiece {
  from: string;
  to: string;
  before: Use;
  after: Use;
  code_before: string | null;
  code_after: string | null;
}

export interface OfMachine {
  id: string;
  name: string;
  present: FiguresOnly;
  proposed: FiguresOnly;
  changed_seconds: number;
  changed_pieces: number;
  changes: ChangedPiece[];
}

export interface RuleCatch {
  code: string;
  stops: number;
  seconds: number;
  examples: { machine: string; from: string; to: string }[];
}

export interface WouldHaveBeen {
  from: string;
  to: string;
  left_out: number;
  machines: OfMachine[];
  rules: RuleCatch[];
}

export interface CounterEvent {
  at: string;
  change: 'reset' | 'corrected' | 'wrapped' | 'set';
  before: number;
  after: number;
  parts: number;
}

export interface LifetimeCount {
  item: string | null;
  parts: number | null;
  since: string | null;
  shows: number | null;
  shown_at: string | null;
  events: number;
  items: CounterEvent[];
}

export interface PartsAgreement {
  counter: number | null;
  cycles: number;
  counted_cycles: number;
  unseen_parts: number;
  confidence: number;
  source: 'counter' | 'program_end' | 'tools' | null;
}

export interface SignalLevels {
  suggestion: {
    on: number;
    off: number;
    gap: { from: number; to: number };
    other: { from: number; to: number } | null;
    low: number;
    high: number;
    time_low: number;
    time_high: number;
    doubtful_share: number;
    days: number;
    agreeing_days: number;
  } | null;
  why_not: string | null;
  histogram: { from: number; to: number; seconds: number[] } | null;
}
