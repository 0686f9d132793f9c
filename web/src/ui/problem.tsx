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
          {clause && <span class="clause">Clause {clause}</span>} {sentence}
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
