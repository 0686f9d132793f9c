// Three steps on one page: what it speaks, where it is, does it answer. Then its name.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { as_problem, post, type Problem } from '../api';
import { machine_path, navigate } from '../router';
import type { Card, Probe, Protocol } from '../types';
import { Field } from '../ui/field';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { FindMachines } from '../machine/find';
import { ProbeResult, Trying } from '../machine/probe';
import { kProtocols } from '../machine/protocols';
import { Untested } from '../machine/untested';
import { body_of, is_where, kNowhere, Where, type Whereabouts } from '../machine/where';
import { useTitle } from '../use';

export function NewMachine({ organization }: { organization: string }) {
  const protocol = useSignal<Protocol>('mtconnect');
  const where = useSignal<Whereabouts>(kNowhere);
  const trying = useSignal<number | null>(null);
  const probe = useSignal<Probe | null>(null);
  const problem = useSignal<Problem | null>(null);
  const result = useRef<HTMLDivElement>(null);
  useTitle('Add a machine');

  const attempt = async (event: Event) => {
    event.preventDefault();
    probe.value = problem.value = null;
    trying.value = Date.now();
    try {
      probe.value = await post<Probe>(`/organizations/${organization}/machines/probe`, {
        protocol: protocol.value,
        ...body_of(where.value),
      });
    } catch (error) {
      problem.value = as_problem(error);
    } finally {
      trying.value = null;
    }
  };
  useEffect(() => {
    if (probe.value) result.current?.focus();
  }, [probe.value]);

  return (
    <section class="narrow">
      <h1 tabIndex={-1}>Add a machine</h1>
      <FindMachines
        organization={organization}
        choose={(found) => {
          protocol.value = found.protocol;
          where.value = { ...kNowhere, address: found.address };
          probe.value = problem.value = null;
        }}
      />
      <form onSubmit={(event) => void attempt(event)}>
        <fieldset class="choices">
          <legend>What does it speak?</legend>
          {kProtocols.map((p) => (
            <label key={p.id} class="choice">
              <input
                type="radio"
                name="protocol"
                value={p.id}
                checked={protocol.value === p.id}
                onChange={() => {
                  protocol.value = p.id;
                  where.value = { ...kNowhere, address: where.value.address };
                  probe.value = problem.value = null;
                }}
              />
              <span>
                <b>{p.name}</b>
                <span class="hint">{p.what}</span>
                <Untested protocol={p.id} />
              </span>
            </label>
          ))}
        </fieldset>
        <Where
          protocol={protocol.value}
          where={where.value}
          problem={problem.value}
          change={(changed) => {
            where.value = changed;
            probe.value = null;
          }}
        />
        <button
          type="submit"
          class={probe.value?.ok ? '' : 'primary'}
          disabled={trying.value !== null || where.value.address.trim() === ''}
        >
          Try it
        </button>
        <span class="hint"> Heed only reads, for five seconds at most, and stores nothing.</span>
      </form>
      {problem.value && !is_where(problem.value) && <ProblemNote problem={problem.value} />}
      {trying.value !== null && <Trying since={trying.value} />}
      {probe.value && (
        <div ref={result} tabIndex={-1} aria-label="What came back">
          <ProbeResult probe={probe.value} />
          <NameAndAdd
            organization={organization}
            protocol={protocol.value}
            where={where.value}
            answered={probe.value.ok}
          />
        </div>
      )}
    </section>
  );
}

function NameAndAdd({
  organization,
  protocol,
  where,
  answered,
}: {
  organization: string;
  protocol: Protocol;
  where: Whereabouts;
  answered: boolean;
}) {
  const name = useSignal('');
  const location = useSignal('');
  const busy = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const wrong = (field: string) =>
    problem.value?.body.field === field ? problem.value.message : undefined;
  const add = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    problem.value = null;
    try {
      const body = {
        name: name.value.trim(),
        protocol,
        ...body_of(where),
        ...(location.value.trim() && { location: location.value.trim() }),
      };
      const card = await post<Card>(`/organizations/${organization}/machines`, body);
      navigate(machine_path(organization, card.id));
      say(`${card.name} is on the floor.`);
    } catch (error) {
      problem.value = as_problem(error);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="add" onSubmit={(event) => void add(event)}>
      <h2>{answered ? 'Name it' : 'Add it anyway?'}</h2>
      {!answered && (
        <p class="hint">Heed keeps trying to reach it; until it answers it is shown as offline.</p>
      )}
      {problem.value && !wrong('name') && !wrong('location') && (
        <ProblemNote problem={problem.value} />
      )}
      <Field label="Name" hint="As people call it on the floor." error={wrong('name')}>
        {(a) => (
          <input
            {...a}
            required
            autocomplete="off"
            value={name.value}
            onInput={(event) => (name.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Place (optional)" hint="A hall, a line, a shop." error={wrong('location')}>
        {(a) => (
          <input
            {...a}
            autocomplete="off"
            value={location.value}
            onInput={(event) => (location.value = event.currentTarget.value)}
          />
        )}
      </Field>
      <button
        type="submit"
        class={answered ? 'primary' : ''}
        disabled={busy.value || name.value.trim() === ''}
      >
        Add the machine
      </button>
    </form>
  );
}
