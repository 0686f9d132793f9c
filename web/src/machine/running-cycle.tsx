// The cycle that is under way, against what its program usually takes. It follows the live stream:
// with each change of the machine it is looked at anew, and its time goes on by itself.
import { useRef } from 'preact/hooks';
import { query } from '../api';
import { now } from '../clock';
import { clock_seconds, lasted } from '../format';
import { to_rfc3339 } from '../time';
import type { Activities, Card, CycleStatistics, Cycles } from '../types';
import { useAgain, useLoad } from '../use';
import { name_of } from './cycle_words';
import { expected_of, progress_words, running_since } from './running';

const kDay = 86_400_000;
const kMinute = 60_000;

export function RunningCycle({ base, card }: { base: string; card: Card }) {
  // The ranges stay while the page is open: their ends lie ahead, so that later times are in them.
  const opened = useRef(Math.floor(now.peek() / kMinute) * kMinute).current;
  const until = to_rfc3339(opened + kDay);
  const day = query({ from: to_rfc3339(opened - kDay), to: until });
  const week = query({ from: to_rfc3339(opened - 7 * kDay), to: until });
  const activities = useLoad<Activities>(card.in_cycle ? `${base}/activities?${day}` : null);
  const cycles = useLoad<Cycles>(card.in_cycle ? `${base}/cycles?${day}` : null);
  const told = useLoad<CycleStatistics>(card.in_cycle ? `${base}/cycles/statistics?${week}` : null);
  const turn = `${card.state} ${card.since} ${card.parts} ${card.program}`;
  useAgain([turn], () => {
    activities.reload();
    cycles.reload();
    told.reload();
  });
  const since = running_since(
    card.in_cycle,
    activities.data?.items ?? [],
    cycles.data?.items ?? [],
  );
  if (since === null) return null;
  const elapsed = Math.max(0, now.value - since);
  const expected = expected_of(card.program, told.data?.items ?? []);
  const share = expected ? Math.min(1, elapsed / 1000 / Math.max(expected.p90 * 1.2, 1)) : 0;
  return (
    <section class="section running" aria-label="The cycle under way">
      <p>
        <b>{name_of(card.program)}</b> runs since <span class="num">{clock_seconds(since)}</span>:{' '}
        <b class="num">{lasted(elapsed)}</b>
        {expected && (
          <>
            {' '}
            of usually <span class="num">{lasted(1000 * expected.median)}</span>,{' '}
            {progress_words(elapsed / 1000, expected)}
          </>
        )}
        {!expected && <span class="hint"> no cycle of it came to an end in the last days</span>}
      </p>
      {expected && (
        <svg class="cycle-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="cycle-executing" x={0} y={2} width={100 * share} height={6} />
          <line
            class="cycle-median"
            x1={(100 * expected.median) / (expected.p90 * 1.2)}
            x2={(100 * expected.median) / (expected.p90 * 1.2)}
            y1={0}
            y2={10}
          />
        </svg>
      )}
    </section>
  );
}
