import { useSignal } from '@preact/signals';
import { as_problem, post, request, type Problem } from '../api';
import { now } from '../clock';
import { to_rfc3339 } from '../time';
import { Field } from '../ui/field';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import type { Period } from './periods';
import type { Oee } from './types';

/** What no control tells: how long a part should take, and which parts were no good. */
export function Goal({
  base,
  oee,
  period,
  done,
}: {
  base: string;
  oee: Oee;
  period: Period;
  done: () => void;
}) {
  const ideal = useSignal(oee.ideal_seconds === null ? '' : String(oee.ideal_seconds));
  const micro = useSignal(String(oee.micro_stop_seconds));
  const scrap = useSignal('');
  const problem = useSignal<Problem | null>(null);
  const sent = async (send: () => Promise<unknown>, words: string) => {
    problem.value = null;
    try {
      await send();
      say(words);
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const number = (text: string) => (text.trim() === '' ? null : Number(text.replace(',', '.')));
  const set_goal = (event: Event) => {
    event.preventDefault();
    void sent(
      () =>
        request('PUT', `${base}/goal`, {
          body: { ideal_seconds: number(ideal.value), micro_stop_seconds: number(micro.value) },
        }),
      'The ideal time is set.',
    );
  };
  const add_scrap = (event: Event) => {
    event.preventDefault();
    // Of a period that is over, its last moment: scrap counts where it was found.
    const at = Math.min(now.peek(), period.to - 1);
    void sent(async () => {
      await post(`${base}/scrap`, { count: number(scrap.value), at: to_rfc3339(at) });
      scrap.value = '';
    }, 'The scrap is counted.');
  };
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  return (
    <details class="goal">
      <summary>Ideal time and scrap</summary>
      {problem.value && !problem.value.body.field && <ProblemNote problem={problem.value} />}
      <form onSubmit={set_goal}>
        <Field
          label="Ideal time per part, in seconds"
          hint="What the part takes when nothing goes wrong. Empty if there is none."
          error={wrong('ideal_seconds')}
        >
          {(a) => (
            <input
              {...a}
              inputMode="decimal"
              value={ideal.value}
              onInput={(event) => (ideal.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Micro-stops are shorter than, in seconds" error={wrong('micro_stop_seconds')}>
          {(a) => (
            <input
              {...a}
              inputMode="decimal"
              value={micro.value}
              onInput={(event) => (micro.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit">Set</button>
      </form>
      <form onSubmit={add_scrap}>
        <Field
          label="Parts that were no good"
          hint={`${oee.scrap} so far in this time. A number below 0 takes some back.`}
          error={wrong('count') ?? wrong('at')}
        >
          {(a) => (
            <input
              {...a}
              inputMode="numeric"
              value={scrap.value}
              onInput={(event) => (scrap.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" disabled={scrap.value.trim() === ''}>
          Count them
        </button>
      </form>
    </details>
  );
}
