// The floor as a file that any spreadsheet opens: the machines that are shown, in their order.
import type { Card } from '../types';
import { csv_line } from '../timeline/csv';

const kColumns: readonly (readonly [string, (card: Card) => string | number | boolean | null])[] = [
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
  ['connected', (c) => c.link.up],
  ['last_seen', (c) => c.last_seen],
  ['id', (c) => c.id],
];

export function floor_csv(cards: readonly Card[]): string {
  const rows = cards.map((card) => csv_line(kColumns.map(([, of]) => String(of(card) ?? ''))));
  return [csv_line(kColumns.map(([name]) => name)), ...rows, ''].join('\r\n');
}
