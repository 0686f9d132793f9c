import { useSignal } from '@preact/signals';
import { as_problem, post, request, type Problem } from '../api';
import { shop } from '../shop';
import type { Card, Machine, Probe } from '../types';
import { Dialog } from '../ui/dialog';
import { Later } from '../ui/later';
import { ProblemNote } from '../ui/problem';
import { ProbeResult, Trying } from './probe';
import { signals_in, with_limits } from './signal';
import { Untested } from './untested';
import { body_of, is_where, whereabouts_of, Where, type Whereabouts } from './where';

const threshold = () => import('./threshold');

/** Another address or other settings for a machine, tried before they are saved. */
export function EditConnection({
  base,
  machine,
  saved,
  close,
}: {
  base: string;
  machine: Machine;
  saved: () => void;
  close: () => void;
}) {
  const where = useSignal<Whereabouts>(whereabouts_of(machine.address, machine.settings));
  const trying = useSignal<number | null>(null);
  const probe = useSignal<Probe | null>(null);
  const problem = useSignal<Problem | null>(null);
  const body = () => body_of(where.value, machine.settings);
  const signals = machine.protocol === 'modbus' ? signals_in(machine.settings) : [];
  const attempt = async () => {
    probe.value = problem.value = null;
    trying.value = Date.now();
    try {
      const machines = base.slice(0, base.lastIndexOf('/'));
      probe.value = await post<Probe>(`${machines}/probe`, {
        machine: machine.id,
        protocol: machine.protocol,
        ...body(),
      });
    } catch (error) {
      problem.value = as_problem(error);
    } finally {
      trying.value = null;
    }
  };
  const save = async (event: Event) => {
    event.preventDefault();
    problem.value = null;
    try {
      shop.peek()?.put(await request<Card>('PATCH', base, { body: body() }));
      saved();
      close();
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  return (
    <Dialog title="Address and settings" close={close}>
      <form onSubmit={(event) => void save(event)}>
        <Untested protocol={machine.protocol} />
        {problem.value && !is_where(problem.value) && <ProblemNote problem={problem.value} />}
        <Where
          protocol={machine.protocol}
          where={where.value}
          problem={problem.value}
          change={(changed) => {
            where.value = changed;
            probe.value = null;
          }}
        />
        {signals.length > 0 && (
          <Later
            load={threshold}
            given={{
              base,
              signals,
              use: (item: string, limits: { on: number; off: number }) =>
                (where.value = {
                  ...where.value,
                  settings: with_limits(where.value.settings, item, limits),
                }),
            }}
            lines={1}
          />
        )}
        {trying.value !== null && <Trying since={trying.value} />}
        {probe.value && <ProbeResult probe={probe.value} />}
        <div class="actions">
          <button type="submit" class="primary" disabled={where.value.address.trim() === ''}>
            Save
          </button>
          <button type="button" disabled={trying.value !== null} onClick={() => void attempt()}>
            Try it
          </button>
          <button type="button" onClick={close}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
