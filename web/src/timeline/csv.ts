// The timeline as a file that any spreadsheet opens.
import { csv_line } from '../csv';
import type { Stretch } from './layout';
import type { Cell } from './piece';
import { to_rfc3339 } from '../time';

export function activities_csv(all: readonly Stretch[]): string {
  const head = 'from,to,seconds,state,bucket,in_cycle,executing,rule,placed';
  const rows = all.map(({ from, to, activity: a }) =>
    csv_line([
      to_rfc3339(from),
      to_rfc3339(to),
      ((to - from) / 1000).toFixed(3),
      a.state,
      a.bucket,
      String(a.in_cycle),
      String(a.executing),
      String(a.rule),
      a.placed,
    ]),
  );
  return [head, ...rows, ''].join('\r\n');
}

/** What each part of the time was filled with: a column of seconds a state. */
export function cells_csv(cells: readonly Cell[]): string {
  const names = [...new Set(cells.flatMap((cell) => cell.parts.map(name_of)))].sort();
  const seconds = (ms: number) => (ms / 1000).toFixed(3);
  const head = ['from', 'to', ...names, 'in_cycle', 'executing', 'placed_otherwise', 'gaps'];
  const rows = cells.map((cell) => {
    const of = new Map(cell.parts.map((part) => [name_of(part), part.ms]));
    return csv_line([
      to_rfc3339(cell.from),
      to_rfc3339(cell.to),
      ...names.map((name) => seconds(of.get(name) ?? 0)),
      seconds(cell.in_cycle),
      seconds(cell.executing),
      seconds(cell.doubtful),
      String(cell.gaps),
    ]);
  });
  return [csv_line(head), ...rows, ''].join('\r\n');
}

const name_of = ({ state, bucket }: Cell['parts'][number]) => `${state} ${bucket}`;
