// What needs a person first. The order holds still while the reader points at the board.
import { kNeedsSomebody, state_look } from '../states';
import { parse_time } from '../time';
import type { Card } from '../types';

// One collator: a call of localeCompare makes its own, which 500 machines a frame would feel.
const compare_names = new Intl.Collator(undefined, { numeric: true }).compare;

/** By attention, then by how long it has stood, longest first; the name decides the rest. */
export function by_attention(a: Card, b: Card): number {
  return (
    state_look(a.state, a.bucket).attention - state_look(b.state, b.bucket).attention ||
    (parse_time(a.since) ?? 0) - (parse_time(b.since) ?? 0) ||
    compare_names(a.name, b.name) ||
    a.id.localeCompare(b.id)
  );
}

/** Somebody has to go there: it stands by alarm or by hand, or nothing is heard from it. */
export const needs_somebody = (card: Card): boolean =>
  state_look(card.state, card.bucket).attention <= kNeedsSomebody;

/** The ids in order. While `held`, those of `before` keep their places and new ones come last. */
export function arrange(
  cards: readonly Card[],
  before: readonly string[],
  held: boolean,
): string[] {
  const sorted = [...cards].sort(by_attention).map((card) => card.id);
  if (!held) return sorted;
  const present = new Set(sorted);
  const kept = before.filter((id) => present.has(id));
  const known = new Set(kept);
  return [...kept, ...sorted.filter((id) => !known.has(id))];
}

/** The ids by location, the locations by name and those without one last; each keeps its order. */
export function by_location(
  ids: readonly string[],
  location_of: (id: string) => string | null,
): { name: string | null; ids: string[] }[] {
  const groups = new Map<string | null, string[]>();
  for (const id of ids) {
    const name = location_of(id);
    const group = groups.get(name);
    if (group) group.push(id);
    else groups.set(name, [id]);
  }
  return [...groups]
    .map(([name, of]) => ({ name, ids: of }))
    .sort((a, b) =>
      a.name === null || b.name === null
        ? Number(a.name === null) - Number(b.name === null)
        : compare_names(a.name, b.name),
    );
}

/** Every word of the filter is somewhere in what the card says. */
export function matches(card: Card, filter: string): boolean {
  const { word, look } = state_look(card.state, card.bucket);
  const text = [card.name, card.location, card.program, word, look, card.protocol]
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
}
