// The shapes of …/subjects, …/erasures, …/holds, …/retention, …/contracts and …/recalls.

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
  state: 'held' | 'restricted' | 'gone' | 'erased' | 'nothing';
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
export interface Erasure {
  number: number;
  reason: string;
  at: string;
  physical: string | null;
  physical_by: string;
  removed: number;
  recalls: number;
  receipt: string;
}
export interface Disclosed {
  entry: number;
  at: string;
  recipient: string;
  party: string;
  purpose: string;
  kind: string;
  fields: string[];
  clauses: string[];
  stripped: number;
  contract: string | null;
  package: string;
}
export interface Contract {
  id: string;
  recipient: string;
  party: string;
  tasks: { kind: string; fields: string[] }[];
  confidential: boolean;
  ends: string;
  state: 'agreed' | 'in_force' | 'ended';
  stopped: string | null;
}
export interface Recall {
  number: number;
  at: string;
  recipient: string;
  why: 'erased' | 'opted_out' | 'contract_ended';
  contract: string | null;
  packages: string[];
}
