import { duration, whole } from '../format';
import { date_clock_in, own_zone } from '../oee/clock';
import type { ReasonCode, ReasonRule } from '../oee/types';
import { machine_path } from '../router';
import type { RuleCatch } from '../rules/types';
import { state_look } from '../states';
import { parse_time } from '../time';
import type { State } from '../types';
import { Icon } from '../ui/icon';

const kStates: readonly State[] = [
  'ESTOP',
  'ALARM',
  'HELD',
  'PROGRAM_STOP',
  'MANUAL',
  'WAITING',
  'STOPPED',
  'OFFLINE',
];

/** One rule: to which stops a code belongs, and what it would have caught. */
export function RuleRow({
  number,
  rule,
  codes,
  error,
  caught,
  organization,
  change,
  up,
  down,
  remove,
}: {
  number: number;
  rule: ReasonRule;
  codes: readonly ReasonCode[];
  error: string | undefined;
  caught: RuleCatch | null;
  organization: string;
  change: (rule: ReasonRule) => void;
  up: (() => void) | null;
  down: (() => void) | null;
  remove: () => void;
}) {
  const toggle = (state: State) =>
    change({
      ...rule,
      states: rule.states.includes(state)
        ? rule.states.filter((s) => s !== state)
        : [...rule.states, state],
    });
  const text = (key: 'condition_code' | 'condition_text' | 'location', label: string) => (
    <label class="small-field">
      {label}
      <input
        value={rule[key]}
        maxLength={100}
        onInput={(event) => change({ ...rule, [key]: event.currentTarget.value })}
      />
    </label>
  );
  const time = (key: 'from' | 'to', label: string) => (
    <label class="small-field small-time">
      {label}
      <input
        type="time"
        value={rule.window?.[key] ?? ''}
        onInput={(event) => {
          const window = { from: '00:00', to: '00:00', ...rule.window };
          const value = event.currentTarget.value;
          change({ ...rule, window: value === '' ? null : { ...window, [key]: value } });
        }}
      />
    </label>
  );
  return (
    <fieldset class="rule-row">
      <legend>Rule {number}</legend>
      <div class="row-fields">
        <label class="small-field">
          Reason
          <select
            value={rule.code}
            onChange={(event) => change({ ...rule, code: event.currentTarget.value })}
          >
            {codes
              .filter((code) => !code.retired || code.code === rule.code)
              .map((code) => (
                <option key={code.code} value={code.code}>
                  {code.name}
                </option>
              ))}
          </select>
        </label>
        <span class="rule-order">
          <button
            type="button"
            class="plain"
            aria-label={`Rule ${number} earlier`}
            disabled={!up}
            onClick={() => up?.()}
          >
            Earlier
          </button>
          <button
            type="button"
            class="plain"
            aria-label={`Rule ${number} later`}
            disabled={!down}
            onClick={() => down?.()}
          >
            Later
          </button>
          <button
            type="button"
            class="plain square"
            aria-label={`Remove rule ${number}`}
            onClick={remove}
          >
            <Icon of="close" />
          </button>
        </span>
      </div>
      <div class="rule-states" role="group" aria-label="When the machine is">
        {kStates.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={rule.states.includes(state)}
            onClick={() => toggle(state)}
          >
            {state_look(state, 'none').word}
          </button>
        ))}
      </div>
      <div class="row-fields">
        {text('condition_code', 'Alarm code begins with')}
        {text('condition_text', 'Alarm text has')}
        {text('location', 'Place')}
        {time('from', 'Begins from')}
        {time('to', 'until')}
      </div>
      {error && <div class="field-error">{error}</div>}
      {caught && <Caught caught={caught} organization={organization} />}
    </fieldset>
  );
}

function Caught({ caught, organization }: { caught: RuleCatch; organization: string }) {
  if (caught.stops === 0) return <p class="hint rule-caught">It would have caught nothing.</p>;
  const zone = own_zone();
  return (
    <details class="rule-caught">
      <summary>
        Would have caught{' '}
        <b class="num">
          {caught.stops === 1 ? 'one stop' : `${whole(caught.stops)} stops`},{' '}
          {duration(1000 * caught.seconds)}
        </b>
      </summary>
      <ul class="changed">
        {caught.examples.map((example) => {
          const from = parse_time(example.from) ?? 0;
          const length = (parse_time(example.to) ?? from) - from;
          const where = `${machine_path(organization, example.machine)}?at=${example.from}`;
          return (
            <li key={`${example.machine} ${example.from}`}>
              <a class="num" href={where}>
                {date_clock_in(zone, from)}
              </a>{' '}
              <b class="num">{duration(length)}</b>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
