import '../reports/reports.css';
import { useMemo } from 'preact/hooks';
import { AlarmList } from '../reports/alarms';
import { Compare } from '../reports/compare';
import { HandOverPage } from '../reports/hand_over';
import { DayChoice, PlaceChoice, place_query, useDays, useMachines } from '../reports/range';
import { ReportChoice } from '../reports/report';
import { reports_path, route, url, type ReportTab } from '../router';
import { useTitle } from '../use';

const kTabs: readonly [ReportTab, string][] = [
  ['hand-over', 'Hand-over'],
  ['compare', 'Compare'],
  ['alarms', 'Alarms'],
  ['report', 'Reports'],
];

/** What came of the time of all machines: for the next shift, for a comparison, for a file. */
export default function Reports() {
  const at = route.value;
  useTitle('Reports');
  if (at.page !== 'reports') return null;
  return <Inside organization={at.organization} tab={at.tab} />;
}

function Inside({ organization, tab }: { organization: string; tab: ReportTab }) {
  const { machines, places } = useMachines(organization);
  const names = useMemo(() => new Map(machines.map((m) => [m.id, m.name])), [machines]);
  const place = url.value.searchParams.get('place');
  const kept = place === null ? '' : `?place=${encodeURIComponent(place)}`;
  return (
    <section class="reports">
      <h1 tabIndex={-1}>Reports</h1>
      <nav class="local-nav" aria-label="Kinds of reports">
        {kTabs.map(([key, words]) => (
          <a
            key={key}
            href={reports_path(organization, key) + kept}
            aria-current={tab === key ? 'page' : undefined}
          >
            {words}
          </a>
        ))}
      </nav>
      {tab === 'hand-over' && <HandOverPage organization={organization} places={places} />}
      {tab === 'compare' && <Compare organization={organization} places={places} names={names} />}
      {tab === 'alarms' && <Alarms organization={organization} places={places} names={names} />}
      {tab === 'report' && (
        <ReportChoice organization={organization} places={places} machines={machines} />
      )}
    </section>
  );
}

function Alarms({
  organization,
  places,
  names,
}: {
  organization: string;
  places: readonly string[];
  names: ReadonlyMap<string, string>;
}) {
  const days = useDays();
  return (
    <section class="section alarms" aria-labelledby="alarms-title">
      <div class="section-head">
        <h2 id="alarms-title">Alarms</h2>
        <DayChoice days={days} />
        <PlaceChoice places={places} />
      </div>
      <AlarmList
        path={`/organizations/${organization}`}
        range={days.text + place_query()}
        organization={organization}
        names={names}
      />
    </section>
  );
}
