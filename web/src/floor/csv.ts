// The floor as a file that any spreadsheet opens: the machines that are shown, in their order.
import { csv_of, type Columns } from '../csv';
import type { Card } from '../types';

const kColumns: Columns<Card> = [
  ['machine', (c) => c.name],
  ['location', (c) => c.location],
  ['state', (c) => c.state],
  ['bucket', (c) => c.bucket],
  ['since', (c) => c.since],
  ['in_cycle', (c) => c.in_cycle],
  ['executing', (c) => c.executing],
  ['placed', (c) => c.placed],
  ['program', (c) => c.program],
  ['program_at', (c) => c.program_at],
  ['parts', (c) => c.parts],
  ['parts_at', (c) => c.parts_at],
  ['override_percent', (c) => c.override],
  ['override_at', (c) => c.override_at],
  [
    'conditions',
    (c) => c.conditions.map((x) => `${x.level} ${x.code} ${x.text}`.trim()).join('; '),
  ],
  ['in_cycle_today_seconds', (c) => c.in_cycle_today],
  ['executing_today_seconds', (c) => c.executing_today],
  ['day_start', (c) => c.day_start],
  ['audit_day', (c) => c.audit?.day ?? null],
  ['audit_differs', (c) => c.audit?.differs ?? null],
  ['audit_drifts', (c) => c.audit?.drifts ?? null],
  ['done_from', (c) => c.forecast?.from ?? null],
  ['done_to', (c) => c.forecast?.to ?? null],
  ['done_told', (c) => c.forecast?.told ?? null],
  ['connected', (c) => c.link.up],
  ['last_seen', (c) => c.last_seen],
  ['id', (c) => c.id],
];

export const floor_csv = (cards: readonly Card[]) => csv_of(kColumns, cards);
