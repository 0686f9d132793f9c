import { useSignal } from '@preact/signals';
import { as_problem, post, request, type Problem } from '../api';
import { now } from '../clock';
import { to_rfc3339 } from '../time';
import { Field } from '../ui/field';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import type { Goal as Rules } from '../rules/types';
import { Versions } from '../rules/versions';
import { WhatIf } from '../rules/what-if';
import type { Period } from './periods';
import type { Oee } from './types';

function goal_words(value: object | null): string {
  const { ideal_seconds, micro_stop_seconds } = value as Rules;
  const ideal = ideal_seconds === null ? 'No ideal time' : `${ideal_seconds} s per part`;
  return `${ideal}, micro-stops below ${micro_stop_seconds} s`;
}

/** What no control tells: how long a part should take, and which parts were no good. */
export function Goal({
  base,
  organization,
  oee,
  period,
  done,
}: {
  base: string;
  organization: string;
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
  const machine = decodeURIComponent(base.slice(base.lastIndexOf('/') + 1));
  const goal = () => ({
    ideal_seconds: number(ideal.value),
    micro_stop_seconds: number(micro.value),
  });
  const apply = (from: 'now' | 'beginning') =>
    sent(
      () => request('PUT', `${base}/goal?from=${from}`, { body: goal() }),
      from === 'now' ? 'It holds from now on.' : 'It holds for all that was too.',
    );
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
      <form onSubmit={(event) => event.preventDefault()}>
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
      </form>
      <WhatIf
        organization={organization}
        proposal={() => ({ machine, goal: goal() })}
        apply={apply}
      />
      <Versions
        key={`${oee.ideal_seconds} ${oee.micro_stop_seconds}`}
        organization={organization}
        rule="goal"
        whose={machine}
        words={goal_words}
        done={done}
      />
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
