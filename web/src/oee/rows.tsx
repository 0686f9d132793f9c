import { useSignal } from '@preact/signals';
import { duration, percent } from '../format';
import { Icon } from '../ui/icon';
import { StopList, type ListOf } from './stops';
import type { Oee } from './types';
import { axis_of, intervals_of, waterfall, type Row } from './waterfall';

/** Intervals of a bar that are listed before somebody asks for all of them. */
const kFirst = 20;

/** One bar a loss, from planned to fully productive time; each opens to its intervals. */
export function Waterfall({ oee, list }: { oee: Oee; list: ListOf }) {
  const open = useSignal<string | null>(null);
  const rows = waterfall(oee);
  const axis = axis_of(rows);
  return (
    <div class="waterfall">
      <h3>Where the planned time went</h3>
      <ul>
        {rows.map((row) => (
          <li key={row.key} class={`fall-${row.kind}`}>
            <Bar
              row={row}
              axis={axis}
              planned={oee.planned_busy}
              open={open.value === row.key}
              toggle={() => (open.value = open.value === row.key ? null : row.key)}
            />
            {open.value === row.key && <Opened oee={oee} row={row} list={list} />}
          </li>
        ))}
      </ul>
      <p class="hint">
        {oee.uses.not_planned > 0 && `${duration(1000 * oee.uses.not_planned)} were not planned. `}
        {oee.uses.break > 0 && `${duration(1000 * oee.uses.break)} were breaks. `}
        Stops below {duration(1000 * oee.micro_stop_seconds)} are micro-stops.
      </p>
    </div>
  );
}

function Bar({
  row,
  axis,
  planned,
  open,
  toggle,
}: {
  row: Row;
  axis: number;
  planned: number;
  open: boolean;
  toggle: () => void;
}) {
  const size = row.to - row.from;
  const what = (
    <>
      <span class="fall-label">
        {row.uses.length > 0 && <Icon of={open ? 'minus' : 'plus'} />}
        {row.label}
      </span>
      <svg class="fall-bar" viewBox="0 0 1000 18" preserveAspectRatio="none" aria-hidden="true">
        <rect
          x={(1000 * row.from) / axis}
          width={Math.max(2, (1000 * size) / axis)}
          height={18}
          class={row.look === null ? 'fall-total' : `fill-${row.look}`}
        />
      </svg>
      <span class="fall-size num">
        {row.kind === 'loss' ? '−' : row.kind === 'gain' ? '+' : ''}
        {duration(1000 * size)}
      </span>
      <span class="fall-share num">{planned > 0 ? percent(size / planned) : '–'}</span>
    </>
  );
  if (row.uses.length === 0) return <div class="fall-row">{what}</div>;
  return (
    <button type="button" class="fall-row plain" aria-expanded={open} onClick={toggle}>
      {what}
    </button>
  );
}

function Opened({ oee, row, list }: { oee: Oee; row: Row; list: ListOf }) {
  const all = useSignal(false);
  const intervals = intervals_of(oee, row.uses);
  const shown = all.value ? intervals : intervals.slice(0, kFirst);
  return (
    <div class="fall-open">
      {intervals.length === 0 && <p class="nothing">Nothing of this time.</p>}
      <StopList oee={oee} stops={shown} {...list} />
      {intervals.length > shown.length && (
        <button type="button" class="link" onClick={() => (all.value = true)}>
          Show all {intervals.length}
        </button>
      )}
    </div>
  );
}
