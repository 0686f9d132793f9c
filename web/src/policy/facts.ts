// What is known of a request, fact by fact: it holds, it does not, or nobody knows.
import type { Fact } from './types';

export type Known = 'holds' | 'fails' | 'unknown';
export type Knowledge = Readonly<Record<string, 'holds' | 'fails'>>;

export const known = (knowledge: Knowledge, path: string): Known => knowledge[path] ?? 'unknown';

export function learn(knowledge: Knowledge, path: string, state: Known): Knowledge {
  const { [path]: _, ...others } = knowledge;
  return state === 'unknown' ? others : { ...others, [path]: state };
}

/** As the API takes them. A fact that the policy does not have any more is left out. */
export function told(knowledge: Knowledge, facts: readonly Fact[]) {
  const here = new Set(facts.map((f) => f.path));
  const all = (state: 'holds' | 'fails') =>
    Object.keys(knowledge).filter((path) => knowledge[path] === state && here.has(path));
  return { holds: all('holds'), fails: all('fails') };
}

const whole = (path: string) => (path.includes(':') ? path : `condition:${path}`);

/** An example of a change, as knowledge. */
export function from_example(holds: readonly string[], fails: readonly string[]): Knowledge {
  const knowledge: Record<string, 'holds' | 'fails'> = {};
  for (const path of holds) knowledge[whole(path)] = 'holds';
  for (const path of fails) knowledge[whole(path)] = 'fails';
  return knowledge;
}

/** "condition:opted_out" → "opted_out": a condition needs no word for what it is. */
export const short = (path: string) => path.replace(/^condition:/, '');

/** Facts by dimension, those that fit the filter; conditions first, as they are asked most. */
export function sorted(facts: readonly Fact[], filter: string): [string, Fact[]][] {
  const wanted = filter.trim().toLowerCase();
  const groups = new Map<string, Fact[]>([['condition', []]]);
  for (const fact of facts) {
    if (wanted && !`${fact.path} ${fact.gloss}`.toLowerCase().includes(wanted)) continue;
    const group = groups.get(fact.dimension);
    if (group) group.push(fact);
    else groups.set(fact.dimension, [fact]);
  }
  return [...groups].filter(([, group]) => group.length > 0);
}
