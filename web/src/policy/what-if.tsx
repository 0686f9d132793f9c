import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { as_problem, request, type Problem } from '../api';
import { ProblemNote } from '../ui/problem';
import { known, learn, short, sorted, told, type Known } from './facts';
import type { Cell, Question } from './question';
import type { Decision, Fact, Reason, Word } from './types';
import type { Workbench } from './workbench';

/** One request, and how it is decided: the answer, its clause, and every rule that spoke. */
export function WhatIf({ bench, question }: { bench: Workbench; question: Question }) {
  const decision = useSignal<Decision | null>(null);
  const problem = useSignal<Problem | null>(null);
  const compiles = bench.check.value?.hash != null;
  const edited = question.edited.value && bench.changed.value;
  const words = edited ? bench.words.value : bench.in_force.value;
  const cell = question.cell.value;
  const knowledge = question.knowledge.value;
  const text = edited ? bench.checked_text.value : null;

  useEffect(() => {
    if (words) question.fit(words);
  }, [words]);
  useEffect(() => {
    if (!words || !cell.purpose || (edited && !compiles)) return;
    const abort = new AbortController();
    request<Decision>('POST', '/policy/decide', {
      body: { ...cell, ...told(knowledge, words.facts), ...(text !== null && { text }) },
      signal: abort.signal,
    }).then(
      (said) => {
        decision.value = said;
        problem.value = null;
      },
      (error: unknown) => {
        if (!abort.signal.aborted) problem.value = as_problem(error);
      },
    );
    return () => abort.abort();
  }, [cell, knowledge, text, words, compiles]);

  if (!words) return null;
  const choose = (part: keyof Cell) => (path: string) => {
    question.cell.value = { ...question.cell.peek(), [part]: path };
  };
  return (
    <>
      <div class="what-if">
        <Choose
          label="May this"
          of={words.categories}
          is={cell.category}
          set={choose('category')}
        />
        <Choose label="be used for" of={words.purposes} is={cell.purpose} set={choose('purpose')} />
        <Choose label="and go to" of={words.parties} is={cell.party} set={choose('party')} />
      </div>
      {bench.changed.value && (
        <div class="segments" role="group" aria-label="Decided by">
          <button
            type="button"
            aria-pressed={question.edited.value}
            onClick={() => (question.edited.value = true)}
          >
            As edited
          </button>
          <button
            type="button"
            aria-pressed={!question.edited.value}
            onClick={() => (question.edited.value = false)}
          >
            As in force
          </button>
        </div>
      )}
      {edited && !compiles ? (
        <p class="nothing">The text under work does not compile: mend its errors first.</p>
      ) : (
        <>
          {problem.value && <ProblemNote problem={problem.value} />}
          {decision.value && <Answer decision={decision.value} bench={bench} edited={edited} />}
        </>
      )}
      <Facts of={words.facts} question={question} />
    </>
  );
}

function Choose({
  label,
  of,
  is,
  set,
}: {
  label: string;
  of: readonly Word[];
  is: string;
  set: (path: string) => void;
}) {
  const gloss = of.find((w) => w.path === is)?.gloss;
  return (
    <label>
      <span>{label}</span>
      <select value={is} onChange={(event) => set(event.currentTarget.value)}>
        {of.map((word) => (
          <option key={word.path} value={word.path}>
            {word.path}
          </option>
        ))}
      </select>
      <span class="hint">{gloss}</span>
    </label>
  );
}

function Answer({
  decision,
  bench,
  edited,
}: {
  decision: Decision;
  bench: Workbench;
  edited: boolean;
}) {
  return (
    <div class={`answer ${decision.allowed ? 'is-allowed' : 'is-refused'}`} role="status">
      <p class="answer-word">
        {decision.allowed ? 'Allowed' : 'Refused'}
        <span>
          {decision.clause === 'default' ? 'no clause allows it' : `by clause ${decision.clause}`}
        </span>
      </p>
      {decision.sentence && <blockquote>{decision.sentence}</blockquote>}
      <p>{decision.answer}</p>
      {decision.reasons.length > 0 && (
        <details open>
          <summary>Why: every rule that speaks of it</summary>
          <ol class="reasons">
            {decision.reasons.map((reason, i) => (
              <ReasonItem key={i} reason={reason} bench={bench} edited={edited} />
            ))}
          </ol>
        </details>
      )}
    </div>
  );
}

function ReasonItem({
  reason,
  bench,
  edited,
}: {
  reason: Reason;
  bench: Workbench;
  edited: boolean;
}) {
  return (
    <li class={reason.decided ? 'is-decided' : ''}>
      <span class="reason-verdict">{reason.allow ? 'Allow' : 'Deny'}</span>
      <span>
        {reason.rule} <span class="hint">{reason.outcome}</span>
        {edited || !bench.changed.value ? (
          <button type="button" class="link" onClick={() => bench.go_to(reason.line)}>
            Clause {reason.clause}
          </button>
        ) : (
          <span class="hint"> Clause {reason.clause}</span>
        )}
      </span>
    </li>
  );
}

const kStates: readonly [Known, string][] = [
  ['holds', 'Holds'],
  ['fails', 'Does not'],
  ['unknown', 'Unknown'],
];

function Facts({ of, question }: { of: readonly Fact[]; question: Question }) {
  const filter = useSignal('');
  const knowledge = question.knowledge.value;
  const said = Object.keys(knowledge).length;
  return (
    <section class="facts" aria-labelledby="facts-title">
      <div class="section-head">
        <h3 id="facts-title">What is known of the request</h3>
        <input
          type="search"
          placeholder="Find a fact"
          aria-label="Find a fact"
          value={filter.value}
          onInput={(event) => (filter.value = event.currentTarget.value)}
        />
        {said > 0 && (
          <button type="button" class="link" onClick={() => (question.knowledge.value = {})}>
            Forget all {said}
          </button>
        )}
      </div>
      <p class="hint">What is unknown never helps: an allow needs its facts known.</p>
      {sorted(of, filter.value).map(([dimension, facts]) => (
        <fieldset key={dimension}>
          <legend>{dimension}</legend>
          {facts.map((fact) => (
            <FactRow key={fact.path} fact={fact} question={question} />
          ))}
        </fieldset>
      ))}
    </section>
  );
}

function FactRow({ fact, question }: { fact: Fact; question: Question }) {
  const state = known(question.knowledge.value, fact.path);
  return (
    <div class={`fact is-${state}`} role="group" aria-label={short(fact.path)}>
      <span class="fact-name">
        <code>{short(fact.path)}</code> <span class="hint">{fact.gloss}</span>
      </span>
      <span class="segments">
        {kStates.map(([value, word]) => (
          <button
            key={value}
            type="button"
            aria-pressed={state === value}
            onClick={() =>
              (question.knowledge.value = learn(question.knowledge.peek(), fact.path, value))
            }
          >
            {word}
          </button>
        ))}
      </span>
    </div>
  );
}
