import { now } from '../clock';
import { duration, units, value, whole, words } from '../format';
import type { Probe } from '../types';
import { Icon } from '../ui/icon';

const kLongestTry = 5;

export function Trying({ since }: { since: number }) {
  void now.value;
  const seconds = Math.min(kLongestTry, (Date.now() - since) / 1000);
  return (
    <div class="late" role="status">
      <p>Connecting… {seconds >= 1 ? `${Math.floor(seconds)} of ${kLongestTry} s` : ''}</p>
      <progress max={kLongestTry} value={seconds} aria-label="Time used of the try" />
    </div>
  );
}

/** What was tried, what answered and what it can say. */
export function ProbeResult({ probe }: { probe: Probe }) {
  return (
    <div class="probe">
      <h2>{probe.ok ? 'It answers' : 'It does not answer as it should'}</h2>
      <ol class="steps">
        {probe.steps.map((step) => (
          <li key={`${step.at_ms} ${step.say}`} class={step.ok ? 'is-ok' : 'is-wrong'}>
            <Icon of={step.ok ? 'check' : 'close'} />
            <span>
              <span class="visually-hidden">{step.ok ? 'Worked: ' : 'Failed: '}</span>
              {step.say}
            </span>
            <span class="hint num">{duration(step.at_ms)}</span>
          </li>
        ))}
      </ol>
      {probe.sample.length > 0 && (
        <>
          <h3>What it just said</h3>
          <div class="scroll probe-scroll" tabIndex={0} role="region" aria-label="Sample values">
            <table class="dense">
              <thead>
                <tr>
                  <th>Item</th>
                  <th class="right">Value</th>
                </tr>
              </thead>
              <tbody>
                {probe.sample.slice(0, 100).map((s) => {
                  const item = probe.model.find((m) => m.key === s.item);
                  return (
                    <tr key={s.item}>
                      <td>{item?.name ?? s.item}</td>
                      <td class="right num">
                        {s.value === null ? (
                          <span class="unsaid">unavailable</span>
                        ) : (
                          <>
                            {value(s.value)} <span class="hint">{units(item?.units)}</span>
                          </>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
      {probe.model.length > 0 && (
        <details>
          <summary>{whole(probe.model.length)} data items in its model</summary>
          <ul class="model">
            {probe.model.slice(0, 500).map((m) => (
              <li key={m.key}>
                <code>{m.name ?? m.key}</code>{' '}
                <span class="hint">
                  {[m.type && words(m.type), m.component, units(m.units)]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
