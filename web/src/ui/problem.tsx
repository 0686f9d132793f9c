import type { Problem } from '../api';

/** What happened, what was kept, what to do; for a refusal by policy the clause and its sentence. */
export function ProblemNote({ problem, retry }: { problem: Problem; retry?: () => void }) {
  const { title, detail, mend, clause, sentence } = problem.body;
  return (
    <div class="problem" role="alert">
      <strong>{title ?? 'That did not work'}</strong>
      {detail && detail !== title && <p>{detail}</p>}
      {sentence && (
        <blockquote>
          {clause && <Clause id={clause} />} {sentence}
        </blockquote>
      )}
      {mend && <p class="mend">{mend}</p>}
      {problem.retry_after !== null && <p class="mend">Try again in {problem.retry_after} s.</p>}
      {retry && (
        <button type="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** A clause by its id, as it was published. */
export function Clause({ id }: { id: string }) {
  // "default" says that no clause allows it; that has no place on the page.
  if (!/^\d/.test(id)) return <span class="clause">No clause allows it.</span>;
  return (
    <a class="clause" href={`/privacy#clause-${id}`}>
      Clause {id}
    </a>
  );
}
