import { useSignal } from '@preact/signals';
import { download } from '../csv';
import { clock_seconds, date_time, duration } from '../format';
import { kBucketWords, kLookWords, kPlacedWords } from '../states';
import { Icon } from '../ui/icon';
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
  const most = useSignal(kFirst);
  const shown = cells.filter((cell) => cell.parts.length > 0).reverse();
  return (
    <details class="section">
      <summary>
        <h2>The same as a table</h2>
        <span class="hint num">
          {shown.length} parts of the time in view; closer it lists activities
        </span>
      </summary>
      <div class="table-actions">
        <button
          type="button"
          onClick={() => download(`${name} shares.csv`, cells_csv([...shown].reverse()))}
        >
          <Icon of="download" />
          CSV
        </button>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Shares of states">
        <table class="dense">
          <thead>
            <tr>
              <th class="right">From</th>
              <th class="right">To</th>
              <th>States</th>
              <th class="right">Executing</th>
              <th class="right">In cycle</th>
              <th class="right">Gaps</th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, most.value).map((cell) => (
              <tr key={cell.from}>
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
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length > most.value && (
        <button type="button" onClick={() => (most.value += 500)}>
          Show more ({shown.length - most.value} left)
        </button>
      )}
    </details>
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
  const most = useSignal(kFirst);
  return (
    <details class="section">
      <summary>
        <h2>The same as a table</h2>
        <span class="hint num">{shown.length} activities in view</span>
      </summary>
      <div class="table-actions">
        <button
          type="button"
          onClick={() => download(`${name} activities.csv`, activities_csv([...shown].reverse()))}
        >
          <Icon of="download" />
          CSV
        </button>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label="Activities">
        <table class="dense">
          <thead>
            <tr>
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
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, most.value).map((s) => (
              <tr key={s.from}>
                <td>
                  <StateChip state={s.activity.state} bucket={s.activity.bucket} />
                </td>
                <td class="right num">{clock_seconds(s.from)}</td>
                <td class="right num">{clock_seconds(s.to)}</td>
                <td class="right num">{duration(s.to - s.from)}</td>
                <td>
                  {s.activity.executing ? 'executing' : s.activity.in_cycle ? 'held in cycle' : '–'}
                </td>
                <td>{kBucketWords[s.activity.bucket]}</td>
                <td title={kPlacedWords[s.activity.placed]}>{s.activity.placed}</td>
                <td>
                  <button type="button" class="link" onClick={() => explain((s.from + s.to) / 2)}>
                    Why?
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length > most.value && (
        <button type="button" onClick={() => (most.value += 500)}>
          Show more ({shown.length - most.value} left)
        </button>
      )}
    </details>
  );
}
