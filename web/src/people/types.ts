// The shapes of …/subjects, …/erasures, …/holds and …/retention.

export interface Hold {
  id: string;
  subject: string | null;
  kind: string | null;
  reason: string;
  until: string;
  by: string;
  placed: string;
}
export interface Holding {
  kind: string;
  items: number;
  shared: number;
  oldest: string;
  until: string;
}
export interface Subject {
  subject: string;
  state: 'held' | 'restricted' | 'erased' | 'nothing';
  erasure: number | null;
  items: Holding[];
  holds: Hold[];
  at: string;
}
export interface HeldRecord {
  id: string;
  source: string;
  stored: string;
  deadline: string;
}
export interface Receipt {
  number: number;
  reason: string;
  logical: string;
  cryptographic: string | null;
  physical: string | null;
  physical_by: string;
  counts: { kind: string; removed: number; emptied: number; left_to_others: number }[];
  exceptions: { hold: string; reason: string; until: string }[];
}
export interface Retention {
  logical_overdue: number;
  physical_overdue: number;
  late: boolean;
  remains: number;
  scrubbed: string | null;
  erasures: number;
  at: string;
}
