import { useSignal } from '@preact/signals';
import { as_problem, request, type Problem } from '../api';
import { Field } from '../ui/field';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { useLoad } from '../use';
import type { MachineHour } from './types';

/** What an hour of a machine costs, so that hours can be told as money. */
export function Hour({ organization, changed }: { organization: string; changed: () => void }) {
  const path = `/organizations/${organization}/machine-hour`;
  const { data } = useLoad<MachineHour>(path);
  return data && <HourForm path={path} hour={data} changed={changed} />;
}

function HourForm({
  path,
  hour,
  changed,
}: {
  path: string;
  hour: MachineHour;
  changed: () => void;
}) {
  const cost = useSignal(hour.cost === null ? '' : String(hour.cost));
  const currency = useSignal(hour.currency ?? 'EUR');
  const problem = useSignal<Problem | null>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    problem.value = null;
    const text = cost.value.trim().replace(',', '.');
    const body =
      text === ''
        ? { cost: null, currency: null }
        : { cost: Number(text), currency: currency.value.trim() };
    try {
      await request('PUT', path, { body });
      say(text === '' ? 'Hours are told alone.' : 'What an hour costs is kept.');
      changed();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  return (
    <details class="hour" open={hour.cost === null}>
      <summary>
        {hour.cost === null
          ? 'Nobody has said what an hour of a machine costs'
          : `An hour of a machine costs ${hour.cost} ${hour.currency}`}
      </summary>
      {problem.value && !problem.value.body.field && <ProblemNote problem={problem.value} />}
      <form class="forecast-goal" onSubmit={(event) => void send(event)}>
        <Field label="An hour costs" hint="Empty: hours are told alone." error={wrong('cost')}>
          {(a) => (
            <input
              {...a}
              inputMode="decimal"
              value={cost.value}
              onInput={(event) => (cost.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label="Currency" hint="As it is to be written." error={wrong('currency')}>
          {(a) => (
            <input
              {...a}
              maxLength={8}
              value={currency.value}
              onInput={(event) => (currency.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit">Keep</button>
      </form>
    </details>
  );
}
