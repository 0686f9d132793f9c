// What needs a person first. The order holds still while the reader points at the board.
import { state_look } from '../states';
import { parse_time } from '../time';
import type { Card } from '../types';

/** By attention, then by how long it has stood, longest first; the name decides the rest. */
export function by_attention(a: Card, b: Card): number {
  return (
    state_look(a.state, a.bucket).attention - state_look(b.state, b.bucket).attention ||
    (parse_time(a.since) ?? 0) - (parse_time(b.since) ?? 0) ||
    a.name.localeCompare(b.name, undefined, { numeric: true }) ||
    a.id.localeCompare(b.id)
  );
}

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
