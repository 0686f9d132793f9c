// What a machine's planned time went into, piece by piece: what the bars open to.
import { csv_of, type Columns } from '../csv';
import { parse_time } from '../time';
import type { Oee, Piece } from './types';

type Row = Piece & Pick<Oee, 'activities' | 'reasons'>;

const activity_of = (row: Row) => (row.activity === null ? null : row.activities[row.activity]);
const reason_of = (row: Row) => (row.reason === null ? null : row.reasons[row.reason]);

const kColumns: Columns<Row> = [
  ['from', (r) => r.from],
  ['to', (r) => r.to],
  ['seconds', (r) => (((parse_time(r.to) ?? 0) - (parse_time(r.from) ?? 0)) / 1000).toFixed(3)],
  ['use', (r) => r.use],
  ['state', (r) => activity_of(r)?.state],
  ['bucket', (r) => activity_of(r)?.bucket],
  ['reason', (r) => reason_of(r)?.code],
  ['reason_by', (r) => reason_of(r)?.by],
];

export const oee_csv = ({ pieces, activities, reasons }: Oee) =>
  csv_of(
    kColumns,
    pieces.map((piece) => ({ ...piece, activities, reasons })),
  );
