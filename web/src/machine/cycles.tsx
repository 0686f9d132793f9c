// What the machine made in the period: its cycles against the median, tries apart, and why each is
// taken for what it is.
import { useSignal } from '@preact/signals';
import { kApi, query } from '../api';
import { clock_seconds, duration, moment, percent, whole } from '../format';
import { parse_time, to_rfc3339 } from '../time';
import type { Span } from '../timeline/view';
import type { Cycle, Cycles as CycleList, CycleStatistics, ProgramStatistics } from '../types';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useAgain, useLoad } from '../use';
import { confidence_words, longest_of, median_of, name_of } from './cycle_words';

const kFirst = 25;

export function Cycles({
  base,
  period,
  turn,
  show,
}: {
  base: string;
  period: Span;
  /** Changes when the period has to be asked for anew. */
  turn: string;
  show: (span: Span) => void;
}) {
  const range = query({ from: to_rfc3339(period.from), to: to_rfc3339(period.to) });
  const list = useLoad<CycleList>(`${base}/cycles?${range}`);
  const told = useLoad<CycleStatistics>(`${base}/cycles/statistics?${range}`);
  useAgain([turn], () => {
    list.reload();
    told.reload();
  });
  const problem = list.problem ?? told.problem;
  const cycles = list.data?.items ?? [];
  const longest = longest_of(cycles, told.data?.items ?? []);
  const complete = cycles.filter((c) => c.complete);
  const tries = cycles.filter((c) => !c.complete);
  return (
    <section class="section cycles" aria-labelledby="cycles-title">
      <div class="section-head">
        <h2 id="cycles-title">Cycles</h2>
        {list.data && (
          <span class="hint num">
            {complete.length} complete · {tries.length} {tries.length === 1 ? 'try' : 'tries'}
          </span>
        )}
        {cycles.length > 0 && (
          <a class="button" href={`${kApi}${base}/cycles?${range}&format=csv`} download>
            <Icon of="download" />
            CSV
          </a>
        )}
      </div>
      {problem && <ProblemNote problem={problem} retry={list.reload} />}
      {!list.data && !problem && <Skeleton lines={3} />}
      {list.data && cycles.length === 0 && (
        <p class="nothing">No program began and ended in this time. Work by hand is not counted.</p>
      )}
      {told.data && told.data.items.length > 0 && <Programs programs={told.data.items} />}
      {cycles.length > 0 && (
        <p class="hint">
          Bars are time in cycle, thin where it was held; the line is the program’s median. Choose
          one to see it on the timeline.
        </p>
      )}
      {complete.length > 0 && (
        <CycleRows
          cycles={complete}
          statistics={told.data?.items ?? []}
          longest={longest}
          period={period}
          show={show}
        />
      )}
      {tries.length > 0 && (
        <details class="section">
          <summary>
            <h3>Tries</h3>
            <span class="hint num">{tries.length}, in none of the figures above</span>
          </summary>
          <CycleRows
            cycles={tries}
            statistics={told.data?.items ?? []}
            longest={longest}
            period={period}
            show={show}
          />
        </details>
      )}
      {list.data && list.data.unseen_parts > 0 && (
        <p class="hint">
          The part counter rose by {whole(list.data.unseen_parts)} more without a program that was
          seen to make them.
        </p>
      )}
    </section>
  );
}

function Programs({ programs }: { programs: readonly ProgramStatistics[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Programs">
      <table class="dense">
        <thead>
          <tr>
            <th>Program</th>
            <th class="right">Complete</th>
            <th class="right">Median</th>
            <th class="right">Four of five</th>
            <th class="right">Usual deviation</th>
            <th class="right">Tries</th>
          </tr>
        </thead>
        <tbody>
          {programs.map((p) => (
            <tr key={p.program}>
              <td>{name_of(p.program)}</td>
              <td class="right num">{whole(p.complete)}</td>
              <td class="right num">{p.in_cycle ? duration(p.in_cycle.median * 1000) : '–'}</td>
              <td class="right num">
                {p.in_cycle
                  ? `${duration(p.in_cycle.p10 * 1000)} to ${duration(p.in_cycle.p90 * 1000)}`
                  : '–'}
              </td>
              <td class="right num">{p.in_cycle ? duration(p.in_cycle.deviation * 1000) : '–'}</td>
              <td class="right num">
                {p.tries === 0 ? '0' : `${whole(p.tries)}, ${duration(p.in_tries * 1000)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CycleRows({
  cycles,
  statistics,
  longest,
  period,
  show,
}: {
  cycles: readonly Cycle[];
  statistics: readonly ProgramStatistics[];
  longest: number;
  period: Span;
  show: (span: Span) => void;
}) {
  const most = useSignal(kFirst);
  const newest = [...cycles].reverse();
  return (
    <>
      <ol class="cycle-rows" aria-label="Newest first">
        {newest.slice(0, most.value).map((cycle) => (
          <CycleRow
            key={cycle.from}
            cycle={cycle}
            longest={longest}
            median={median_of(cycle, statistics)}
            period={period}
            show={show}
          />
        ))}
      </ol>
      {newest.length > most.value && (
        <button type="button" onClick={() => (most.value += 500)}>
          Show more ({newest.length - most.value} left)
        </button>
      )}
    </>
  );
}

function CycleRow({
  cycle,
  longest,
  median,
  period,
  show,
}: {
  cycle: Cycle;
  longest: number;
  median: number | null;
  period: Span;
  show: (span: Span) => void;
}) {
  const from = parse_time(cycle.from) ?? 0;
  const to = parse_time(cycle.to) ?? 0;
  const tools = cycle.tools.map((t) => t.tool).join(' ');
  return (
    <li>
      <button
        type="button"
        class="cycle-row"
        title="Show on the timeline"
        onClick={() => show({ from, to })}
      >
        <span class="num cycle-when">
          {moment(from, period.from)} – {clock_seconds(to)}
        </span>
        <span class="cycle-program">{name_of(cycle.program)}</span>
        <CycleBar cycle={cycle} longest={longest} median={median} />
        <b class="num cycle-length">{duration(cycle.in_cycle * 1000)}</b>
        <span class="hint cycle-why">
          <span class="cycle-sure">
            {confidence_words(cycle.confidence)} ({percent(cycle.confidence)})
          </span>
          : {cycle.rule.words}
          {tools && <span class="num"> · tools {tools}</span>}
          {cycle.unseen > 0 && <> · {duration(cycle.unseen * 1000)} of it unseen</>}
        </span>
      </button>
    </li>
  );
}

/** Executing and held time of a cycle, and the median of its program as a line. */
function CycleBar({
  cycle,
  longest,
  median,
}: {
  cycle: Cycle;
  longest: number;
  median: number | null;
}) {
  const share = (seconds: number) => (100 * Math.min(seconds, longest)) / longest;
  const held = Math.max(0, cycle.in_cycle - cycle.executing);
  const words =
    `${duration(cycle.executing * 1000)} executing, ${duration(held * 1000)} held` +
    (median === null ? '' : `, median ${duration(median * 1000)}`);
  return (
    <svg class="cycle-bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img">
      <title>{words}</title>
      <rect class="cycle-executing" x={0} y={2} width={share(cycle.executing)} height={6} />
      <rect
        class="cycle-held"
        x={share(cycle.executing)}
        y={4}
        width={Math.max(0, share(cycle.in_cycle) - share(cycle.executing))}
        height={2}
      />
      {cycle.in_cycle > longest && <rect class="cycle-cut" x={97} y={0} width={1} height={10} />}
      {median !== null && (
        <line class="cycle-median" x1={share(median)} x2={share(median)} y1={0} y2={10} />
      )}
    </svg>
  );
}
