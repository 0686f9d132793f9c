import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { as_problem, get, type Problem } from '../api';
import { whole } from '../format';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { NcLine } from './nc';
import type { ProgramText } from './types';

const kPiece = 1000;

/** The text of a revision, as many lines of it as were asked for. */
export function Text({ path, number, current }: { path: string; number: number; current: number }) {
  const text = useSignal<ProgramText | null>(null);
  const problem = useSignal<Problem | null>(null);
  const load = async (from: number) => {
    try {
      const got = await get<ProgramText>(
        `${path}/revisions/${number}/text?from=${from}&lines=${kPiece}`,
      );
      const before = from === 1 ? [] : (text.value?.lines ?? []);
      text.value = { ...got, lines: [...before, ...got.lines] };
      problem.value = null;
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  useEffect(() => void load(1), [path, number]);
  const got = text.value;
  const left = got ? got.all - got.lines.length : 0;
  return (
    <section class="section" aria-labelledby="text-title">
      <div class="section-head">
        <h2 id="text-title">
          Text{number !== current && ` of revision ${number}, not the current one`}
        </h2>
        {got && !got.binary && (
          <span class="hint">
            {whole(got.all)} {got.all === 1 ? 'line' : 'lines'}
            {got.encoding === 'iso-8859-1' && ', read as ISO 8859-1'}
          </span>
        )}
      </div>
      {problem.value && <ProblemNote problem={problem.value} retry={() => void load(1)} />}
      {!got && !problem.value && <Skeleton lines={6} />}
      {got?.binary && <p class="nothing">This is no text. It can be downloaded.</p>}
      {got && !got.binary && (
        <div class="nc" tabIndex={0} role="region" aria-label="Text of the program">
          <ol>
            {got.lines.map((line, i) => (
              <li key={i}>
                <span aria-hidden="true">{i + 1}</span>
                <span>
                  <NcLine text={line} />
                </span>
              </li>
            ))}
          </ol>
        </div>
      )}
      {got && left > 0 && (
        <button type="button" class="more" onClick={() => void load(got.lines.length + 1)}>
          {whole(Math.min(left, kPiece))} more of {whole(left)} lines
        </button>
      )}
    </section>
  );
}
