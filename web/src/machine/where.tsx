// Where a machine is, and what its protocol wants to know beyond that: the same fields when it is
// added and when it is changed.
import type { Problem } from '../api';
import type { Protocol } from '../types';
import { Field } from '../ui/field';
import { kKept, put_together, taken_apart, type Login } from './login';
import { protocol_of } from './protocols';

export interface Whereabouts extends Login {
  address: string;
  /** JSON, but for the login; empty where the protocol has none. */
  settings: string;
}

export const kNowhere: Whereabouts = { address: '', user: '', password: '', settings: '' };

export const whereabouts_of = (address: string, settings: string): Whereabouts => ({
  address,
  ...taken_apart(settings),
});

/** What the API takes: nothing is sent for settings that were never written. */
export function body_of(where: Whereabouts, before = '') {
  const settings = put_together(where, where.settings).trim();
  return {
    address: where.address.trim(),
    ...((settings !== '' || before !== '') && { settings }),
  };
}

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
  const { examples, where: usual, login, settings: example } = protocol_of(protocol);
  const has_login = login || where.user !== '' || where.password !== '';
  const has_more = Boolean(example || where.settings);
  // What the server says of the settings stands where it can be mended.
  const at_login = has_login && (!has_more || where.password === kKept);
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
      {has_login && (
        <LoginFields
          login={where}
          problem={at_login ? wrong('settings') : null}
          change={(changed) => change({ ...where, ...changed })}
        />
      )}
      {has_more && (
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
            error={at_login ? undefined : wrong('settings')?.message}
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
          {!at_login && wrong('settings')?.body.mend && (
            <p class="mend">{wrong('settings')?.body.mend}</p>
          )}
        </>
      )}
    </>
  );
}

function LoginFields({
  login: { user, password },
  change,
  problem,
}: {
  login: Login;
  change: (changed: Partial<Login>) => void;
  problem: Problem | null;
}) {
  const kept = password === kKept;
  return (
    <>
      <Field label="User name (optional)" hint="Where it asks for one.">
        {(a) => (
          <input
            {...a}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={user}
            onInput={(event) => change({ user: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field
        label="Password (optional)"
        hint={
          kept ? (
            <>
              One is set and is kept, unless another is written here.{' '}
              <button type="button" class="link" onClick={() => change({ password: '' })}>
                Forget it
              </button>
            </>
          ) : (
            'Stored sealed and never shown again.'
          )
        }
        error={problem?.message}
      >
        {(a) => (
          <input
            {...a}
            type="password"
            autocomplete="new-password"
            value={kept ? '' : password}
            onInput={(event) => change({ password: event.currentTarget.value })}
          />
        )}
      </Field>
      {problem?.body.mend && <p class="mend">{problem.body.mend}</p>}
    </>
  );
}

/** Whether a problem belongs to one of the fields, and is shown there. */
export const is_where = (problem: Problem | null): boolean =>
  problem?.body.field === 'address' || problem?.body.field === 'settings';
