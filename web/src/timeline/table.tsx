import { useSignal } from '@preact/signals';
import { clock_seconds, duration } from '../format';
import { kBucketWords, kPlacedWords } from '../states';
import { Icon } from '../ui/icon';
import { StateChip } from '../ui/state';
import { activities_csv, download } from './csv';
import type { Stretch } from './layout';
import type { Span } from './view';

const kFirst = 50;

/** The timeline's data as a table: what is in view, newest first. */
export function ActivityTable({
  stretches,
  view,
  name,
  explain,
}: {
  stretches: readonly Stretch[];
  view: Span;
  name: string;
  explain: (at: number) => void;
}) {
  const most = useSignal(kFirst);
  const shown = stretches.filter((s) => s.to > view.from && s.from < view.to).reverse();
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
