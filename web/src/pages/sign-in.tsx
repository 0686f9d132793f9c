import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { as_problem, type Problem } from '../api';
import { navigate, url } from '../router';
import { sign_in, sign_in_by_link } from '../session';
import { Field } from '../ui/field';
import { ProblemNote } from '../ui/problem';
import { useTitle } from '../use';

/** Only a path of our own may be the place to go next. */
export function safe_next(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/';
}

export function SignIn() {
  const email = useSignal('');
  const password = useSignal('');
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const token = url.value.searchParams.get('link');
  const next = safe_next(url.value.searchParams.get('next'));
  useTitle('Sign in');

  const attempt = async (enter: () => Promise<void>) => {
    busy.value = true;
    problem.value = null;
    try {
      await enter();
      navigate(next, true);
    } catch (error) {
      problem.value = as_problem(error);
      if (token) navigate('/sign-in', true);
    } finally {
      busy.value = false;
    }
  };

  useEffect(() => {
    if (token) void attempt(() => sign_in_by_link(token));
  }, []);

  if (token && !problem.value)
    return (
      <main class="sign-in">
        <p class="late" role="status">
          Signing you in…
        </p>
      </main>
    );
  return (
    <main class="sign-in">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() => sign_in(email.value.trim(), password.value));
        }}
      >
        <h1 tabIndex={-1}>Sign in to Heed</h1>
        {problem.value && <ProblemNote problem={problem.value} />}
        <Field label="E-mail">
          {(a) => (
            <input
              {...a}
              type="email"
              autocomplete="username"
              required
              autofocus
              value={email.value}
              onInput={(event) => (email.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Password">
          {(a) => (
            <input
              {...a}
              type="password"
              autocomplete="current-password"
              required
              value={password.value}
              onInput={(event) => (password.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" class="primary" disabled={busy.value}>
          Sign in
        </button>
        <p class="hint">
          No password yet? Whoever runs the server prints a link that signs you in once, with{' '}
          <code>heed serve --sign-in-link E-MAIL</code>.
        </p>
      </form>
      <p class="foot">
        <a href="/privacy">Privacy policy</a>
      </p>
    </main>
  );
}
