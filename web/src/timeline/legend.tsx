import { lasted, percent } from '../format';
import { state_look } from '../states';
import { Icon } from '../ui/icon';
import type { Totals } from './totals';

/** What the colours and textures mean, with how long each lasted. */
export function Legend({
  totals,
  has_gaps,
  has_doubts,
}: {
  totals: Totals;
  has_gaps: boolean;
  has_doubts: boolean;
}) {
  const share = (ms: number) => percent(ms / Math.max(1, totals.told));
  const held = Math.max(0, totals.in_cycle - totals.executing);
  return (
    <div class="legend">
      <ul class="legend-states">
        {totals.states.map(({ word, state, bucket, look, ms }) => (
          <li key={word} class={`look-${look}`}>
            <i class="swatch" aria-hidden="true">
              <Icon of={state_look(state, bucket).shape} />
            </i>
            <span>{word}</span>
            <b class="num">{lasted(ms)}</b>
            <span class="num hint">{share(ms)}</span>
          </li>
        ))}
      </ul>
      <ul class="legend-cycle">
        <li>
          <i class="key key-executing" aria-hidden="true" />
          <span>Executing</span>
          <b class="num">{lasted(totals.executing)}</b>
          <span class="num hint">{share(totals.executing)}</span>
        </li>
        <li>
          <i class="key key-held" aria-hidden="true" />
          <span>Held inside the cycle</span>
          <b class="num">{lasted(held)}</b>
          <span class="num hint">{share(held)}</span>
        </li>
        <li>
          <i class="key" aria-hidden="true" />
          <span>In cycle, both together</span>
          <b class="num">{lasted(totals.in_cycle)}</b>
          <span class="num hint">{share(totals.in_cycle)}</span>
        </li>
        {has_doubts && (
          <li>
            <i class="key key-doubt" aria-hidden="true" />
            <span>Time uncertain: the clock was corrected or stepped</span>
          </li>
        )}
        {has_gaps && (
          <li>
            <i class="key key-gap" aria-hidden="true" />
            <span>Gap: data may be missing</span>
          </li>
        )}
      </ul>
    </div>
  );
}
