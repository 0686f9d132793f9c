import { useMemo } from 'preact/hooks';
import { query } from '../api';
import { now } from '../clock';
import { duration, percent } from '../format';
import { replace_query, settings_path, url } from '../router';
import { parse_time, to_rfc3339 } from '../time';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { SaveCsv } from '../ui/save-csv';
import { Skeleton } from '../ui/skeleton';
import { useAgain, useLoad } from '../use';
import { Audit } from './audit';
import { clock_in, date_in, day_words, own_zone } from './clock';
import { oee_csv } from './csv';
import { Figures } from './figures';
import { Goal } from './goal';
import './oee.css';
import { asked_around, chosen_of, periods_of, type Period, type PeriodKind } from './periods';
import { Parts } from './parts';
import { StopList, type ListOf } from './stops';
import { useTagging } from './tagging';
import type { Oee, Reasons, Shifts } from './types';
import { unexplained_of } from './waterfall';
import { Waterfall } from './rows';

const kKinds: readonly [PeriodKind, string][] = [
  ['shift', 'By shift'],
  ['day', 'By day'],
  ['week', 'By week'],
];
/** How often an open period is asked for anew. */
const kRefresh = 60_000;
/** Unexplained stops that stand on the page at once: more than that nobody works off. */
const kStops = 5;

export interface SectionProps {
  base: string;
  organization: string;
  /** Changes when the machine does, so that an open period is asked for anew. */
  turn: string;
  explain: (at: number) => void;
}

/** What a machine's planned time came to: figures, the waterfall, stops that want a reason. */
export default function OeeSection({ base, organization, turn, explain }: SectionProps) {
  const params = url.value.searchParams;
  const wanted = params.get('oee');
  const on = parse_time(params.get('oee_on')) ?? null;
  const minute = Math.floor(now.value / kRefresh);
  const asked = asked_around(on ?? minute * kRefresh);
  const plan = useLoad<Shifts>(
    `${base}/shifts?${query({ from: to_rfc3339(asked.from), to: to_rfc3339(asked.to) })}`,
  );
  const kind: PeriodKind =
    wanted === 'day' || wanted === 'week' || wanted === 'shift'
      ? wanted
      : plan.data && plan.data.items.length === 0
        ? 'day'
        : 'shift';
  const periods = useMemo(() => (plan.data ? periods_of(kind, plan.data) : []), [plan.data, kind]);
  const period = chosen_of(periods, on ?? now.peek());
  const reasons = useLoad<Reasons>(`${base.replace(/\/machines\/.*/, '')}/reasons`);
  return (
    <section class="section oee" aria-labelledby="oee-title">
      <div class="section-head">
        <h2 id="oee-title">OEE</h2>
        <Segments kind={kind} />
        <Steps periods={periods} period={period} />
      </div>
      {plan.problem && <ProblemNote problem={plan.problem} retry={plan.reload} />}
      {reasons.problem && <ProblemNote problem={reasons.problem} retry={reasons.reload} />}
      {!plan.data && !plan.problem && <Skeleton lines={4} />}
      {plan.data && !period && (
        <p class="nothing">
          No shift is planned in this time. <a href={settings_path(organization)}>Set up shifts</a>
        </p>
      )}
      {plan.data && period && (
        <PeriodFigures
          key={`${period.kind} ${period.from}`}
          base={base}
          organization={organization}
          plan={plan.data}
          period={period}
          reasons={reasons.data}
          turn={turn}
          explain={explain}
        />
      )}
      {plan.data && <Audit base={base} zone={plan.data.zone} />}
    </section>
  );
}

function Segments({ kind }: { kind: PeriodKind }) {
  return (
    <div class="segments" role="group" aria-label="Figures of">
      {kKinds.map(([k, words]) => (
        <button
          key={k}
          type="button"
          aria-pressed={kind === k}
          onClick={() => replace_query({ oee: k })}
        >
          {words}
        </button>
      ))}
    </div>
  );
}

function Steps({ periods, period }: { periods: readonly Period[]; period: Period | null }) {
  const i = period ? periods.indexOf(period) : -1;
  const before = periods[i - 1];
  const next = periods[i + 1];
  const go = (to: Period | undefined) =>
    to && replace_query({ oee_on: to.to > now.peek() ? null : to_rfc3339(to.from) });
  const later = next && next.from <= now.value ? next : undefined;
  return (
    <div class="segments">
      <button
        type="button"
        aria-label="The one before"
        disabled={!before}
        onClick={() => go(before)}
      >
        <Icon of="previous" />
      </button>
      <button type="button" aria-label="The one after" disabled={!later} onClick={() => go(later)}>
        <Icon of="next" />
      </button>
    </div>
  );
}

function PeriodFigures({
  base,
  organization,
  plan,
  period,
  reasons,
  turn,
  explain,
}: {
  base: string;
  organization: string;
  plan: Shifts;
  period: Period;
  reasons: Reasons | null;
  turn: string;
  explain: (at: number) => void;
}) {
  const range = query({ from: to_rfc3339(period.from), to: to_rfc3339(period.to) });
  const { data, problem, reload } = useLoad<Oee>(`${base}/oee?${range}`);
  const open = period.to > now.value;
  const when = open ? `${turn} ${Math.floor(now.value / kRefresh)}` : '';
  useAgain([when], reload);
  const zone = plan.zone;
  const { list, dialog } = useTagging({ base, zone, oee: data, reasons, explain, done: reload });
  return (
    <>
      <p class="hint num">{words_of(period, plan)}</p>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={6} />}
      {data && (
        <>
          <Notes oee={data} organization={organization} />
          <Figures oee={data} />
          <Unexplained oee={data} list={list} />
          <Waterfall oee={data} list={list} />
          <div class="table-actions">
            <SaveCsv name={`OEE ${to_rfc3339(period.from)}`} text={() => oee_csv(data)} />
          </div>
          <Parts base={base} oee={data} range={range} zone={zone} explain={explain} />
          <Goal base={base} organization={organization} oee={data} period={period} done={reload} />
        </>
      )}
      {dialog}
    </>
  );
}

function words_of(period: Period, plan: Shifts): string {
  const { zone } = plan;
  const named = period.name ? `${period.name}, ` : '';
  const hours = `${clock_in(zone, period.from)}–${clock_in(zone, period.to)}`;
  const zone_words = zone === own_zone() ? '' : ` · ${zone}`;
  if (period.kind === 'week')
    return `${date_in(zone, period.from)} to ${date_in(zone, period.to - 1)}${zone_words}`;
  const day = day_words(period.day);
  return period.kind === 'day' ? `${day}${zone_words}` : `${named}${day}, ${hours}${zone_words}`;
}

/** What a reader must know before believing the figures. */
function Notes({ oee, organization }: { oee: Oee; organization: string }) {
  const unknown = oee.uses.unknown;
  return (
    <>
      {!oee.has_calendar && (
        <p class="note">
          No shifts are set up for this place: every moment counts as planned.{' '}
          <a href={settings_path(organization)}>Set up shifts</a>
        </p>
      )}
      {unknown > 0 && oee.planned_busy > 0 && (
        <p class="note">
          For {duration(1000 * unknown)} ({percent(unknown / oee.planned_busy)} of the planned time)
          it is not known what the machine did. That counts neither as running nor as down; the
          figures speak of the rest.
        </p>
      )}
      {oee.effectiveness && oee.effectiveness.value > 1 && (
        <p class="note">
          <b>The ideal time is wrong:</b> parts were made faster than it says is possible.
        </p>
      )}
      {oee.produced_outside > 0 && (
        <p class="note">
          It also produced for {duration(1000 * oee.produced_outside)} outside of the planned time
          {oee.parts && oee.parts.outside > 0 && ` and made ${oee.parts.outside} parts then`}.
        </p>
      )}
      {oee.changes.length > 0 && (
        <p class="note">
          Another ideal time or length of a micro-stop began to hold within this time; each part
          counts with the one of its own moment.
        </p>
      )}
      {oee.parts && oee.parts.unknown > 0 && (
        <p class="note">
          {oee.parts.unknown} parts were made while it was not known what the machine did; they are
          not counted.
        </p>
      )}
    </>
  );
}

function Unexplained({ oee, list }: { oee: Oee; list: ListOf }) {
  const stops = unexplained_of(oee);
  if (stops.length === 0) return null;
  return (
    <div class="unexplained">
      <h3>
        Why did it stand? <span class="hint">{duration(1000 * oee.unexplained)} unexplained</span>
      </h3>
      <StopList oee={oee} stops={stops.slice(0, kStops)} {...list} />
      {stops.length > kStops && (
        <p class="hint">
          {stops.length - kStops} shorter ones stand in the bars below, where they belong.
        </p>
      )}
    </div>
  );
}
