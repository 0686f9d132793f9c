import { useSignal } from '@preact/signals';
import { useLoad } from '../use';
import { Estimate } from './estimate';
import type { Names } from './names';
import { Text, type Wanted } from './text';
import type { Program, ProgramEstimate } from './types';

/** A revision's text and how long it takes, which point to each other. */
export function Understood({
  path,
  number,
  program,
  names,
}: {
  path: string;
  number: number;
  program: Program;
  names: Names;
}) {
  const machine = useSignal(program.machine ?? '');
  const wanted = useSignal<Wanted>({ line: 0, turn: 0 });
  // Its own machine is what is taken without a word, and may be one that was removed.
  const other = machine.value === program.machine ? '' : machine.value;
  const estimate = useLoad<ProgramEstimate>(
    `${path}/revisions/${number}/estimate${other && `?machine=${other}`}`,
  );
  return (
    <>
      <Estimate
        loaded={estimate}
        names={names}
        machine={machine.value}
        own={program.machine}
        choose={(id) => (machine.value = id)}
        go={(line) => (wanted.value = { line, turn: wanted.value.turn + 1 })}
      />
      <Text
        path={path}
        number={number}
        current={program.current}
        machine={other}
        notes={estimate.problem ? [] : (estimate.data?.notes ?? [])}
        wanted={wanted.value}
      />
    </>
  );
}
