// What a shift leaves to the next, on one page that also prints.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { as_problem, post, query, request, type Problem } from '../api';
import { now } from '../clock';
import { duration, percent, whole } from '../format';
import { clock_in, date_clock_in, day_words, own_zone } from '../oee/clock';
import '../oee/oee.css';
import { name_of } from '../oee/stops';
import { Tag } from '../oee/tag';
import type { Reasons } from '../oee/types';
import { kUseWords, may_tag, wants_reason, type Stop } from '../oee/waterfall';
import { usePeople } from '../people/names';
import { machine_path, replace_query, url } from '../router';
import { session } from '../session';
import { parse_time } from '../time';
import { Age } from '../ui/age';
import { Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { SaveCsv } from '../ui/save-csv';
import { Skeleton } from '../ui/skeleton';
import { StateChip } from '../ui/state';
import { useLoad } from '../use';
import { alarm_words } from './alarms';
import { hand_over_csv } from './hand_over_csv';
import { PlaceChoice, place_query, place_words } from './range';
import type { HandOver, HandOverRow, HandOverStop, ShiftNote } from './types';

const kRefresh = 60_000;

export function HandOverPage({
  organization,
  places,
}: {
  organization: string;
  places: readonly string[];
}) {
  const base = `/organizations/${organization}`;
  const params = url.value.searchParams;
  const at = params.get('shift_at');
  const asked = `${base}/hand-over?${query({ at: at ?? undefined })}${place_query()}`;
  const { data, problem, reload } = useLoad<HandOver>(asked);
  const reasons = useLoad<Reasons>(`${base}/reasons`);
  const tagged = useSignal<{ row: HandOverRow; stop: Stop; code: string | null } | null>(null);
  const minute = Math.floor(now.value / kRefresh);
  const open = data !== null && (parse_time(data.shift.to) ?? 0) > minute * kRefresh;
  useEffect(() => {
    if (open) reload();
  }, [minute]);
  const list = {
    zone: data?.zone ?? 'UTC',
    reasons: reasons.data,
    tag: (row: HandOverRow, stop: HandOverStop) =>
      (tagged.value = { row, stop: as_stop(stop), code: stop.reason }),
  };
  return (
    <section class="section hand-over" aria-labelledby="hand-over-title">
      <div class="section-head">
        <h2 id="hand-over-title">Hand-over</h2>
        {data && <ShiftChoice data={data} />}
        <PlaceChoice places={places} />
        {data && <SaveCsv name={`hand-over ${data.shift.day}`} text={() => hand_over_csv(data)} />}
        <button type="button" class="button print" onClick={() => print()}>
          Print
        </button>
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={8} />}
      {data && (
        <>
          <p class="hint num">{shift_words(data)}</p>
          {!data.has_calendar && (
            <p class="note">No shifts are set up for this place: this is the whole day.</p>
          )}
          {data.machines.length === 0 && <p class="nothing">There is no machine at this place.</p>}
          <ul class="hand-over-rows">
            {data.machines.map((row) => (
              <Row key={row.card.id} row={row} organization={organization} {...list} />
            ))}
          </ul>
          <Notes organization={organization} base={base} data={data} changed={reload} />
        </>
      )}
      {tagged.value && reasons.data && (
        <Tag
          base={`${base}/machines/${encodeURIComponent(tagged.value.row.card.id)}`}
          stop={tagged.value.stop}
          zone={list.zone}
          reasons={reasons.data}
          now_tagged={
            tagged.value.code === null
              ? null
              : {
                  from: tagged.value.stop.piece.from,
                  to: tagged.value.stop.piece.to,
                  code: tagged.value.code,
                  class: 'unplanned',
                  by: 'hand',
                  who: null,
                }
          }
          close={() => (tagged.value = null)}
          done={() => {
            tagged.value = null;
            reload();
          }}
        />
      )}
    </section>
  );
}

function as_stop(stop: HandOverStop): Stop {
  const from = parse_time(stop.from) ?? 0;
  return {
    key: stop.from,
    from,
    to: parse_time(stop.to) ?? from,
    use: stop.use,
    piece: { ...stop, activity: null, shift: null, reason: null },
  };
}

function shift_words({ shift, zone, location }: HandOver): string {
  const from = parse_time(shift.from) ?? 0;
  const to = parse_time(shift.to) ?? from;
  const named = shift.name ? `${shift.name}, ` : '';
  const where = location ? `${place_words(location)} · ` : '';
  const clocks = zone === own_zone() ? '' : ` · ${zone}`;
  return `${where}${named}${day_words(shift.day)}, ${clock_in(zone, from)}–${clock_in(zone, to)}${clocks}`;
}

function ShiftChoice({ data }: { data: HandOver }) {
  return (
    <div class="segments">
      <button
        type="button"
        aria-label="The shift before"
        disabled={data.previous === null}
        onClick={() => replace_query({ shift_at: data.previous })}
      >
        <Icon of="previous" />
      </button>
      <button
        type="button"
        aria-label="The shift after"
        disabled={data.next === null}
        onClick={() => replace_query({ shift_at: data.next })}
      >
        <Icon of="next" />
      </button>
    </div>
  );
}

interface List {
  zone: string;
  reasons: Reasons | null;
  tag: (row: HandOverRow, stop: HandOverStop) => void;
}

function Row({
  row,
  organization,
  zone,
  reasons,
  tag,
}: { row: HandOverRow; organization: string } & List) {
  const { card } = row;
  return (
    <li class="hand-over-row">
      <div class="hand-over-name">
        <a href={machine_path(organization, card.id)}>
          <b>{card.name}</b>
        </a>
        <StateChip state={card.state} bucket={card.bucket} />
        {card.since && (
          <span class="hint">
            since <Age at={card.since} />
          </span>
        )}
        <Running row={row} zone={zone} />
      </div>
      <Parts row={row} />
      <Stops row={row} zone={zone} reasons={reasons} tag={tag} />
      <div class="hand-over-alarms">
        {row.alarms.length === 0 && <span class="hint">No alarm</span>}
        {row.alarms.map((alarm) => (
          <div key={`${alarm.item} ${alarm.code} ${alarm.text}`}>
            {alarm_words(alarm)}{' '}
            <span class="hint num">
              {whole(alarm.count + alarm.carried)} ×, {duration(1000 * alarm.time)}
              {alarm.open > 0 && ', goes on'}
            </span>
          </div>
        ))}
        {row.alarm_kinds > row.alarms.length && (
          <span class="hint">{row.alarm_kinds - row.alarms.length} more</span>
        )}
      </div>
    </li>
  );
}

function Running({ row: { running }, zone }: { row: HandOverRow; zone: string }) {
  if (!running) return null;
  const done = running.done;
  const from = parse_time(done?.from ?? null);
  const to = parse_time(done?.to ?? null);
  const late = to !== null && to < now.value;
  return (
    <div class="hint">
      {running.program ?? 'A program'} runs
      {late
        ? `, was likely done by ${clock_in(zone, to)}: longer than nine of ten cycles`
        : from !== null && to !== null
          ? `, likely done ${clock_in(zone, from)}–${clock_in(zone, to)} if nothing holds it (${whole(running.cycles)} cycles)`
          : '; not known when it is done'}
    </div>
  );
}

function Parts({ row: { figures, goal } }: { row: HandOverRow }) {
  const { parts, coverage } = figures;
  return (
    <div class="hand-over-parts">
      {parts === null ? (
        <span class="hint">parts not counted</span>
      ) : (
        <>
          <b class="num">{whole(parts)}</b>{' '}
          <span class="num">{goal === null ? 'parts' : `of ${whole(Math.floor(goal))} parts`}</span>
          {goal !== null && goal >= 1 && (
            <svg class="cell-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
              <rect width={Math.min(100, (100 * parts) / goal)} height={4} />
            </svg>
          )}
        </>
      )}
      <div class="hint num">
        {figures.availability
          ? `${percent(figures.availability.value)} available`
          : 'no figure yet'}
        {coverage !== null && coverage < 0.9 && ` (of ${percent(coverage)} known)`}
      </div>
    </div>
  );
}

function Stops({ row, zone, reasons, tag }: { row: HandOverRow } & List) {
  if (row.stops.length === 0) return <div class="hint">No stop</div>;
  return (
    <ul class="hand-over-stops">
      {row.stops.map((stop) => {
        const from = parse_time(stop.from) ?? 0;
        const to = parse_time(stop.to) ?? from;
        return (
          <li key={stop.from}>
            <span class="num">
              {clock_in(zone, from)} <b>{duration(to - from)}</b>
            </span>{' '}
            {stop.reason ? name_of(reasons, stop.reason) : kUseWords[stop.use]}
            {!stop.reason && wants_reason(stop.use) && may_tag(stop.use) && (
              <button type="button" disabled={!reasons} onClick={() => tag(row, stop)}>
                Give a reason
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Notes({
  organization,
  base,
  data,
  changed,
}: {
  organization: string;
  base: string;
  data: HandOver;
  changed: () => void;
}) {
  const person = usePeople(
    organization,
    data.notes.map((note) => note.who),
  );
  const text = useSignal('');
  const machine = useSignal('');
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const write = async (event: Event) => {
    event.preventDefault();
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    try {
      await post(`${base}/shift-notes`, {
        text: text.value.trim(),
        begins: data.shift.from,
        location: data.location,
        machine: machine.value || null,
      });
      text.value = '';
      say('The note was kept for the next shift.');
      changed();
    } catch (error) {
      problem.value = as_problem(error);
    } finally {
      busy.value = false;
    }
  };
  const wrong = problem.value?.body.field === 'text' ? problem.value.message : undefined;
  return (
    <section class="shift-notes" aria-labelledby="notes-title">
      <h3 id="notes-title">To the next shift</h3>
      {data.notes.length === 0 && <p class="hint">Nobody has written anything yet.</p>}
      <ul>
        {data.notes.map((note) => (
          <Note
            key={note.id}
            note={note}
            who={person(note.who)}
            base={base}
            data={data}
            changed={changed}
          />
        ))}
      </ul>
      {problem.value && !wrong && <ProblemNote problem={problem.value} />}
      <form class="note-form" onSubmit={write}>
        <Field label="Note" error={wrong}>
          {(attributes) => (
            <textarea
              {...attributes}
              rows={3}
              maxLength={2000}
              value={text.value}
              onInput={(e) => (text.value = e.currentTarget.value)}
            />
          )}
        </Field>
        <div class="report-bar">
          <select
            aria-label="About"
            value={machine.value}
            onChange={(e) => (machine.value = e.currentTarget.value)}
          >
            <option value="">About the shift</option>
            {data.machines.map(({ card }) => (
              <option key={card.id} value={card.id}>
                {card.name}
              </option>
            ))}
          </select>
          <button type="submit" class="primary" disabled={busy.value || !text.value.trim()}>
            Write it down
          </button>
        </div>
      </form>
    </section>
  );
}

function Note({
  note,
  who,
  base,
  data,
  changed,
}: {
  note: ShiftNote;
  who: string;
  base: string;
  data: HandOver;
  changed: () => void;
}) {
  const known = session.value;
  const own = known.kind === 'in' && known.session.person.id === note.who;
  const about = data.machines.find(({ card }) => card.id === note.machine)?.card.name;
  const take_back = async () => {
    try {
      await request('DELETE', `${base}/shift-notes?${query({ id: note.id })}`);
      say('The note was taken back.');
      changed();
    } catch (error) {
      say(as_problem(error).message);
    }
  };
  return (
    <li class="shift-note">
      <p>{note.text}</p>
      <span class="hint num">
        {about && `${about} · `}
        {who}, {date_clock_in(data.zone, parse_time(note.written) ?? 0)}
      </span>
      {own && (
        <button type="button" class="link" onClick={() => void take_back()}>
          Take back
        </button>
      )}
    </li>
  );
}
