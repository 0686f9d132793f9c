import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { whole } from '../format';
import { short } from './facts';
import type { CellChange, Comparison, DutyChange, FieldChange } from './types';
import { grouped, many, type Group } from './verdict';
import type { Workbench } from './workbench';

const kShown = 20;

/** Every decision and duty that the text under work changes, against the version in force. */
export function Changes({ bench, ask }: { bench: Workbench; ask: (cell: CellChange) => void }) {
  const check = bench.check.value;
  const comparison = check?.comparison;
  if (!check) return <p class="nothing late">Comparing…</p>;
  if (!comparison) return <p class="nothing">What changes can be told once the text compiles.</p>;
  if (check.hash === bench.in_force.value?.hash)
    return (
      <p class="nothing">
        The text is the version in force. Edit it, and everything that changes is told here: who
        could newly receive what, what is refused from then on, and which duties loosen.
      </p>
    );
  return (
    <>
      <Cells of={comparison} widened ask={ask} />
      <Duties of={comparison.duties} />
      <Fields of={comparison.fields} />
      <Cells of={comparison} widened={false} ask={ask} />
      <Names title="Renamed" of={comparison.renamed} />
      <Names
        title="Said in other words"
        of={comparison.reworded.map((clause) => `Clause ${clause}`)}
        note="The sentence changed, its rules did not."
      />
      <p class="hint">{many(comparison.equal, 'cell is', 'cells are')} decided as before.</p>
    </>
  );
}

function Cells({
  of: comparison,
  widened,
  ask,
}: {
  of: Comparison;
  widened: boolean;
  ask: (cell: CellChange) => void;
}) {
  const shown = useSignal(kShown);
  const groups = grouped(comparison.cells, widened);
  const count = widened ? comparison.widened : comparison.narrowed;
  const told = groups.reduce((sum, group) => sum + 1 + group.more.length, 0);
  if (count === 0) return null;
  return (
    <section class="changes">
      <h3>{widened ? `Newly allowed: ${whole(count)}` : `Newly refused: ${whole(count)}`}</h3>
      <ul class={widened ? 'widened' : 'narrowed'}>
        {groups.slice(0, shown.value).map((group, i) => (
          <GroupItem key={i} group={group} ask={ask} />
        ))}
      </ul>
      {groups.length > shown.value && (
        <button type="button" class="link" onClick={() => (shown.value += 100)}>
          Show {whole(Math.min(100, groups.length - shown.value))} more
        </button>
      )}
      {count > told && (
        <p class="hint">{many(count - told, 'more is', 'more are')} counted and not listed.</p>
      )}
    </section>
  );
}

function GroupItem({ group, ask }: { group: Group; ask: (cell: CellChange) => void }) {
  const { first, more } = group;
  return (
    <li>
      <p>{first.sentence}</p>
      <p class="example">
        <Clauses before={first.clause_before} after={first.clause_after} />
        <Example holds={first.holds} fails={first.fails} />
        <button type="button" class="link" onClick={() => ask(first)}>
          Why?
        </button>
      </p>
      {more.length > 0 && (
        <details>
          <summary>and {many(more.length, 'more cell')} below it</summary>
          <ul>
            {more.map((cell) => (
              <li key={`${cell.purpose} ${cell.category} ${cell.party}`}>
                <code>{cell.category}</code> for <code>{cell.purpose}</code> to{' '}
                <code>{cell.party}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

const clause_name = (clause: string) => (clause === 'default' ? 'no clause' : `clause ${clause}`);
const Clauses = ({ before, after }: { before: string; after: string }) => (
  <span>
    {clause_name(before)} → {clause_name(after)}
  </span>
);

function Example({ holds, fails }: { holds: string[]; fails: string[] }) {
  if (holds.length + fails.length === 0) return null;
  return (
    <span>
      {[...holds.map(short), ...fails.map((f) => `not ${short(f)}`)].map((fact, i) => (
        <code key={fact}>
          {i > 0 && ', '}
          {fact}
        </code>
      ))}
    </span>
  );
}

const kWords = { widened: 'Looser', narrowed: 'Stricter', both: 'Looser in part', equal: 'Other' };

function Change({ of, children }: { of: keyof typeof kWords; children: ComponentChildren }) {
  return (
    <li>
      <p>
        <b>{kWords[of]}.</b> {children}
      </p>
    </li>
  );
}

function Duties({ of }: { of: DutyChange[] }) {
  if (of.length === 0) return null;
  return (
    <section class="changes">
      <h3>Duties: {whole(of.length)}</h3>
      <ul>
        {of.map((duty) => (
          <Change key={duty.what} of={duty.change}>
            {duty.sentence || (
              <>
                <code>{duty.what}</code>: {duty.before || 'not said'} → {duty.after || 'not said'}
              </>
            )}
          </Change>
        ))}
      </ul>
    </section>
  );
}

function Fields({ of }: { of: FieldChange[] }) {
  if (of.length === 0) return null;
  return (
    <section class="changes">
      <h3>Stored fields: {whole(of.length)}</h3>
      <ul>
        {of.map((field) => (
          <Change key={`${field.field} ${field.after}`} of={field.change}>
            {field.sentence || (
              <>
                <code>{field.field}</code>: {field.before || 'none'} → {field.after || 'none'}
              </>
            )}
          </Change>
        ))}
      </ul>
    </section>
  );
}

function Names({ title, of, note }: { title: string; of: string[]; note?: string }) {
  if (of.length === 0) return null;
  return (
    <section class="changes">
      <h3>
        {title}: {whole(of.length)}
      </h3>
      {note && <p class="hint">{note}</p>}
      <ul>
        {of.map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </section>
  );
}
