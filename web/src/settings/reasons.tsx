import { useSignal } from '@preact/signals';
import type { ReasonClass, ReasonCode, Reasons } from '../oee/types';
import { as_problem, request, type Problem } from '../api';
import { Versions } from '../rules/versions';
import { WhatIf } from '../rules/what-if';
import type { WouldHaveBeen } from '../rules/types';
import '../rules/rules.css';
import { Icon } from '../ui/icon';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { code_from, in_tree, moved, with_code } from './reason-tree';
import { RuleRow } from './rule-row';

const kClasses: readonly [ReasonClass, string][] = [
  ['unplanned', 'Unplanned stop'],
  ['planned', 'Planned stop'],
  ['setup', 'Set-up'],
];

/** Why machines stand: the codes that people tap, and the rules that give them by themselves. */
export default function ReasonSettings({ organization }: { organization: string }) {
  const path = `/organizations/${organization}/reasons`;
  const { data, problem, reload, set } = useLoad<Reasons>(path);
  const editing = useSignal(false);
  return (
    <section class="section" id="reasons" aria-labelledby="reasons-title">
      <div class="section-head">
        <h2 id="reasons-title">Reasons</h2>
      </div>
      <p class="hint">
        Why a machine stood: people tap a code, rules give one by themselves. Few codes are best;
        with many, people take “Other”.
      </p>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={2} />}
      {data && !editing.value && (
        <>
          <p>
            {data.codes.filter((code) => !code.retired).length} codes,{' '}
            {data.rules.length === 1 ? 'one rule' : `${data.rules.length} rules`}
          </p>
          <div class="actions">
            <button type="button" onClick={() => (editing.value = true)}>
              Change codes and rules
            </button>
          </div>
          <Versions
            key={JSON.stringify(data)}
            organization={organization}
            rule="reasons"
            words={reasons_words}
            done={reload}
          />
        </>
      )}
      {data && editing.value && (
        <ReasonForm
          organization={organization}
          path={path}
          reasons={data}
          close={() => (editing.value = false)}
          done={(kept) => {
            editing.value = false;
            set(kept);
          }}
        />
      )}
    </section>
  );
}

function reasons_words(value: object | null): string {
  const { codes, rules } = value as Reasons;
  return `${codes.length} codes, ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
}

function ReasonForm({
  organization,
  path,
  reasons,
  close,
  done,
}: {
  organization: string;
  path: string;
  reasons: Reasons;
  close: () => void;
  done: (kept: Reasons) => void;
}) {
  const draft = useSignal<Reasons>(reasons);
  const problem = useSignal<Problem | null>(null);
  const would = useSignal<WouldHaveBeen | null>(null);
  const change = (part: Partial<Reasons>) => {
    draft.value = { ...draft.value, ...part };
    would.value = null;
  };
  const save = async (from: 'now' | 'beginning') => {
    problem.value = null;
    try {
      const kept = await request<Reasons>('PUT', `${path}?from=${from}`, { body: draft.value });
      say(from === 'now' ? 'They hold from now on.' : 'They hold for all that was too.');
      done(kept);
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const { codes, rules } = draft.value;
  const field = problem.value?.body.field ?? '';
  const wrong = (name: string) => (field.startsWith(name) ? problem.value!.message : undefined);
  return (
    <form class="calendar-form" onSubmit={(event) => event.preventDefault()}>
      {problem.value && !/^(codes|rules)\[/.test(field) && <ProblemNote problem={problem.value} />}
      <h3>Codes</h3>
      {in_tree(codes).map(({ code, at, below }) => (
        <CodeRow
          key={code.code}
          code={code}
          below={below}
          error={wrong(`codes[${at}]`)}
          parents={codes.filter((c) => c.parent === null && c.code !== code.code)}
          has_below={codes.some((c) => c.parent === code.code)}
          change={(next) => change({ codes: codes.map((c, i) => (i === at ? next : c)) })}
        />
      ))}
      <NewCode add={(name) => change({ codes: with_code(codes, name) })} codes={codes} />
      <h3>Rules</h3>
      <p class="hint">
        The first rule that fits a stop wins; what somebody taps wins over every rule. What a rule
        does not name fits.
      </p>
      {rules.map((rule, i) => (
        <RuleRow
          key={i}
          number={i + 1}
          rule={rule}
          codes={codes}
          error={wrong(`rules[${i}]`)}
          caught={would.value?.rules[i] ?? null}
          organization={organization}
          change={(next) => change({ rules: rules.map((r, j) => (j === i ? next : r)) })}
          up={i > 0 ? () => change({ rules: moved(rules, i, i - 1) }) : null}
          down={i + 1 < rules.length ? () => change({ rules: moved(rules, i, i + 1) }) : null}
          remove={() => change({ rules: rules.filter((_, j) => j !== i) })}
        />
      ))}
      <button
        type="button"
        class="plain"
        onClick={() =>
          change({
            rules: [
              ...rules,
              {
                code: codes.find((c) => !c.retired)?.code ?? '',
                states: [],
                condition_code: '',
                condition_text: '',
                location: '',
                window: null,
              },
            ],
          })
        }
      >
        <Icon of="plus" /> Add a rule
      </button>
      <WhatIf
        organization={organization}
        proposal={() => ({ reasons: draft.value })}
        apply={save}
        days={7}
        told={(told) => (would.value = told)}
      >
        <button type="button" onClick={close}>
          Cancel
        </button>
      </WhatIf>
    </form>
  );
}

function CodeRow({
  code,
  below,
  parents,
  has_below,
  error,
  change,
}: {
  code: ReasonCode;
  below: boolean;
  parents: readonly ReasonCode[];
  has_below: boolean;
  error: string | undefined;
  change: (code: ReasonCode) => void;
}) {
  const look = `reason-row ${below ? 'is-below' : ''} ${code.retired ? 'is-retired' : ''}`;
  return (
    <div class={look}>
      <label class="small-field">
        Name
        <input
          value={code.name}
          maxLength={60}
          aria-invalid={error !== undefined}
          onInput={(event) => change({ ...code, name: event.currentTarget.value })}
        />
      </label>
      <label class="small-field">
        Counts as
        <select
          value={code.class}
          onChange={(event) => change({ ...code, class: event.currentTarget.value as ReasonClass })}
        >
          {kClasses.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </label>
      {!has_below && (
        <label class="small-field">
          Below
          <select
            value={code.parent ?? ''}
            onChange={(event) => change({ ...code, parent: event.currentTarget.value || null })}
          >
            <option value="">nothing</option>
            {parents.map((parent) => (
              <option key={parent.code} value={parent.code}>
                {parent.name}
              </option>
            ))}
          </select>
        </label>
      )}
      <button
        type="button"
        class="plain"
        onClick={() => change({ ...code, retired: !code.retired })}
      >
        {code.retired ? 'Offer it again' : 'Retire'}
      </button>
      <span class="hint mono">{code.code}</span>
      {error && <div class="field-error">{error}</div>}
    </div>
  );
}

function NewCode({ codes, add }: { codes: readonly ReasonCode[]; add: (name: string) => void }) {
  const name = useSignal('');
  const code = code_from(name.value, codes);
  return (
    <div class="reason-row">
      <label class="small-field">
        Another code
        <input
          value={name.value}
          maxLength={60}
          onInput={(event) => (name.value = event.currentTarget.value)}
        />
      </label>
      <button
        type="button"
        disabled={code === ''}
        onClick={() => {
          add(name.value.trim());
          name.value = '';
        }}
      >
        Add it
      </button>
      {code && <span class="hint mono">{code}</span>}
    </div>
  );
}
