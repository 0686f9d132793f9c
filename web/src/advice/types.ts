// The shapes of forecasts and recommendations (src/http/schemas_advice.cc).

export interface Spread {
  median: number;
  p10: number;
  p90: number;
  deviation: number;
}

export interface Forecast {
  made: number | null;
  goal: number | null;
  goal_by_control: boolean;
  forecast: {
    at: string;
    from: string;
    to: string;
    certainty: number;
    program: string | null;
    parts_to_go: number;
    parts_per_cycle: number;
    cycles_to_go: number;
    cycles: number;
    since: string;
    work: Spread;
    standing: Spread;
    running_since: string | null;
    by_plan: boolean;
    left_out: number;
  } | null;
  refused: { why: string; words: string } | null;
}

/** Of a week: the usual, with its 80 % interval. */
export interface AWeek {
  low: number;
  usual: number;
  high: number;
}

export interface Recommendation {
  id: string;
  about: 'override' | 'waiting' | 'warm_up' | 'drift' | 'load' | 'holds';
  sentence: string;
  caution: string;
  program: string | null;
  tool: string | null;
  line: string | null;
  /** Which of the tool's uses in a cycle; null where it has but one. */
  use: number | null;
  hours_a_week: AWeek | null;
  money_a_week: (AWeek & { currency: string }) | null;
  sure: {
    by_chance: number;
    effect: number;
    seen: number;
    of: number;
    counted: 'days' | 'cycles';
  };
  since: string;
  last_true: string;
  evidence: { from: string; to: string; words: string }[];
  dismissed: { reason: string; until: string | null; said: string; by: string | null } | null;
}

export interface Recommendations {
  basis: {
    from: string;
    to: string;
    cycles: number;
    days: number;
    calendar: boolean;
    feed_override: boolean;
    load: boolean;
    line: boolean;
  };
  items: Recommendation[];
}

export interface MachineHour {
  cost: number | null;
  currency: string | null;
}
