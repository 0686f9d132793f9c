import { useSignal } from '@preact/signals';
import { as_problem, post, request, type Problem } from '../api';
import { now } from '../clock';
import { moment_of } from '../format';
import type { ApiKey, Page } from '../types';
import { Confirm } from '../ui/confirm';
import { Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';

const kScopes = [
  ['read', 'Read machines, activities and values'],
  ['write', 'Add, rename and remove machines'],
  ['ingest', 'Send observations'],
] as const;

/** The organization's API keys: made, shown once, revoked. */
export function Keys({ organization }: { organization: string }) {
  const path = `/organizations/${organization}/api-keys`;
  const { data, problem, reload } = useLoad<Page<ApiKey>>(path);
  const made = useSignal<ApiKey | null>(null);
  const going = useSignal<ApiKey | null>(null);
  return (
    <section class="section" aria-labelledby="keys-title">
      <div class="section-head">
        <h2 id="keys-title">API keys</h2>
      </div>
      <p class="hint">
        For programs. A key acts for this organization only, with the scopes you choose. The API
        describes itself at{' '}
        <a href="/api/v1/openapi.json" target="_blank">
          /api/v1/openapi.json
        </a>
        . Tools that read MTConnect take <code>{`${location.origin}/mtconnect/current`}</code> with
        a key of the scope <b>read</b>: as the password of any user, or as a bearer token.
      </p>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={2} />}
      {made.value?.key && <ShowOnce api_key={made.value} close={() => (made.value = null)} />}
      {data && data.items.length === 0 && <p class="nothing">No key yet.</p>}
      {data && data.items.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="API keys">
          <table class="dense">
            <thead>
              <tr>
                <th>Name</th>
                <th>Begins with</th>
                <th>May</th>
                <th class="right">Made</th>
                <th class="right">Last used</th>
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((k) => (
                <tr key={k.id}>
                  <td>{k.name}</td>
                  <td>
                    <code>{k.prefix}…</code>
                  </td>
                  <td>{k.scopes.join(', ')}</td>
                  <td class="right num">{moment_of(k.created, now.value)}</td>
                  <td class="right num">
                    {k.last_used ? moment_of(k.last_used, now.value) : 'never'}
                  </td>
                  <td class="right">
                    <button type="button" class="link" onClick={() => (going.value = k)}>
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <MakeKey
        path={path}
        done={(k) => {
          made.value = k;
          reload();
        }}
      />
      {going.value && (
        <Revoke
          path={path}
          api_key={going.value}
          close={() => (going.value = null)}
          done={() => {
            going.value = null;
            reload();
          }}
        />
      )}
    </section>
  );
}

function MakeKey({ path, done }: { path: string; done: (key: ApiKey) => void }) {
  const name = useSignal('');
  const scopes = useSignal<readonly string[]>(['read']);
  const problem = useSignal<Problem | null>(null);
  const make = async (event: Event) => {
    event.preventDefault();
    problem.value = null;
    try {
      done(await post<ApiKey>(path, { name: name.value.trim(), scopes: scopes.value }));
      name.value = '';
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const toggle = (scope: string, on: boolean) =>
    (scopes.value = on ? [...scopes.value, scope] : scopes.value.filter((s) => s !== scope));
  return (
    <form class="make-key" onSubmit={(event) => void make(event)}>
      <h3>Make a key</h3>
      {problem.value && <ProblemNote problem={problem.value} />}
      <Field label="Name" hint="What will use it.">
        {(a) => (
          <input
            {...a}
            required
            autocomplete="off"
            value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <fieldset class="scopes">
        <legend>It may</legend>
        {kScopes.map(([scope, what]) => (
          <label key={scope} class="check">
            <input
              type="checkbox"
              checked={scopes.value.includes(scope)}
              onChange={(event) => toggle(scope, event.currentTarget.checked)}
            />
            <span>
              <b>{scope}</b> <span class="hint">{what}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <button type="submit" disabled={name.value.trim() === '' || scopes.value.length === 0}>
        Make the key
      </button>
    </form>
  );
}

function ShowOnce({ api_key, close }: { api_key: ApiKey; close: () => void }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(api_key.key ?? '');
      say('The key is in the clipboard.');
    } catch {
      say('The browser did not let the key be copied: select it and copy it by hand.');
    }
  };
  return (
    <div class="offer once" role="status">
      <div>
        <b>{api_key.name}</b>: copy this key now. It is shown this once and cannot be read again.
        <code class="the-key" tabIndex={0}>
          {api_key.key}
        </code>
      </div>
      <button type="button" class="primary" onClick={() => void copy()}>
        <Icon of="copy" />
        Copy
      </button>
      <button type="button" class="plain" onClick={close}>
        I have it
      </button>
    </div>
  );
}

function Revoke({
  path,
  api_key,
  close,
  done,
}: {
  path: string;
  api_key: ApiKey;
  close: () => void;
  done: () => void;
}) {
  const run = async () => {
    await request('DELETE', `${path}/${encodeURIComponent(api_key.id)}`);
    say(`The key “${api_key.name}” was revoked.`);
    done();
  };
  return (
    <Confirm
      title={`Revoke “${api_key.name}”?`}
      does="Revoke"
      leave="Keep it"
      danger
      run={run}
      close={close}
    >
      Every program that uses it is refused from now on. This cannot be undone; a new key can be
      made.
    </Confirm>
  );
}
