import { Icon } from '../ui/icon';
import type { Finding } from './types';
import { many } from './verdict';
import type { Workbench } from './workbench';

/** What is wrong or worth a look, each with its mend; a click goes to its line. */
export function Findings({ bench }: { bench: Workbench }) {
  const check = bench.check.value;
  if (!check) return <p class="nothing late">Reading the text…</p>;
  const errors = check.findings.filter((f) => f.severity === 'error');
  const warnings = check.findings.filter((f) => f.severity === 'warning');
  if (check.findings.length === 0) return <p class="nothing">Nothing to find fault with.</p>;
  return (
    <>
      {errors.length > 0 && <List title={many(errors.length, 'error')} of={errors} bench={bench} />}
      {warnings.length > 0 && (
        <List title={many(warnings.length, 'warning')} of={warnings} bench={bench} />
      )}
    </>
  );
}

function List({ title, of, bench }: { title: string; of: Finding[]; bench: Workbench }) {
  return (
    <>
      <h3>{title}</h3>
      <ul class="findings">
        {of.map((finding, i) => (
          <li key={i} class={`finding-${finding.severity}`}>
            <button
              type="button"
              class="finding"
              onClick={() => bench.go_to(finding.line, finding.column)}
            >
              <span class="finding-place num">
                <Icon of={finding.severity === 'error' ? 'octagon' : 'triangle'} />
                Line {finding.line}
                {finding.clause && `, clause ${finding.clause}`}
              </span>
              <span class="finding-message">{finding.message}</span>
              <span class="finding-mend">{finding.mend}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
