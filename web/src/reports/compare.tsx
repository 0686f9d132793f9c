// Machines, shifts or programs beside each other; every figure leads to what it was made of.
import { useSignal } from '@preact/signals';
import { kApi } from '../api';
import { name_of } from '../oee/stops';
import type { Reasons } from '../oee/types';
import { duration, percent, whole } from '../format';
import { machine_path, replace_query, reports_path, url } from '../router';
import { to_rfc3339 } from '../time';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { alarm_words } from './alarms';
import { columns_of, difference, doubts, in_order, type By, type Column } from './columns';
import { DayChoice, PlaceChoice, place_query, useDays, type Days } from './range';
import type { ComparedLine, Comparison } from './types';

const kBy: readonly [By, string][] = [
  ['machine', 'Machines'],
  ['shift', 'Shifts'],
  ['program', 'Programs'],
];

export function Compare({
  organization,
  places,
  names,
}: {
  organization: string;
  places: readonly string[];
  names: ReadonlyMap<string, string>;
}) {
  const params = url.value.searchParams;
  const wanted = params.get('by');
  const by: By = wanted === 'shift' || wanted === 'program' ? wanted : 'machine';
  const before = params.get('before') === 'true';
  const days = useDays();
  const base = `/organizations/${organization}`;
  const asked = `${base}/comparison?${days.text}&by=${by}${before ? '&before=true' : ''}${place_query()}`;
  const { data, problem, reload } = useLoad<Comparison>(asked);
  const reasons = useLoad<Reasons>(`${base}/reasons`);
  return (
    <section class="section" aria-labelledby="compare-title">
      <div class="section-head">
        <h2 id="compare-title">Compare</h2>
        <DayChoice days={days} most={by === 'shift' ? 7 : 30} />
      </div>
      <div class="report-bar">
        <div class="segments" role="group" aria-label="What stands beside each other">
          {kBy.map(([key, words]) => (
            <button
              key={key}
              type="button"
              aria-pressed={by === key}
              onClick={() => replace_query({ by: key })}
            >
              {words}
            </button>
          ))}
        </div>
        <PlaceChoice places={places} />
        <label class="check">
          <input
            type="checkbox"
            checked={before}
            onChange={(e) => replace_query({ before: e.currentTarget.checked ? 'true' : null })}
          />
          Against the time before
        </label>
        <a class="button" href={`${kApi}${asked}&format=csv`} download>
          <Icon of="download" />
          CSV
        </a>
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={6} />}
      {data && data.items.length === 0 && (
        <p class="nothing">There is nothing to compare in this time. Take more days.</p>
      )}
      {data && data.items.length > 0 && (
        <Table
          by={by}
          data={data}
          days={days}
          organization={organization}
          reasons={reasons.data}
          names={names}
        />
      )}
    </section>
  );
}

interface TableProps {
  by: By;
  data: Comparison;
  days: Days;
  organization: string;
  reasons: Reasons | null;
  names: ReadonlyMap<string, string>;
}

function Table({ by, data, days, organization, reasons, names }: TableProps) {
  const sorted = useSignal<{ key: string; down: boolean } | null>(null);
  const columns = columns_of(by);
  const order = columns.find((c) => c.key === sorted.value?.key) ?? null;
  const lines = in_order(data.items, order, sorted.value?.down ?? true);
  const most = (column: Column) => Math.max(1e-9, ...data.items.map((l) => column.of(l) ?? 0));
  return (
    <>
      <div class="scroll" tabIndex={0} role="region" aria-label="Comparison">
        <table class="dense compare">
          <thead>
            <tr>
              <th scope="col">{kBy.find(([key]) => key === by)?.[1]}</th>
              {columns.map((column) => {
                const is = sorted.value?.key === column.key;
                const down = sorted.value?.down ?? true;
                return (
                  <th
                    key={column.key}
                    class="right"
                    scope="col"
                    aria-sort={is ? (down ? 'descending' : 'ascending') : 'none'}
                  >
                    <button
                      type="button"
                      class="plain"
                      onClick={() => (sorted.value = { key: column.key, down: is ? !down : true })}
                    >
                      {column.name}
                      {is && (down ? ' ↓' : ' ↑')}
                    </button>
                  </th>
                );
              })}
              {by === 'program' ? (
                <>
                  <th class="right" scope="col">
                    Four of five
                  </th>
                  <th scope="col">On</th>
                </>
              ) : (
                <th scope="col">Stops by reason</th>
              )}
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={`${line.machine} ${line.name}`}>
                <th scope="row">
                  <Name line={line} />
                </th>
                {columns.map((column) => (
                  <td key={column.key} class="right num">
                    <Cell
                      line={line}
                      column={column}
                      most={most(column)}
                      href={evidence_of(organization, line, column, days)}
                    />
                  </td>
                ))}
                {by === 'program' ? (
                  <ProgramCells line={line} names={names} />
                ) : (
                  <td class="compare-reasons">
                    {line.reasons.slice(0, 3).map((r) => (
                      <div key={r.code}>
                        {r.code === null ? (
                          <span class="hint">no reason</span>
                        ) : (
                          name_of(reasons, r.code)
                        )}{' '}
                        <span class="num">{duration(1000 * r.time)}</span>
                      </div>
                    ))}
                    {line.alarms[0] && (
                      <div class="hint">first alarm: {alarm_words(line.alarms[0])}</div>
                    )}
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p class="hint">
        – is a figure that nobody can know yet: no ideal time, no counter, no complete cycle. A
        median cycle is the one of the program that ran most.
      </p>
    </>
  );
}

function Name({ line }: { line: ComparedLine }) {
  const unsure = doubts(line);
  return (
    <>
      {line.name || 'Not known'}
      {unsure.length > 0 && <div class="hint doubt">Unsure: {unsure.join('; ')}</div>}
    </>
  );
}

/** Where a figure comes from: the machine's page, or the list of alarms. */
function evidence_of(
  organization: string,
  line: ComparedLine,
  column: Column,
  days: Days,
): string | null {
  const machine = line.machine ?? line.on[0] ?? null;
  if (machine === null)
    return column.evidence === 'alarms' ? reports_path(organization, 'alarms') : null;
  const page = machine_path(organization, machine, column.evidence);
  if (column.evidence !== 'oee') return page;
  return `${page}?oee=week&oee_on=${encodeURIComponent(to_rfc3339(days.to))}`;
}

function Cell({
  line,
  column,
  most,
  href,
}: {
  line: ComparedLine;
  column: Column;
  most: number;
  href: string | null;
}) {
  const value = column.of(line);
  if (value === null) return <span class="hint">–</span>;
  const before = line.before ? column.of(line.before) : null;
  const full = column.full === 'one' ? 1 : most;
  const words = column.words(value);
  return (
    <>
      {href ? <a href={href}>{words}</a> : words}
      {column.full && (
        <svg class="cell-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden>
          <rect width={Math.min(100, (100 * value) / full)} height={4} />
        </svg>
      )}
      {column.key === 'cycle' && line.programs[0]?.in_cycle && (
        <div class="hint">
          {duration(1000 * line.programs[0].in_cycle.p10)} to{' '}
          {duration(1000 * line.programs[0].in_cycle.p90)}
        </div>
      )}
      {line.before && (
        <div class="hint">{before === null ? 'before: –' : difference(column, value, before)}</div>
      )}
    </>
  );
}

function ProgramCells({ line, names }: { line: ComparedLine; names: ReadonlyMap<string, string> }) {
  const spread = line.programs[0]?.in_cycle;
  const sure = line.programs[0];
  const share =
    sure && sure.complete + sure.tries > 0 ? sure.complete / (sure.complete + sure.tries) : null;
  return (
    <>
      <td class="right num">
        {spread ? `${duration(1000 * spread.p10)} to ${duration(1000 * spread.p90)}` : '–'}
      </td>
      <td>
        {line.on.map((id) => names.get(id) ?? id).join(', ')}
        {share !== null && (
          <div class="hint num">
            {percent(share)} of {whole(sure ? sure.complete + sure.tries : 0)} runs complete
          </div>
        )}
      </td>
    </>
  );
}
