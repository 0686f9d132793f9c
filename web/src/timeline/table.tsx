import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { clock_seconds, date_time, duration } from '../format';
import { kBucketWords, kLookWords, kPlacedWords } from '../states';
import { SaveCsv } from '../ui/save-csv';
import { StateChip } from '../ui/state';
import { activities_csv, cells_csv } from './csv';
import type { Stretch } from './layout';
import { parts_of, type Cell, type Layer } from './piece';
import type { Span } from './view';

const kFirst = 50;

/** The timeline's data as a table: what is in view, newest first; activities where all of them are
 *  here, otherwise what each part of the time was filled with. */
export function ActivityTable({
  layers,
  view,
  name,
  explain,
}: {
  layers: readonly Layer[];
  view: Span;
  name: string;
  explain: (at: number) => void;
}) {
  const in_view = <T extends Span>(all: readonly T[], layer: Span) =>
    all.filter(
      (span) =>
        span.to > Math.max(view.from, layer.from) && span.from < Math.min(view.to, layer.to),
    );
  if (layers.some(({ piece }) => piece.cell > 0)) {
    const cells = layers.flatMap((layer) => in_view(layer.piece.cells, layer));
    return <CellTable cells={cells} name={name} />;
  }
  const all = layers.flatMap((layer) => in_view(layer.piece.stretches, layer));
  return <Activities shown={all.reverse()} name={name} explain={explain} />;
}

function CellTable({ cells, name }: { cells: readonly Cell[]; name: string }) {
  const shown = cells.filter((cell) => cell.parts.length > 0).reverse();
  return (
    <Rows
      all={shown}
      counted={`${shown.length} parts of the time in view; closer it lists activities`}
      csv={<SaveCsv name={`${name} shares`} text={() => cells_csv([...shown].reverse())} />}
      label="Shares of states"
      head={
        <>
          <th class="right">From</th>
          <th class="right">To</th>
          <th>States</th>
          <th class="right">Executing</th>
          <th class="right">In cycle</th>
          <th class="right">Gaps</th>
        </>
      }
    >
      {(cell) => (
        <>
          <td class="right num">{date_time(cell.from)}</td>
          <td class="right num">{date_time(cell.to)}</td>
          <td>
            {parts_of(cell.parts)
              .map(({ look, ms }) => `${kLookWords[look]} ${duration(ms)}`)
              .join(', ')}
          </td>
          <td class="right num">{duration(cell.executing)}</td>
          <td class="right num">{duration(cell.in_cycle)}</td>
          <td class="right num">{cell.gaps || ''}</td>
        </>
      )}
    </Rows>
  );
}

function Activities({
  shown,
  name,
  explain,
}: {
  shown: readonly Stretch[];
  name: string;
  explain: (at: number) => void;
}) {
  return (
    <Rows
      all={shown}
      counted={`${shown.length} activities in view`}
      csv={
        <SaveCsv name={`${name} activities`} text={() => activities_csv([...shown].reverse())} />
      }
      label="Activities"
      head={
        <>
          <th>State</th>
          <th class="right">From</th>
          <th class="right">To</th>
          <th class="right">Lasted</th>
          <th>Cycle</th>
          <th>Counted as</th>
          <th>Placed</th>
          <th>
            <span class="visually-hidden">Evidence</span>
          </th>
        </>
      }
    >
      {({ from, to, activity }) => (
        <>
          <td>
            <StateChip state={activity.state} bucket={activity.bucket} />
          </td>
          <td class="right num">{clock_seconds(from)}</td>
          <td class="right num">{clock_seconds(to)}</td>
          <td class="right num">{duration(to - from)}</td>
          <td>{activity.executing ? 'executing' : activity.in_cycle ? 'held in cycle' : '–'}</td>
          <td>{kBucketWords[activity.bucket]}</td>
          <td title={kPlacedWords[activity.placed]}>{activity.placed}</td>
          <td>
            <button type="button" class="link" onClick={() => explain((from + to) / 2)}>
              Why?
            </button>
          </td>
        </>
      )}
    </Rows>
  );
}

/** The table, folded; the first rows of many, and all of them as CSV. */
function Rows<T extends Span>({
  all,
  counted,
  csv,
  label,
  head,
  children,
}: {
  all: readonly T[];
  counted: string;
  csv: ComponentChildren;
  label: string;
  head: ComponentChildren;
  children: (row: T) => ComponentChildren;
}) {
  const most = useSignal(kFirst);
  return (
    <details class="section">
      <summary>
        <h2>The same as a table</h2>
        <span class="hint num">{counted}</span>
      </summary>
      <div class="table-actions">{csv}</div>
      <div class="scroll" tabIndex={0} role="region" aria-label={label}>
        <table class="dense">
          <thead>
            <tr>{head}</tr>
          </thead>
          <tbody>
            {all.slice(0, most.value).map((row) => (
              <tr key={row.from}>{children(row)}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {all.length > most.value && (
        <button type="button" onClick={() => (most.value += 500)}>
          Show more ({all.length - most.value} left)
        </button>
      )}
    </details>
  );
}
