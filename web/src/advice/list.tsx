import { useSignal } from '@preact/signals';
import { as_problem, request, type Problem } from '../api';
import { now } from '../clock';
import { moment, moment_of, day_of } from '../format';
import { machine_path } from '../router';
import { parse_time, to_rfc3339 } from '../time';
import { Field } from '../ui/field';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import type { Recommendation } from './types';
import { hours_words, kAbout, money_words, sure_words } from './words';

const kDay = 86_400_000;

export interface Place {
  organization: string;
  machine: { id: string; name: string };
}
const base_of = (place: Place) =>
  `/organizations/${place.organization}/machines/${encodeURIComponent(place.machine.id)}`;

/** One thing that would be worth doing: the sentence, what it costs, and behind it the evidence. */
export function Advice({
  place,
  named,
  recommendation,
  changed,
}: {
  place: Place;
  /** Whether the machine's name stands before it. */
  named: boolean;
  recommendation: Recommendation;
  changed: () => void;
}) {
  const dismissing = useSignal(false);
  const { hours_a_week: hours, money_a_week: money, dismissed } = recommendation;
  const path = `${base_of(place)}/recommendations/${recommendation.id}/dismissal`;
  const undo = async () => {
    try {
      await request('DELETE', path);
      changed();
    } catch (error) {
      say(as_problem(error).message);
    }
  };
  return (
    <li class={dismissed ? 'advice is-dismissed' : 'advice'}>
      <div class="advice-head">
        <span class="advice-about">{kAbout[recommendation.about]}</span>
        {named && (
          <a href={machine_path(place.organization, place.machine.id)}>{place.machine.name}</a>
        )}
        <b class="advice-lost num">
          {hours ? hours_words(hours) : 'No lost time is known'}
          {money && <span class="hint">{money_words(money)}</span>}
        </b>
      </div>
      <p class="advice-sentence">{recommendation.sentence}</p>
      <p class="hint">{recommendation.caution}</p>
      <details>
        <summary>
          Evidence
          <span class="hint num">
            {sure_words(recommendation)} · last true{' '}
            {moment_of(recommendation.last_true, now.value)}
          </span>
        </summary>
        <ul class="advice-evidence">
          {recommendation.evidence.map((one) => (
            <li key={one.from}>
              <a
                class="num"
                href={`${machine_path(place.organization, place.machine.id)}?at=${encodeURIComponent(one.from)}`}
              >
                {moment(parse_time(one.from) ?? 0, now.value)}
              </a>{' '}
              {one.words}
            </li>
          ))}
        </ul>
      </details>
      {dismissed ? (
        <p class="advice-act">
          <span class="hint">
            Not followed{dismissed.until ? ` until ${day_of(dismissed.until)}` : ''}:{' '}
            {dismissed.reason}
          </span>
          <button type="button" onClick={() => void undo()}>
            Show it again
          </button>
        </p>
      ) : dismissing.value ? (
        <Dismiss
          path={path}
          done={() => {
            dismissing.value = false;
            changed();
            say('It is not shown any more.', { word: 'Undo', run: () => void undo() });
          }}
          close={() => (dismissing.value = false)}
        />
      ) : (
        <p class="advice-act">
          <button type="button" onClick={() => (dismissing.value = true)}>
            Not for us…
          </button>
        </p>
      )}
    </li>
  );
}

function Dismiss({ path, done, close }: { path: string; done: () => void; close: () => void }) {
  const reason = useSignal('');
  const days = useSignal('28');
  const problem = useSignal<Problem | null>(null);
  const send = async (event: Event) => {
    event.preventDefault();
    problem.value = null;
    const until = days.value ? to_rfc3339(now.peek() + Number(days.value) * kDay) : null;
    try {
      await request('PUT', path, { body: { reason: reason.value.trim(), until } });
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const field = problem.value?.body.field;
  return (
    <form class="advice-dismiss" onSubmit={(event) => void send(event)}>
      {problem.value && field !== 'reason' && <ProblemNote problem={problem.value} />}
      <Field
        label="Why it is not followed"
        error={field === 'reason' ? problem.value?.message : undefined}
      >
        {(a) => (
          <input
            {...a}
            maxLength={300}
            value={reason.value}
            onInput={(event) => (reason.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="For how long">
        {(a) => (
          <select {...a} value={days.value} onChange={(e) => (days.value = e.currentTarget.value)}>
            <option value="7">A week</option>
            <option value="28">Four weeks</option>
            <option value="91">A quarter</option>
            <option value="">For good</option>
          </select>
        )}
      </Field>
      <button type="submit" class="primary">
        Do not show it
      </button>
      <button type="button" class="plain" onClick={close}>
        Cancel
      </button>
    </form>
  );
}
