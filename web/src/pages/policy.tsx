import '../policy/policy.css';
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { moment_of } from '../format';
import { now } from '../clock';
import { Activate } from '../policy/activate';
import { Changes } from '../policy/changes';
import { Coverage } from '../policy/coverage';
import { Editor } from '../policy/editor';
import { Findings } from '../policy/findings';
import { Question } from '../policy/question';
import { Replay } from '../policy/replay';
import { outline } from '../policy/spelling';
import { Tabs } from '../policy/tabs';
import type { CellChange } from '../policy/types';
import { Versions } from '../policy/versions';
import { WhatIf } from '../policy/what-if';
import { Workbench } from '../policy/workbench';
import { replace_query, url } from '../router';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useTitle } from '../use';

/** The privacy lead's desk: the text, what is wrong with it, what it changes, and its activation. */
export default function PolicyPage() {
  const bench = useMemo(() => new Workbench(), []);
  const question = useMemo(() => new Question(), []);
  useTitle('Policy');
  useEffect(() => {
    void bench.open();
    return () => bench.close();
  }, []);
  const policy = bench.in_force.value;
  const problem = bench.problem.value;
  const refused = problem?.status === 403;
  return (
    <section class="policy">
      <Head bench={bench} closed={refused} />
      {problem && (
        <ProblemNote
          problem={problem}
          {...(!refused && {
            retry: () => void (policy ? bench.ask(bench.text.peek()) : bench.open()),
          })}
        />
      )}
      {refused && (
        <p>
          <a class="button" href="/privacy">
            Read the policy
          </a>
        </p>
      )}
      {!policy && !problem && <Skeleton lines={6} />}
      {policy && !refused && <Desk bench={bench} question={question} />}
    </section>
  );
}

function Head({ bench, closed }: { bench: Workbench; closed: boolean }) {
  const policy = bench.in_force.value;
  return (
    <div class="policy-head">
      <h1 tabIndex={-1}>{policy?.title || 'Policy'}</h1>
      {policy && !closed && (
        <p class="hint">
          Version {policy.version}, in force since {moment_of(policy.activated, now.value)}.{' '}
          <a href="/privacy">As people read it</a>
          {policy.review.overdue && <b> Its review is overdue since {policy.review.due}.</b>}
        </p>
      )}
    </div>
  );
}

function Desk({ bench, question }: { bench: Workbench; question: Question }) {
  const activating = useSignal(false);
  const check = bench.check.value;
  const tab = url.value.searchParams.get('tab') ?? 'findings';
  const choose = (id: string) => replace_query({ tab: id });
  const ask = (cell: CellChange) => {
    question.take(cell);
    choose('what-if');
  };
  const changes = bench.changed.value ? check?.comparison : null;
  const tabs = [
    { id: 'findings', name: 'Findings', count: check?.findings.length },
    { id: 'changes', name: 'Changes', count: changes ? counted(changes) : 0 },
    { id: 'what-if', name: 'What if' },
    { id: 'coverage', name: 'Coverage', count: check?.coverage.gaps.length },
    { id: 'replay', name: 'Replay' },
    { id: 'versions', name: 'Versions' },
  ];
  const shown = tabs.some((t) => t.id === tab) ? tab : 'findings';
  return (
    <>
      <VerdictBar bench={bench} activate={() => (activating.value = true)} />
      <div class="desk">
        <div class="desk-text">
          <TextBar bench={bench} />
          <Editor bench={bench} />
        </div>
        <Tabs label="About the text" tabs={tabs} chosen={shown} choose={choose}>
          {shown === 'findings' && <Findings bench={bench} />}
          {shown === 'changes' && <Changes bench={bench} ask={ask} />}
          {shown === 'what-if' && <WhatIf bench={bench} question={question} />}
          {shown === 'coverage' && <Coverage bench={bench} />}
          {shown === 'replay' && <Replay bench={bench} />}
          {shown === 'versions' && <Versions bench={bench} key={bench.in_force.value?.version} />}
        </Tabs>
      </div>
      {activating.value && <Activate bench={bench} close={() => (activating.value = false)} />}
    </>
  );
}

const counted = (c: { widened: number; narrowed: number; duties: unknown[] }) =>
  c.widened + c.narrowed + c.duties.length;

const kSigns = {
  same: 'check',
  harmless: 'check',
  weakens: 'triangle',
  blocked: 'octagon',
  wrong: 'octagon',
} as const;

function VerdictBar({ bench, activate }: { bench: Workbench; activate: () => void }) {
  const said = bench.verdict.value;
  const fresh = bench.current.value;
  const ready = fresh && (said?.standing === 'weakens' || said?.standing === 'harmless');
  return (
    <div class={`verdict${said ? ` is-${said.standing}` : ''}${fresh ? '' : ' is-stale'}`}>
      <p role="status">
        {said ? (
          <>
            <Icon of={kSigns[said.standing]} />
            <b>{said.words}</b> <span>{said.next}</span>
          </>
        ) : (
          <span class="late">Reading the text…</span>
        )}
      </p>
      {said?.standing !== 'same' && (
        <button type="button" class="primary" disabled={!ready} onClick={activate}>
          {said?.standing === 'weakens' ? 'Notice and activation…' : 'Activate…'}
        </button>
      )}
    </div>
  );
}

function TextBar({ bench }: { bench: Workbench }) {
  const formatted = bench.check.value?.formatted;
  const headings = outline(bench.text.value);
  const can_format =
    bench.current.value && typeof formatted === 'string' && formatted !== bench.text.value;
  return (
    <div class="text-bar">
      <select
        aria-label="Go to a clause"
        value=""
        onChange={(event) => {
          const line = Number(event.currentTarget.value);
          event.currentTarget.value = '';
          if (line) bench.go_to(line);
        }}
      >
        <option value="">Go to a clause</option>
        {headings.map((h) => (
          <option key={h.line} value={h.line}>
            {h.id} {h.sentence.length > 64 ? `${h.sentence.slice(0, 63)}…` : h.sentence}
          </option>
        ))}
      </select>
      <button
        type="button"
        disabled={!can_format}
        onClick={() => {
          if (typeof formatted === 'string') bench.text.value = formatted;
        }}
      >
        Format
      </button>
      <button type="button" disabled={!bench.changed.value} onClick={() => bench.start_over()}>
        Start over
      </button>
      {bench.outdated.value && (
        <span class="doubt-note">
          Another version came into force since you began: changes are told against that one.
        </span>
      )}
      {!bench.kept.value && (
        <span class="doubt-note">The browser has no room to keep this text over a reload.</span>
      )}
    </div>
  );
}
