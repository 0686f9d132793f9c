// Recommendations as rows: what, of which machine, what it costs a week, and how sure that is.
import { csv_of, type Columns } from '../csv';
import type { Ranked } from './words';

const kColumns: Columns<Ranked> = [
  ['machine', ({ machine }) => machine.name],
  ['about', ({ recommendation: r }) => r.about],
  ['sentence', ({ recommendation: r }) => r.sentence],
  ['caution', ({ recommendation: r }) => r.caution],
  ['program', ({ recommendation: r }) => r.program],
  ['tool', ({ recommendation: r }) => r.tool],
  ['use_of_tool', ({ recommendation: r }) => r.use],
  ['line', ({ recommendation: r }) => r.line],
  ['hours_a_week', ({ recommendation: r }) => r.hours_a_week?.usual],
  ['hours_a_week_low', ({ recommendation: r }) => r.hours_a_week?.low],
  ['hours_a_week_high', ({ recommendation: r }) => r.hours_a_week?.high],
  ['money_a_week', ({ recommendation: r }) => r.money_a_week?.usual],
  ['money_a_week_low', ({ recommendation: r }) => r.money_a_week?.low],
  ['money_a_week_high', ({ recommendation: r }) => r.money_a_week?.high],
  ['currency', ({ recommendation: r }) => r.money_a_week?.currency],
  ['by_chance', ({ recommendation: r }) => r.sure.by_chance],
  ['seen', ({ recommendation: r }) => r.sure.seen],
  ['of', ({ recommendation: r }) => r.sure.of],
  ['counted', ({ recommendation: r }) => r.sure.counted],
  ['since', ({ recommendation: r }) => r.since],
  ['last_true', ({ recommendation: r }) => r.last_true],
  ['not_followed_because', ({ recommendation: r }) => r.dismissed?.reason],
  ['not_followed_until', ({ recommendation: r }) => r.dismissed?.until],
];

export const advice_csv = (all: readonly Ranked[]) => csv_of(kColumns, all);
