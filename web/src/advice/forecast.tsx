import './advice.css';
import { useSignal } from '@preact/signals';
import { query } from '../api';
import { now } from '../clock';
import { duration, percent, whole } from '../format';
import { parse_time } from '../time';
import { Field } from '../ui/field';
import { useAgain, useLoad } from '../use';
import type { Forecast } from './types';
import { basis_words, spread_words, when } from './words';

/** How often it is asked for anew when nothing else says that something changed. */
const kRefresh = 120_000;

/** What was typed, kept for this reader and machine: the control keeps no goal for them. */
const typed_key = (machine: string) => `heed.goal.${machine}`;
function typed_goal(machine: string): string {
  try {
    return localStorage.getItem(typed_key(machine)) ?? '';
  } catch {
    return '';
  }
}
function keep_goal(machine: string, goal: string): void {
  try {
    if (goal) localStorage.setItem(typed_key(machine), goal);
    else localStorage.removeItem(typed_key(machine));
  } catch {
    // Without storage it is asked for again.
  }
}

/** When the batch will be done, in one line, with what it rests on behind it. */
export default function ForecastNote({
  base,
  machine,
  turn,
}: {
  base: string;
  machine: string;
  /** Changes when the machine does. */
  turn: string;
}) {
  const goal = useSignal(typed_goal(machine));
  const asked = query(goal.value ? { goal: goal.value } : {});
  const { data, problem, reload } = useLoad<Forecast>(
    `${base}/forecast${asked ? `?${asked}` : ''}`,
  );
  const minute = Math.floor(now.value / kRefresh);
  useAgain([turn, minute], reload);
  if (problem && problem.status !== 422) return null;
  if (!data && !problem) return <p class="forecast hint">…</p>;
  const told = data?.forecast;
  const set = (text: string) => {
    keep_goal(machine, text);
    goal.value = text;
  };
  return (
    <details class="forecast">
      <summary>
        {told ? (
          <span>
            Done about <b class="num">{when(told.at, now.value)}</b>{' '}
            <span class="num">
              ({when(told.from, now.value)}–{when(told.to, now.value)})
            </span>
            <span class="hint num">{basis_words(data)}</span>
          </span>
        ) : (
          <span>
            When is it done? <span class="hint">{data?.refused?.words ?? problem?.message}</span>
          </span>
        )}
      </summary>
      {told && <Basis told={told} />}
      <GoalForm
        goal={goal.value}
        by_control={data?.goal_by_control ? data.goal : null}
        made={data?.made ?? null}
        error={problem?.message}
        set={set}
      />
    </details>
  );
}

function Basis({ told }: { told: NonNullable<Forecast['forecast']> }) {
  const running = parse_time(told.running_since);
  return (
    <div class="forecast-basis">
      <p>
        In {percent(told.certainty)} of cases the last part is done between the two times in
        brackets.{' '}
        {told.by_plan
          ? 'Breaks and time without a shift are left out.'
          : 'There is no shift calendar: it holds while work goes on without a night or a break.'}
        {told.left_out > 0 &&
          ` ${whole(told.left_out)} ${told.left_out === 1 ? 'stop' : 'stops'} above an hour ${told.left_out === 1 ? 'was' : 'were'} not counted on.`}
      </p>
      <dl class="facts">
        <dt>A cycle of {told.program ?? 'the program'}</dt>
        <dd class="num">{spread_words(told.work)}</dd>
        <dt>Standing between two</dt>
        <dd class="num">{spread_words(told.standing)}</dd>
        <dt>Cycles to go</dt>
        <dd class="num">
          {whole(told.cycles_to_go)}
          {told.parts_per_cycle !== 1 && `, ${whole(told.parts_per_cycle)} parts each`}
        </dd>
        {running !== null && (
          <>
            <dt>This one runs for</dt>
            <dd class="num">{duration(Math.max(0, now.value - running))}</dd>
          </>
        )}
      </dl>
    </div>
  );
}

function GoalForm({
  goal,
  by_control,
  made,
  error,
  set,
}: {
  goal: string;
  by_control: number | null;
  made: number | null;
  error: string | undefined;
  set: (text: string) => void;
}) {
  const text = useSignal(goal);
  return (
    <form
      class="forecast-goal"
      onSubmit={(event) => {
        event.preventDefault();
        set(text.value.trim());
      }}
    >
      <Field
        label="Parts of the batch, as the counter will show them"
        hint={
          by_control !== null
            ? `The control says ${whole(by_control)}. What is typed here wins, for you alone.`
            : made !== null
              ? `The counter stands at ${whole(made)}.`
              : 'The control counts no parts.'
        }
        error={error}
      >
        {(a) => (
          <input
            {...a}
            inputMode="numeric"
            value={text.value}
            onInput={(event) => (text.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <button type="submit">Foresee</button>
    </form>
  );
}
