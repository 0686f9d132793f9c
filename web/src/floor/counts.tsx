import { kLooks, kLookWords, state_look, type Look } from '../states';
import type { Card } from '../types';

export function count_looks(cards: readonly Card[]): Map<Look, number> {
  const counts = new Map<Look, number>();
  for (const card of cards) {
    const { look } = state_look(card.state, card.bucket);
    counts.set(look, (counts.get(look) ?? 0) + 1);
  }
  return counts;
}

/** How many machines are in which state; a press shows only those. */
export function Counts({
  cards,
  chosen,
  choose,
}: {
  cards: readonly Card[];
  chosen: Look | null;
  choose: (look: Look | null) => void;
}) {
  const counts = count_looks(cards);
  return (
    <div class="counts" role="group" aria-label="Show only machines that are">
      {kLooks
        .filter((look) => counts.has(look) || look === chosen)
        .map((look) => (
          <button
            key={look}
            type="button"
            class={`count look-${look}`}
            aria-pressed={chosen === look}
            onClick={() => choose(chosen === look ? null : look)}
          >
            <i class="swatch" aria-hidden="true" />
            <b class="num">{counts.get(look) ?? 0}</b> {kLookWords[look]}
          </button>
        ))}
    </div>
  );
}
