import { whole } from '../format';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import type { Coverage as Answer, Gap } from './types';
import { many } from './verdict';
import type { Workbench } from './workbench';

/** Whether the text and the running program speak of the same things, both ways. */
export function Coverage({ bench }: { bench: Workbench }) {
  const { data, problem, reload } = useLoad<Answer>('/policy/coverage');
  const proposed = bench.changed.value ? bench.check.value?.coverage.gaps : undefined;
  return (
    <>
      {proposed && <Gaps title="The text under work" of={proposed} />}
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={3} />}
      {data && <Gaps title="The version in force" of={data.gaps} />}
      {data && <Obligations of={data} />}
    </>
  );
}

function Gaps({ title, of }: { title: string; of: Gap[] }) {
  return (
    <section class="changes">
      <h3>
        {title}: {of.length === 0 ? 'no gap' : many(of.length, 'gap')}
      </h3>
      {of.length === 0 ? (
        <p class="hint">
          Every sentence has its rules or is information, and whatever this program stores, shows or
          hands on has its clause.
        </p>
      ) : (
        <ul>
          {of.map((gap, i) => (
            <li key={i}>
              <p>
                <b>{gap.what}.</b> {gap.message}
              </p>
              <p class="hint">{gap.mend}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Obligations({ of }: { of: Answer }) {
  const carried = of.obligations.filter((o) => o.clauses.length > 0);
  if (carried.length === 0) return null;
  return (
    <section class="changes">
      <h3>Obligations carried: {whole(carried.length)}</h3>
      <div class="scroll" tabIndex={0} role="region" aria-label="Obligations">
        <table class="dense">
          <thead>
            <tr>
              <th>Obligation</th>
              <th>Clauses</th>
            </tr>
          </thead>
          <tbody>
            {carried.map((o) => (
              <tr key={o.obligation}>
                <td class="num">{o.obligation}</td>
                <td class="num">{o.clauses.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
