// How the floor is laid out: of which location, grouped or not, as cards or as rows, as a file.
import type { Signal } from '@preact/signals';
import type { Card } from '../types';
import { Icon } from '../ui/icon';
import type { Form } from './board';

/** Where the browser keeps what was chosen last. */
export const kForm = 'heed.floor.form';
export const kGrouped = 'heed.floor.grouped';

const kNames = new Intl.Collator(undefined, { numeric: true });

export function locations_of(cards: readonly Card[]): [name: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { location } of cards)
    counts.set(location ?? '', (counts.get(location ?? '') ?? 0) + 1);
  return [...counts].sort(
    ([a], [b]) => Number(a === '') - Number(b === '') || kNames.compare(a, b),
  );
}

export function Arrangement({
  cards,
  location,
  choose,
  form,
  grouped,
  save,
}: {
  cards: readonly Card[];
  location: string | null;
  choose: (location: string | null) => void;
  form: Signal<Form>;
  grouped: Signal<boolean>;
  save: () => void;
}) {
  const locations = locations_of(cards);
  const shown = (chosen: Form) => () => {
    form.value = chosen;
    localStorage.setItem(kForm, chosen);
  };
  return (
    <div class="arrangement">
      {(locations.length > 1 || location !== null) && (
        <>
          <select
            aria-label="Location"
            value={location === null ? kEverywhere : `in ${location}`}
            onChange={({ currentTarget: { value } }) =>
              choose(value === kEverywhere ? null : value.slice('in '.length))
            }
          >
            <option value={kEverywhere}>All locations</option>
            {locations.map(([name, count]) => (
              <option key={name} value={`in ${name}`}>
                {name || 'No location'} ({count})
              </option>
            ))}
          </select>
          <button
            type="button"
            aria-pressed={grouped.value}
            onClick={() => {
              grouped.value = !grouped.value;
              localStorage.setItem(kGrouped, grouped.value ? 'yes' : 'no');
            }}
          >
            By location
          </button>
        </>
      )}
      <div class="segments" role="group" aria-label="Machines as">
        <button type="button" aria-pressed={form.value === 'cards'} onClick={shown('cards')}>
          Cards
        </button>
        <button type="button" aria-pressed={form.value === 'list'} onClick={shown('list')}>
          List
        </button>
      </div>
      <button type="button" onClick={save} aria-label="CSV of the machines shown">
        <Icon of="download" />
        CSV
      </button>
    </div>
  );
}

const kEverywhere = 'everywhere';
