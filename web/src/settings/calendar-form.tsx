import { useSignal, type Signal } from '@preact/signals';
import { as_problem, request, type Problem } from '../api';
import { precise_now } from '../clock';
import type {
  ExtraShift,
  Holiday,
  PlannedBreak,
  ShiftCalendar,
  Weekday,
  WeeklyShift,
} from '../oee/types';
import { day_in } from '../oee/clock';
import { WhatIf } from '../rules/what-if';
import { Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';

const kDays: readonly [Weekday, string][] = [
  ['mon', 'Mon'],
  ['tue', 'Tue'],
  ['wed', 'Wed'],
  ['thu', 'Thu'],
  ['fri', 'Fri'],
  ['sat', 'Sat'],
  ['sun', 'Sun'],
];
const kDayNames: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

const zones = (): string[] => {
  const known = Intl as unknown as { supportedValuesOf?: (what: string) => string[] };
  return known.supportedValuesOf?.('timeZone') ?? [];
};

/** The shifts of one place. What is wrong is told where it stands, by the field's path. */
export function CalendarForm({
  organization,
  path,
  calendar,
  title,
  close,
  done,
}: {
  organization: string;
  path: string;
  calendar: ShiftCalendar;
  title: string;
  close: () => void;
  done: () => void;
}) {
  const draft = useSignal<ShiftCalendar>(calendar);
  const problem = useSignal<Problem | null>(null);
  const change = (part: Partial<ShiftCalendar>) => (draft.value = { ...draft.value, ...part });
  const save = async (from: 'now' | 'beginning') => {
    problem.value = null;
    try {
      await request('PUT', `${path}?from=${from}`, { body: draft.value });
      say(
        from === 'now'
          ? `The shifts of “${title}” hold from now on.`
          : `The shifts of “${title}” are set, for all that was too.`,
      );
      done();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const { zone, shifts, holidays, extra_shifts } = draft.value;
  const today = () => day_in(zone, precise_now());
  const field = problem.value?.body.field ?? '';
  return (
    <form class="calendar calendar-form" onSubmit={(event) => event.preventDefault()}>
      <h3>{title}</h3>
      {problem.value && !/^(zone|shifts|holidays|extra_shifts)\b/.test(field) && (
        <ProblemNote problem={problem.value} />
      )}
      <Field
        label="Time zone"
        hint="As the IANA database names it: Europe/Berlin."
        error={field === 'zone' ? problem.value!.message : undefined}
      >
        {(a) => (
          <>
            <input
              {...a}
              list="zones"
              autocomplete="off"
              value={zone}
              onInput={(event) => change({ zone: event.currentTarget.value })}
            />
            <datalist id="zones">
              {zones().map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <h4>Every week</h4>
      {shifts.map((shift, i) => (
        <Weekly
          key={i}
          shift={shift}
          name={`shifts[${i}]`}
          problem={problem}
          change={(next) => change({ shifts: shifts.map((s, j) => (j === i ? next : s)) })}
          remove={() => change({ shifts: shifts.filter((_, j) => j !== i) })}
        />
      ))}
      <Add
        words="Add a shift"
        add={() => {
          const last = shifts.at(-1);
          const from = last?.to ?? '06:00';
          const to = `${String((Number(from.slice(0, 2)) + 8) % 24).padStart(2, '0')}:${from.slice(3)}`;
          const name = ['Early', 'Late', 'Night'][shifts.length] ?? `Shift ${shifts.length + 1}`;
          const days: Weekday[] = last?.days ?? ['mon', 'tue', 'wed', 'thu', 'fri'];
          change({ shifts: [...shifts, { name, days, from, to, breaks: [] }] });
        }}
      />
      <h4>Holidays</h4>
      {holidays.map((holiday, i) => (
        <Free
          key={i}
          holiday={holiday}
          name={`holidays[${i}]`}
          problem={problem}
          change={(next) => change({ holidays: holidays.map((h, j) => (j === i ? next : h)) })}
          remove={() => change({ holidays: holidays.filter((_, j) => j !== i) })}
        />
      ))}
      <Add
        words="Add a holiday"
        add={() =>
          change({ holidays: [...holidays, { name: 'Holiday', first: today(), last: today() }] })
        }
      />
      <h4>Extra shifts</h4>
      {extra_shifts.map((extra, i) => (
        <Extra
          key={i}
          extra={extra}
          name={`extra_shifts[${i}]`}
          problem={problem}
          change={(next) =>
            change({ extra_shifts: extra_shifts.map((e, j) => (j === i ? next : e)) })
          }
          remove={() => change({ extra_shifts: extra_shifts.filter((_, j) => j !== i) })}
        />
      ))}
      <Add
        words="Add an extra shift"
        add={() =>
          change({
            extra_shifts: [
              ...extra_shifts,
              {
                name: 'Extra',
                first: today(),
                last: today(),
                from: '06:00',
                to: '14:00',
                breaks: [],
              },
            ],
          })
        }
      />
      <WhatIf
        organization={organization}
        proposal={() => ({ calendar: draft.value })}
        apply={save}
        days={7}
      >
        <button type="button" onClick={close}>
          Cancel
        </button>
      </WhatIf>
    </form>
  );
}

function Add({ words, add }: { words: string; add: () => void }) {
  return (
    <button type="button" onClick={add}>
      <Icon of="plus" />
      {words}
    </button>
  );
}

interface RowProps<T> {
  name: string;
  problem: Signal<Problem | null>;
  change: (next: T) => void;
  remove: () => void;
}

/** What is wrong with this row or something in it. */
function Wrong({ name, problem }: { name: string; problem: Signal<Problem | null> }) {
  const field = problem.value?.body.field ?? '';
  if (field !== name && !field.startsWith(`${name}.`)) return null;
  return (
    <p class="field-error" role="alert">
      {problem.value!.message} {problem.value!.body.mend}
    </p>
  );
}

function Text({
  label,
  value,
  type = 'text',
  set,
}: {
  label: string;
  value: string;
  type?: 'text' | 'time' | 'date';
  set: (value: string) => void;
}) {
  return (
    <label class={`small-field small-${type}`}>
      <span>{label}</span>
      <input
        type={type}
        required
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </label>
  );
}

function Span<T extends { from: string; to: string }>({
  of,
  change,
}: {
  of: T;
  change: (next: T) => void;
}) {
  return (
    <>
      <Text label="From" type="time" value={of.from} set={(from) => change({ ...of, from })} />
      <Text label="To" type="time" value={of.to} set={(to) => change({ ...of, to })} />
    </>
  );
}

function Remove({ what, remove }: { what: string; remove: () => void }) {
  return (
    <button type="button" class="plain square" aria-label={`Remove ${what}`} onClick={remove}>
      <Icon of="close" />
    </button>
  );
}

function Weekly({
  shift,
  name,
  problem,
  change,
  remove,
}: { shift: WeeklyShift } & RowProps<WeeklyShift>) {
  const toggle = (day: Weekday) =>
    change({
      ...shift,
      days: kDays.map(([d]) => d).filter((d) => shift.days.includes(d) !== (d === day)),
    });
  return (
    <fieldset class="shift-row">
      <legend class="visually-hidden">Shift {shift.name}</legend>
      <div class="row-fields">
        <Text label="Name" value={shift.name} set={(text) => change({ ...shift, name: text })} />
        <Span of={shift} change={change} />
        <Remove what={`shift ${shift.name}`} remove={remove} />
      </div>
      <div class="weekdays" role="group" aria-label="It begins on">
        {kDays.map(([day, words]) => (
          <button
            key={day}
            type="button"
            aria-pressed={shift.days.includes(day)}
            title={kDayNames[day]}
            onClick={() => toggle(day)}
          >
            {words}
          </button>
        ))}
      </div>
      {shift.to <= shift.from && <p class="hint">It ends on the next day.</p>}
      <Breaks breaks={shift.breaks} change={(breaks) => change({ ...shift, breaks })} />
      <Wrong name={name} problem={problem} />
    </fieldset>
  );
}

function Breaks({
  breaks,
  change,
}: {
  breaks: PlannedBreak[];
  change: (next: PlannedBreak[]) => void;
}) {
  return (
    <>
      {breaks.map((pause, i) => (
        <div class="row-fields row-break" key={i}>
          <Text
            label="Break"
            value={pause.name}
            set={(name) => change(breaks.map((b, j) => (j === i ? { ...b, name } : b)))}
          />
          <Span of={pause} change={(next) => change(breaks.map((b, j) => (j === i ? next : b)))} />
          <Remove
            what={`break ${pause.name}`}
            remove={() => change(breaks.filter((_, j) => j !== i))}
          />
        </div>
      ))}
      <button
        type="button"
        class="link"
        onClick={() => change([...breaks, { name: 'Break', from: '10:00', to: '10:30' }])}
      >
        Add a break
      </button>
    </>
  );
}

function Free({
  holiday,
  name,
  problem,
  change,
  remove,
}: { holiday: Holiday } & RowProps<Holiday>) {
  return (
    <fieldset class="shift-row">
      <legend class="visually-hidden">{holiday.name}</legend>
      <div class="row-fields">
        <Text
          label="Name"
          value={holiday.name}
          set={(text) => change({ ...holiday, name: text })}
        />
        <Text
          label="First day"
          type="date"
          value={holiday.first}
          set={(first) => change({ ...holiday, first })}
        />
        <Text
          label="Last day"
          type="date"
          value={holiday.last}
          set={(last) => change({ ...holiday, last })}
        />
        <Remove what={holiday.name} remove={remove} />
      </div>
      <Wrong name={name} problem={problem} />
    </fieldset>
  );
}

function Extra({
  extra,
  name,
  problem,
  change,
  remove,
}: { extra: ExtraShift } & RowProps<ExtraShift>) {
  return (
    <fieldset class="shift-row">
      <legend class="visually-hidden">Extra shift {extra.name}</legend>
      <div class="row-fields">
        <Text label="Name" value={extra.name} set={(text) => change({ ...extra, name: text })} />
        <Text
          label="First day"
          type="date"
          value={extra.first}
          set={(first) => change({ ...extra, first })}
        />
        <Text
          label="Last day"
          type="date"
          value={extra.last}
          set={(last) => change({ ...extra, last })}
        />
        <Span of={extra} change={change} />
        <Remove what={`extra shift ${extra.name}`} remove={remove} />
      </div>
      <Breaks breaks={extra.breaks} change={(breaks) => change({ ...extra, breaks })} />
      <Wrong name={name} problem={problem} />
    </fieldset>
  );
}
