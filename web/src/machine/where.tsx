// Where a machine is, and what its protocol wants to know beyond that: the same two fields when it
// is added and when it is changed.
import type { Problem } from '../api';
import type { Protocol } from '../types';
import { Field } from '../ui/field';
import { protocol_of } from './protocols';

export interface Whereabouts {
  address: string;
  /** JSON; empty where the protocol has none. */
  settings: string;
}

/** What the API takes: nothing is sent for settings that were never written. */
export const body_of = ({ address, settings }: Whereabouts, before = '') => ({
  address: address.trim(),
  ...((settings.trim() !== '' || before !== '') && { settings: settings.trim() }),
});

export function Where({
  protocol,
  where,
  change,
  problem,
}: {
  protocol: Protocol;
  where: Whereabouts;
  change: (where: Whereabouts) => void;
  problem: Problem | null;
}) {
  const { examples, where: usual, settings: example } = protocol_of(protocol);
  const wrong = (field: string) => (problem?.body.field === field ? problem : null);
  return (
    <>
      <Field
        label="Address"
        hint={
          <>
            For example{' '}
            {examples.map((e, i) => (
              <>
                {i > 0 && ' or '}
                <code>{e}</code>
              </>
            ))}
            . {usual}
          </>
        }
        error={wrong('address')?.message}
      >
        {(a) => (
          <input
            {...a}
            class="mono"
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            inputMode="url"
            placeholder={examples[0]}
            value={where.address}
            onInput={(event) => change({ ...where, address: event.currentTarget.value })}
          />
        )}
      </Field>
      {wrong('address')?.body.mend && <p class="mend">{wrong('address')?.body.mend}</p>}
      {(example || where.settings) && (
        <>
          <Field
            label="Settings (optional)"
            hint={
              example ? (
                <>
                  As JSON, for example <code>{example}</code>
                </>
              ) : (
                'This protocol has none.'
              )
            }
            error={wrong('settings')?.message}
          >
            {(a) => (
              <textarea
                {...a}
                class="mono"
                rows={Math.min(12, Math.max(2, where.settings.split('\n').length))}
                autocomplete="off"
                autocapitalize="off"
                spellcheck={false}
                value={where.settings}
                onInput={(event) => change({ ...where, settings: event.currentTarget.value })}
              />
            )}
          </Field>
          {wrong('settings')?.body.mend && <p class="mend">{wrong('settings')?.body.mend}</p>}
        </>
      )}
    </>
  );
}

/** Whether a problem belongs to one of the two fields, and is shown there. */
export const is_where = (problem: Problem | null): boolean =>
  problem?.body.field === 'address' || problem?.body.field === 'settings';
