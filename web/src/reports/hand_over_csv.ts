// A hand-over as rows, a machine each.
import { csv_of, type Columns } from '../csv';
import type { HandOver, HandOverRow } from './types';

const kColumns: Columns<HandOverRow> = [
  ['machine', (r) => r.card.name],
  ['location', (r) => r.card.location],
  ['state', (r) => r.card.state],
  ['since', (r) => r.card.since],
  ['program', (r) => r.running?.program ?? r.card.program],
  ['planned_seconds', (r) => r.figures.planned_busy],
  ['known_seconds', (r) => r.figures.known_busy],
  ['production_seconds', (r) => r.figures.production],
  ['unexplained_seconds', (r) => r.figures.unexplained],
  ['availability', (r) => r.figures.availability?.value],
  ['effectiveness', (r) => r.figures.effectiveness?.value],
  ['quality', (r) => r.figures.quality?.value],
  ['oee', (r) => r.figures.oee?.value],
  ['parts', (r) => r.figures.parts],
  ['goal', (r) => r.goal],
  ['scrap', (r) => r.figures.scrap],
  ['kinds_of_alarm', (r) => r.alarm_kinds],
  ['stops', (r) => r.stops.map((s) => `${s.from} to ${s.to} ${s.reason ?? s.use}`).join('; ')],
];

export const hand_over_csv = ({ machines }: HandOver) => csv_of(kColumns, machines);
