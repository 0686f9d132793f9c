import { useSignal } from '@preact/signals';
import { as_problem, query, request, type Problem } from '../api';
import { own_zone } from '../oee/clock';
import type { ShiftCalendar } from '../oee/types';
import type { Card, Page } from '../types';
import { Versions } from '../rules/versions';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { CalendarForm } from './calendar-form';
import './shifts.css';

const kWorkdays = ['mon', 'tue', 'wed', 'thu', 'fri'] as const;

const fresh = (location: string): ShiftCalendar => ({
  location,
  zone: own_zone(),
  shifts: [{ name: 'Early', days: [...kWorkdays], from: '06:00', to: '14:00', breaks: [] }],
  holidays: [],
  extra_shifts: [],
});

const place = (location: string) => location || 'All other places';

function calendar_words(value: object | null): string {
  if (value === null) return 'Removed';
  const { shifts, zone } = value as ShiftCalendar;
  const names = shifts.map((shift) => `${shift.name} ${shift.from}–${shift.to}`);
  return `${names.join(', ') || 'No weekly shift'} (${zone})`;
}

/** When work is planned at each place: what the figures are held against. */
export default function ShiftSettings({ organization }: { organization: string }) {
  const base = `/organizations/${organization}`;
  const path = `${base}/shift-calendars`;
  const { data, problem, reload } = useLoad<{ items: ShiftCalendar[] }>(path);
  const machines = useLoad<Page<Card>>(`${base}/machines?limit=1000`);
  const open = useSignal<ShiftCalendar | null>(null);
  const failed = useSignal<Problem | null>(null);
  const kept = new Set((data?.items ?? []).map((c) => c.location));
  const places = ['', ...new Set((machines.data?.items ?? []).map((m) => m.location ?? ''))]
    .filter((location, i, all) => all.indexOf(location) === i && !kept.has(location))
    .sort();
  const remove = async (calendar: ShiftCalendar) => {
    failed.value = null;
    try {
      // From now on: what was reported with these shifts stays as it was.
      await request('DELETE', `${path}?${query({ location: calendar.location, from: 'now' })}`);
      say(`The shifts of “${place(calendar.location)}” hold no longer.`);
      reload();
    } catch (error) {
      failed.value = as_problem(error);
    }
  };
  return (
    <section class="section" id="shifts" aria-labelledby="shifts-title">
      <div class="section-head">
        <h2 id="shifts-title">Shifts</h2>
      </div>
      <p class="hint">
        When work is planned, place by place. Times are those of the place’s own clocks. Without
        shifts every moment counts as planned.
      </p>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {failed.value && <ProblemNote problem={failed.value} />}
      {!data && !problem && <Skeleton lines={2} />}
      {data?.items.map((calendar) =>
        open.value?.location === calendar.location ? null : (
          <div class="calendar" key={calendar.location}>
            <h3>
              {place(calendar.location)} <span class="hint">{calendar.zone}</span>
            </h3>
            <ul>
              {calendar.shifts.map((shift, i) => (
                <li key={i}>
                  <b>{shift.name}</b>{' '}
                  <span class="num">
                    {shift.from}–{shift.to}
                  </span>{' '}
                  <span class="hint">{shift.days.join(', ')}</span>
                </li>
              ))}
              {calendar.shifts.length === 0 && <li class="hint">no weekly shift</li>}
            </ul>
            {calendar.holidays.length + calendar.extra_shifts.length > 0 && (
              <p class="hint">
                {calendar.holidays.length} holidays, {calendar.extra_shifts.length} extra shifts
              </p>
            )}
            <div class="actions">
              <button type="button" onClick={() => (open.value = calendar)}>
                Change
              </button>
              <button type="button" class="plain" onClick={() => void remove(calendar)}>
                Remove
              </button>
            </div>
            <Versions
              key={JSON.stringify(calendar)}
              organization={organization}
              rule="calendar"
              whose={calendar.location}
              words={calendar_words}
              done={reload}
            />
          </div>
        ),
      )}
      {open.value && (
        <CalendarForm
          key={open.value.location}
          organization={organization}
          path={path}
          calendar={open.value}
          title={place(open.value.location)}
          close={() => (open.value = null)}
          done={() => {
            open.value = null;
            reload();
          }}
        />
      )}
      {data && !open.value && places.length > 0 && (
        <div class="actions">
          {places.map((location) => (
            <button type="button" key={location} onClick={() => (open.value = fresh(location))}>
              Set up shifts: {place(location)}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
