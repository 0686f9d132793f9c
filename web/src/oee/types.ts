// The shapes of …/oee, …/shifts, …/reasons, …/self-audit. Durations are seconds.
import type { Activity, State } from '../types';

export type Use =
  | 'not_planned'
  | 'break'
  | 'unknown'
  | 'planned_stop'
  | 'setup'
  | 'unplanned'
  | 'held'
  | 'operator'
  | 'idle'
  | 'micro_stop'
  | 'in_cycle'
  | 'slowed'
  | 'not_cutting';

export interface Ratio {
  value: number;
  over: number;
  under: number;
}
export interface Piece {
  from: string;
  to: string;
  use: Use;
  activity: number | null;
  shift: number | null;
  reason: number | null;
}
export interface ReasonSpan {
  from: string;
  to: string;
  code: string;
  class: ReasonClass;
  by: 'hand' | 'rule';
  who: string | null;
}
export interface Oee {
  from: string;
  to: string;
  has_calendar: boolean;
  micro_stop_seconds: number;
  ideal_seconds: number | null;
  uses: Record<Use, number>;
  planned_busy: number;
  known_busy: number;
  production: number;
  unexplained: number;
  produced_outside: number;
  availability: Ratio | null;
  effectiveness: Ratio | null;
  quality: Ratio | null;
  oee: Ratio | null;
  utilization_planned: Ratio | null;
  utilization_calendar: Ratio | null;
  parts: { known_busy: number; unknown: number; outside: number } | null;
  parts_source: { from: 'counter' | 'program_end' | 'tools'; confidence: number } | null;
  good: number | null;
  scrap: number;
  /** When in this time another goal began to hold. */
  changes: string[];
  steps: { at: string; count: number; begun: string | null }[];
  pieces: Piece[];
  activities: Activity[];
  reasons: ReasonSpan[];
}

export interface ShiftTime {
  name: string;
  day: string;
  from: string;
  to: string;
  breaks: { name: string; from: string; to: string }[];
}
export interface Shifts {
  has_calendar: boolean;
  location: string;
  zone: string;
  days: { day: string; from: string; to: string }[];
  items: ShiftTime[];
}

export type ReasonClass = 'unplanned' | 'planned' | 'setup';
export interface ReasonCode {
  code: string;
  name: string;
  parent: string | null;
  class: ReasonClass;
  retired: boolean;
}
export interface ReasonRule {
  code: string;
  states: State[];
  condition_code: string;
  condition_text: string;
  location: string;
  window: { from: string; to: string } | null;
}
export interface Reasons {
  codes: ReasonCode[];
  rules: ReasonRule[];
}

export interface SelfAudit {
  counts: boolean;
  drifts: boolean;
  days: {
    day: string;
    heard: number;
    ours: number;
    theirs: number;
    cutting: number | null;
    differs: number | null;
    agrees: boolean;
  }[];
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export interface PlannedBreak {
  name: string;
  from: string;
  to: string;
}
export interface WeeklyShift {
  name: string;
  days: Weekday[];
  from: string;
  to: string;
  breaks: PlannedBreak[];
}
export interface Holiday {
  name: string;
  first: string;
  last: string;
}
export interface ExtraShift {
  name: string;
  first: string;
  last: string;
  from: string;
  to: string;
  breaks: PlannedBreak[];
}
export interface ShiftCalendar {
  location: string;
  zone: string;
  shifts: WeeklyShift[];
  holidays: Holiday[];
  extra_shifts: ExtraShift[];
}
