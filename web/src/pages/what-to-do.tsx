import '../advice/advice.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { advice_csv } from '../advice/csv';
import { Hour } from '../advice/hour';
import { Advice } from '../advice/list';
import type { Recommendations } from '../advice/types';
import { rank, type Ranked } from '../advice/words';
import { as_problem, get, type Problem } from '../api';
import { route } from '../router';
import type { Machine } from '../types';
import { ProblemNote } from '../ui/problem';
import { SaveCsv } from '../ui/save-csv';
import { Skeleton } from '../ui/skeleton';
import { useTitle } from '../use';

/** What would be worth doing, over all machines, with the greatest loss first. */
export default function WhatToDo() {
  useTitle('What to do');
  const at = route.value;
  return at.page === 'what-to-do' ? <Page organization={at.organization} /> : null;
}

type MachineName = Pick<Machine, 'id' | 'name'>;

function Page({ organization }: { organization: string }) {
  const machines = useSignal<readonly MachineName[] | null>(null);
  const looked = useSignal(0);
  const found = useSignal<ReadonlyMap<string, Ranked[]>>(new Map());
  const unseen = useSignal<readonly string[]>([]);
  const problem = useSignal<Problem | null>(null);
  const turn = useSignal(0);
  const base = `/organizations/${organization}`;

  const look_at = async (machine: MachineName, signal?: AbortSignal) => {
    const path = `${base}/machines/${encodeURIComponent(machine.id)}/recommendations`;
    const { items } = await get<Recommendations>(path, signal);
    const ranked = items.map((recommendation) => ({ machine, recommendation }));
    found.value = new Map(found.value).set(machine.id, ranked);
  };
  useEffect(() => {
    const abort = new AbortController();
    // One machine after the other: each is four weeks of what it said, and the first are read meanwhile.
    const look = async () => {
      const { items } = await get<{ items: MachineName[] }>(`${base}/machines`, abort.signal);
      machines.value = items;
      looked.value = 0;
      unseen.value = [];
      for (const machine of items) {
        try {
          await look_at(machine, abort.signal);
        } catch (error) {
          if (abort.signal.aborted) return;
          unseen.value = [...unseen.value, `${machine.name}: ${as_problem(error).message}`];
        }
        looked.value++;
      }
    };
    look().catch((error: unknown) => {
      if (!abort.signal.aborted) problem.value = as_problem(error);
    });
    return () => abort.abort();
  }, [organization, turn.value]);

  const all = machines.value?.length ?? 0;
  const ranked = rank([...found.value.values()].flat());
  const dismissed = [...found.value.values()].flat().filter((r) => r.recommendation.dismissed);
  const hours = ranked.reduce((sum, r) => sum + (r.recommendation.hours_a_week?.usual ?? 0), 0);
  const rows = (items: readonly Ranked[]) => (
    <ol class="advices">
      {items.map(({ machine, recommendation }) => (
        <Advice
          key={`${machine.id} ${recommendation.id}`}
          place={{ organization, machine }}
          named
          recommendation={recommendation}
          changed={() => void look_at(machine).catch(() => turn.value++)}
        />
      ))}
    </ol>
  );
  return (
    <section class="narrow">
      <div class="section-head">
        <h1 tabIndex={-1}>What to do</h1>
        <span class="hint num" role="status">
          {machines.value &&
            (looked.value < all
              ? `${looked.value} of ${all} machines looked at`
              : `${ranked.length} ${ranked.length === 1 ? 'thing' : 'things'}, ${hours.toFixed(1)} h a week, from four weeks of ${all} machines`)}
        </span>
        {all > 0 && looked.value === all && (
          <SaveCsv name="what to do" text={() => advice_csv([...ranked, ...dismissed])} />
        )}
      </div>
      <p class="hint">
        What stood out, with the greatest loss first. A machine about which nothing is the matter is
        told something less than once in four quarters. Losses overlap: they do not add up exactly.
      </p>
      <Hour organization={organization} changed={() => turn.value++} />
      {problem.value && <ProblemNote problem={problem.value} retry={() => turn.value++} />}
      {!machines.value && !problem.value && <Skeleton lines={4} />}
      {machines.value && looked.value === all && ranked.length === 0 && (
        <p class="nothing">
          Nothing stood out in the last four weeks. It takes ten days of work and complete cycles to
          say anything.
        </p>
      )}
      {rows(ranked)}
      {unseen.value.map((line) => (
        <p key={line} class="note">
          {line}
        </p>
      ))}
      {dismissed.length > 0 && (
        <details class="section">
          <summary>
            <h2>Not followed</h2>
            <span class="hint num">{dismissed.length}</span>
          </summary>
          {rows(dismissed)}
        </details>
      )}
    </section>
  );
}
