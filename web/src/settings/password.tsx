import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { as_problem, post, type Problem } from '../api';
import { url } from '../router';
import { load_session, offers_password } from '../session';
import { Field } from '../ui/field';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';

const kShortestPassword = 10;

export function Password({ email }: { email: string }) {
  const current = useSignal('');
  const chosen = useSignal('');
  const problem = useSignal<Problem | null>(null);
  const first = offers_password.value;
  useEffect(() => {
    if (url.peek().searchParams.get('section') === 'password')
      document.getElementById('password-title')?.scrollIntoView();
  }, []);
  const short = chosen.value !== '' && chosen.value.length < kShortestPassword;
  const save = async (event: Event) => {
    event.preventDefault();
    problem.value = null;
    try {
      await post('/session/password', {
        password: chosen.value,
        ...(!first && { current: current.value }),
      });
      offers_password.value = false;
      await load_session(); // the new password ended the old session and began another
      current.value = chosen.value = '';
      say('The new password holds from now on.');
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  return (
    <section class="section" aria-labelledby="password-title">
      <div class="section-head">
        <h2 id="password-title">Password</h2>
      </div>
      <form onSubmit={(event) => void save(event)}>
        <input type="hidden" name="username" autocomplete="username" value={email} />
        {problem.value && !wrong('password') && !wrong('current') && (
          <ProblemNote problem={problem.value} />
        )}
        {!first && (
          <Field label="Password until now" error={wrong('current')}>
            {(a) => (
              <input
                {...a}
                type="password"
                autocomplete="current-password"
                value={current.value}
                onInput={(event) => (current.value = event.currentTarget.value)}
              />
            )}
          </Field>
        )}
        <Field
          label="New password"
          hint={`At least ${kShortestPassword} characters. A few words are easier to keep than signs.`}
          error={wrong('password')}
        >
          {(a) => (
            <input
              {...a}
              type="password"
              autocomplete="new-password"
              required
              minLength={kShortestPassword}
              value={chosen.value}
              onInput={(event) => (chosen.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" disabled={chosen.value === '' || short}>
          Save the password
        </button>
      </form>
    </section>
  );
}
