// How long a tool is to last.
import { useSignal } from '@preact/signals';
import { as_problem, query, request, type Problem } from '../api';
import { now } from '../clock';
import { to_rfc3339 } from '../time';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { FormFoot } from '../ui/form-foot';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import type { Tool } from './types';

const number = (text: string) => (text.trim() === '' ? null : Number(text.replace(',', '.')));
const shown = (value: number | null | undefined) => (value == null ? '' : String(value));

export function LifeForm({
  base,
  tool,
  saved,
  close,
}: {
  base: string;
  tool: Tool;
  saved: () => void;
  close: () => void;
}) {
  const minutes = useSignal(shown(tool.life?.minutes));
  const uses = useSignal(shown(tool.life?.uses));
  const item = useSignal(tool.life?.item ?? '');
  const limit = useSignal(shown(tool.life?.limit));
  const problem = useSignal<Problem | null>(null);
  const sent = async (send: () => Promise<unknown>, words: string) => {
    try {
      await send();
      say(words);
      saved();
      close();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const save = (event: Event) => {
    event.preventDefault();
    const body = {
      tool: tool.tool,
      minutes: number(minutes.value),
      uses: number(uses.value),
      item: item.value.trim() || null,
      limit: number(limit.value),
      // A life that is only corrected goes on from where it began.
      changed: tool.life?.changed ?? to_rfc3339(now.peek()),
    };
    void sent(
      () => request('PUT', `${base}/tools/life`, { body }),
      `Tool ${tool.tool} has its life.`,
    );
  };
  const remove = () =>
    void sent(
      () => request('DELETE', `${base}/tools/life?${query({ tool: tool.tool })}`),
      `Tool ${tool.tool} is no longer counted against a life.`,
    );
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  const input = (value: typeof minutes, mode: 'decimal' | 'numeric' | 'text') => (a: object) => (
    <input
      {...a}
      inputMode={mode}
      value={value.value}
      onInput={(event) => (value.value = event.currentTarget.value)}
    />
  );
  return (
    <Dialog title={`How long tool ${tool.tool} lasts`} close={close}>
      <form onSubmit={save}>
        {problem.value && !problem.value.body.field && <ProblemNote problem={problem.value} />}
        <Field
          label="Minutes in cycle"
          hint="Counted while the machine is in cycle with it. Empty if time does not count."
          error={wrong('minutes')}
        >
          {input(minutes, 'decimal')}
        </Field>
        <Field label="Uses" hint="Empty if uses do not count." error={wrong('uses')}>
          {input(uses, 'numeric')}
        </Field>
        <details open={item.value !== ''}>
          <summary>The control counts it by itself</summary>
          <Field
            label="Item"
            hint="As it stands among the machine’s values, a macro variable for instance. Nothing else is counted then."
            error={wrong('item')}
          >
            {input(item, 'text')}
          </Field>
          <Field label="Up to" error={wrong('counted') ?? wrong('limit')}>
            {input(limit, 'decimal')}
          </Field>
        </details>
        <FormFoot close={close}>
          {tool.life && (
            <button type="button" class="plain" onClick={remove}>
              No longer count it
            </button>
          )}
        </FormFoot>
      </form>
    </Dialog>
  );
}
