import './advice.css';
import { what_to_do_path } from '../router';
import { shop } from '../shop';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { Advice } from './list';
import type { Recommendations } from './types';
import { not_looked_at } from './words';

/** What would be worth doing about one machine. */
export default function AdviceSection({
  base,
  organization,
  machine,
}: {
  base: string;
  organization: string;
  machine: string;
}) {
  const { data, problem, reload } = useLoad<Recommendations>(`${base}/recommendations`);
  const name = shop.value?.cards.value.get(machine)?.value.card.name ?? machine;
  const place = { organization, machine: { id: machine, name } };
  const open = data?.items.filter((one) => !one.dismissed) ?? [];
  const dismissed = data?.items.filter((one) => one.dismissed) ?? [];
  const rows = (items: typeof open) => (
    <ol class="advices">
      {items.map((one) => (
        <Advice key={one.id} place={place} named={false} recommendation={one} changed={reload} />
      ))}
    </ol>
  );
  return (
    <section class="section" aria-labelledby="advice-title">
      <div class="section-head">
        <h2 id="advice-title">What to do</h2>
        {data && (
          <span class="hint num">
            from {data.basis.cycles} cycles on {data.basis.days} days
          </span>
        )}
        <a href={what_to_do_path(organization)}>All machines</a>
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={2} />}
      {data && open.length === 0 && (
        <p class="nothing">
          Nothing stood out in the last four weeks. {not_looked_at(data)}
          {data.basis.days < 10 && ' Fewer than ten days of work tell too little.'}
        </p>
      )}
      {open.length > 0 && rows(open)}
      {dismissed.length > 0 && (
        <details>
          <summary>
            <h3>Not followed</h3>
            <span class="hint num">{dismissed.length}</span>
          </summary>
          {rows(dismissed)}
        </details>
      )}
    </section>
  );
}
