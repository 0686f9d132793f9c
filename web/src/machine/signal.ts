// The inputs of a Modbus box that tell a number, in its settings (docs/machines/modbus.md).

interface Input {
  table?: unknown;
  bit?: unknown;
  item?: unknown;
  running?: object;
}

function inputs_of(settings: string): Input[] | null {
  try {
    const { inputs } = JSON.parse(settings) as { inputs?: unknown };
    return Array.isArray(inputs) ? (inputs as Input[]) : null;
  } catch {
    return null;
  }
}

/** The items of registers that are kept: a bit has no threshold. */
export const signals_in = (settings: string): string[] =>
  (inputs_of(settings) ?? []).flatMap(({ table, bit, item }) =>
    typeof item === 'string' &&
    item !== '' &&
    bit === undefined &&
    (table === 'holding_register' || table === 'input_register')
      ? [item]
      : [],
  );

/** The settings with these limits for the item, which alone tells that the machine runs. */
export function with_limits(
  settings: string,
  item: string,
  { on, off }: { on: number; off: number },
): string {
  if (inputs_of(settings) === null) return settings;
  const whole = JSON.parse(settings) as { inputs: Input[] };
  whole.inputs = whole.inputs.map((input) => {
    const { running, ...rest } = input;
    if (input.item !== item) return rest;
    return { ...rest, running: { ...running, on, off } };
  });
  return JSON.stringify(whole, null, 2);
}

/** To three digits that count, as nobody sets a limit finer. */
export const rounded = (limit: number) => Number(limit.toPrecision(3));
