// The shapes of …/alarms, …/comparison, …/hand-over. Durations are seconds.
import type { Use } from '../oee/types';
import type { Card, State } from '../types';

export interface Failures {
  count: number;
  operating: number;
  repaired: number;
  repair: number;
  mean_to_repair: number | null;
  mean_between: number | null;
  carried: number;
  open: number;
  cut: number;
  gaps: number;
}
export interface AlarmRow {
  item: string;
  code: string;
  text: string;
  level: 'FAULT' | 'WARNING';
  machines: string[];
  count: number;
  time: number;
  longest: number;
  share: number;
  cumulative: number;
  repaired: number;
  mean_to_repair: number | null;
  mean_between: number | null;
  carried: number;
  open: number;
  cut: number;
  gaps: number;
}
export interface AlarmSpan {
  machine: string;
  item: string;
  code: string;
  text: string;
  level: 'FAULT' | 'WARNING';
  from: string;
  to: string;
  carried: boolean;
  end: 'cleared' | 'open' | 'cut' | 'gap';
}
export interface Alarms {
  from: string;
  to: string;
  by: 'time' | 'count';
  failures: Failures;
  items: AlarmRow[];
  spans: AlarmSpan[];
  spans_left_out: number;
}

export interface SharedRatio {
  value: number;
  over: number;
  under: number;
  of: number;
}
export interface Totals {
  machines: number;
  planned_busy: number;
  known_busy: number;
  coverage: number | null;
  production: number;
  in_cycle: number;
  unexplained: number;
  uses: Record<Use, number>;
  availability: SharedRatio | null;
  effectiveness: SharedRatio | null;
  quality: SharedRatio | null;
  oee: SharedRatio | null;
  parts: number | null;
  good: number | null;
  scrap: number;
  failures: Failures;
}
export interface ReasonTime {
  code: string | null;
  time: number;
  stops: number;
}
export interface ComparedProgram {
  program: string | null;
  complete: number;
  tries: number;
  in_cycle: { median: number; p10: number; p90: number; deviation: number } | null;
}
export interface Compared {
  figures: Totals | null;
  programs: ComparedProgram[];
  no_programs: string | null;
  alarms: AlarmRow[];
  reasons: ReasonTime[];
}
export interface ComparedLine extends Compared {
  name: string;
  machine: string | null;
  on: string[];
  before: Compared | null;
}
export interface Comparison {
  from: string;
  to: string;
  before: { from: string; to: string } | null;
  items: ComparedLine[];
}

export interface HandOverStop {
  from: string;
  to: string;
  use: Use;
  state: State;
  reason: string | null;
}
export interface HandOverRow {
  card: Card;
  figures: Totals;
  goal: number | null;
  stops: HandOverStop[];
  alarms: AlarmRow[];
  alarm_kinds: number;
  running: {
    program: string | null;
    since: string;
    cycles: number;
    done: { from: string; to: string } | null;
  } | null;
}
export interface ShiftNote {
  id: string;
  location: string;
  begins: string;
  machine: string | null;
  text: string;
  written: string;
  who: string;
}
export interface HandOver {
  location: string;
  has_calendar: boolean;
  zone: string;
  shift: { name: string | null; day: string; from: string; to: string };
  previous: string | null;
  next: string | null;
  machines: HandOverRow[];
  notes: ShiftNote[];
}
