import type { Names } from './names';

/** One of the machines, or none, which the words say the meaning of. */
export function MachineChoice({
  names,
  none,
  machine,
  choose,
  ...attributes
}: {
  names: Names;
  none: string;
  machine: string;
  choose: (machine: string) => void;
  id: string;
  required?: boolean;
  disabled?: boolean;
}) {
  return (
    <select {...attributes} value={machine} onChange={(event) => choose(event.currentTarget.value)}>
      <option value="">{none}</option>
      {names.machines.map((m) => (
        <option key={m.id} value={m.id}>
          {m.name}
        </option>
      ))}
    </select>
  );
}
