// The codes as a tree of two levels, and rules in their order.
import type { ReasonCode } from '../oee/types';

export interface InTree {
  code: ReasonCode;
  /** Its place in the list as it is kept. */
  at: number;
  below: boolean;
}

/** Each code with those below it. */
export function in_tree(codes: readonly ReasonCode[]): InTree[] {
  const all = codes.map((code, at) => ({ code, at }));
  const is_below = (code: ReasonCode) => codes.some((c) => c.code === code.parent);
  return all
    .filter(({ code }) => !is_below(code))
    .flatMap((top) => [
      { ...top, below: false },
      ...all
        .filter(({ code }) => code.parent === top.code.code)
        .map((one) => ({ ...one, below: true })),
    ]);
}

/** What a code may be called by, from its name: "Tool broken" is tool_broken. Empty: it has none. */
export function code_from(name: string, codes: readonly ReasonCode[]): string {
  const plain = name
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 36);
  if (plain === '') return '';
  const taken = (code: string) => codes.some((c) => c.code === code);
  if (!taken(plain)) return plain;
  let n = 2;
  while (taken(`${plain}_${n}`)) n++;
  return `${plain}_${n}`;
}

export const with_code = (codes: readonly ReasonCode[], name: string): ReasonCode[] => [
  ...codes,
  { code: code_from(name, codes), name, parent: null, class: 'unplanned', retired: false },
];

export function moved<T>(all: readonly T[], from: number, to: number): T[] {
  const rest = all.filter((_, i) => i !== from);
  rest.splice(to, 0, all[from]!);
  return rest;
}
