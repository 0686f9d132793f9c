import type { Condition } from '../types';
import { Age } from '../ui/age';
import { Icon } from '../ui/icon';

export function Conditions({ conditions }: { conditions: readonly Condition[] }) {
  const sorted = [...conditions].sort(
    (a, b) => Number(b.level === 'FAULT') - Number(a.level === 'FAULT'),
  );
  return (
    <section class="section" aria-labelledby="conditions-title">
      <div class="section-head">
        <h2 id="conditions-title">Conditions</h2>
        <span class="hint num">{conditions.length}</span>
      </div>
      {sorted.length === 0 && <p class="nothing">No warning and no fault is active.</p>}
      <ul class="conditions">
        {sorted.map((c) => (
          <li
            key={`${c.item} ${c.code}`}
            class={c.level === 'FAULT' ? 'look-alarm' : 'look-waiting'}
          >
            <span class="chip">
              <Icon of={c.level === 'FAULT' ? 'octagon' : 'triangle'} />
              {c.level === 'FAULT' ? 'Fault' : 'Warning'}
            </span>
            <div>
              <p>{c.text || 'No text'}</p>
              <p class="hint num">
                {[
                  c.item,
                  c.code && `code ${c.code}`,
                  c.severity && `severity ${c.severity}`,
                  c.qualifier?.toLowerCase(),
                ]
                  .filter(Boolean)
                  .join(' · ')}
                {' · for '}
                <Age at={c.since} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
