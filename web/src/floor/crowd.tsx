// The machines that need nobody, on a board of hundreds: a cell each, by location, told by colour
// and shape.
import type { Signal } from '@preact/signals';
import type { Held, Shop } from '../shop';
import { state_look } from '../states';
import type { Card } from '../types';
import { Icon } from '../ui/icon';
import { fit_cells } from './fit';
import { by_location } from './order';

const kLabel = 34;
/** From this size (CSS px) on a cell has room for a name. */
const kNamed = 64;
const kNames = new Intl.Collator(undefined, { numeric: true });

export function Crowd({
  shop: open,
  ids,
  cards,
  width,
  height,
}: {
  shop: Shop;
  ids: readonly string[];
  /** All machines, of which a location's label counts those that run. */
  cards: readonly Card[];
  width: number;
  height: number;
}) {
  const card_of = (id: string) => open.cards.value.get(id)?.peek().card;
  // By name, not by state: a cell that stays where it is can be found again from across the hall.
  const named = [...ids].sort((a, b) =>
    kNames.compare(card_of(a)?.name ?? '', card_of(b)?.name ?? ''),
  );
  const groups = by_location(named, (id) => card_of(id)?.location ?? null);
  const label = groups.length > 1 ? kLabel : 0;
  const size = fit_cells(
    groups.map((group) => group.ids.length),
    width,
    height,
    label + 4,
  );
  const runs = (location: string | null) => {
    const there = cards.filter((card) => card.location === location);
    return `${there.filter((card) => card.executing).length} of ${there.length} run`;
  };
  return (
    <div
      class="crowd"
      style={{ '--cell': `${size}px`, '--crowd-label': `${label}px`, height: `${height}px` }}
    >
      {groups.map(({ name, ids: there }) => (
        <section key={name ?? ''} aria-label={name ?? 'Machines'}>
          {label > 0 && (
            <h2>
              {name ?? 'No location'} <span class="num">{runs(name)}</span>
            </h2>
          )}
          <div class="crowd-cells" role="list">
            {there.map((id) => {
              const held = open.cards.value.get(id);
              return held && <Cell key={id} held={held} named={size >= kNamed} />;
            })}
          </div>
        </section>
      ))}
    </div>
  );
}

function Cell({ held, named }: { held: Signal<Held>; named: boolean }) {
  const { card } = held.value;
  const { word, look, shape } = state_look(card.state, card.bucket);
  return (
    <div
      class={`crowd-cell look-${look}`}
      role="listitem"
      title={`${card.name}: ${word}`}
      data-machine={card.id}
    >
      <Icon of={shape} />
      {named ? <b>{card.name}</b> : <span class="visually-hidden">{card.name}</span>}
      <span class="visually-hidden">{word}</span>
    </div>
  );
}
