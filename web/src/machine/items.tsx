// Every data item with its last value, its age and its unit; any of them can be plotted.
import { useSignal, type Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { use_keys } from '../keys';
import { units, value, words } from '../format';
import { now } from '../clock';
import type { DataItem, Value } from '../types';
import { parse_time } from '../time';
import { Age } from '../ui/age';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import type { Loaded } from '../use';
import { RawDialog } from './raw';

/** What the live stream said of each item since the page was opened. */
export type Told = ReadonlyMap<string, { value: Value; at: string }>;
export type LiveItems = Signal<Told>;

export function item_matches(item: DataItem, filter: string): boolean {
  const text = [
    item.key,
    item.name,
    item.type,
    item.sub_type,
    item.component,
    item.category,
    item.role,
    item.type && words(item.type),
  ]
    .filter(Boolean)
    .join(' ')
    .toLowerCase();
  return filter
    .toLowerCase()
    .trim()
    .split(/\s+/)
    .every((part) => text.includes(part));
}

export function Items({
  base,
  list,
  live,
  plotted,
  plot,
  old,
}: {
  base: string;
  list: Loaded<{ items: DataItem[] }>;
  live: LiveItems;
  plotted: string | null;
  plot: (item: DataItem | null) => void;
  old: boolean;
}) {
  const { data, problem, reload } = list;
  const filter = useSignal('');
  const raw = useSignal<DataItem | null>(null);
  const search = useRef<HTMLInputElement>(null);
  use_keys((key) => {
    if (key === '/') search.current?.focus();
    return key === '/';
  }, []);
  const shown = data?.items.filter((item) => item_matches(item, filter.value)) ?? [];
  return (
    <section class="section" aria-labelledby="items-title">
      <div class="section-head">
        <h2 id="items-title">Data items</h2>
        {data && (
          <span class="hint num">
            {shown.length === data.items.length
              ? data.items.length
              : `${shown.length} of ${data.items.length}`}
          </span>
        )}
        <label class="search">
          <Icon of="search" />
          <input
            ref={search}
            aria-keyshortcuts="/"
            type="search"
            placeholder="Find an item"
            aria-label="Find a data item"
            value={filter.value}
            onInput={(event) => (filter.value = event.currentTarget.value)}
          />
        </label>
      </div>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={6} />}
      {data && data.items.length === 0 && (
        <p class="nothing">
          The machine has said nothing yet. Items appear with their first value.
        </p>
      )}
      {data && data.items.length > 0 && shown.length === 0 && (
        <p class="nothing">No item fits “{filter.value}”.</p>
      )}
      {shown.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Data items">
          <table class="dense items">
            <thead>
              <tr>
                <th>Item</th>
                <th class="right">Last value</th>
                <th class="right">Age</th>
                <th>
                  <span class="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((item) => (
                <ItemRow
                  key={item.key}
                  item={item}
                  live={live}
                  old={old}
                  plotted={plotted === item.key}
                  plot={() => plot(plotted === item.key ? null : item)}
                  raw={() => (raw.value = item)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {raw.value && (
        <RawDialog base={base} item={raw.value} at={now.peek()} close={() => (raw.value = null)} />
      )}
    </section>
  );
}

function ItemRow({
  item,
  live,
  old,
  plotted,
  plot,
  raw,
}: {
  item: DataItem;
  live: LiveItems;
  old: boolean;
  plotted: boolean;
  plot: () => void;
  raw: () => void;
}) {
  const fresh = live.value.get(item.key);
  const newest =
    fresh && (parse_time(fresh.at) ?? 0) >= (parse_time(item.last?.at) ?? 0) ? fresh : item.last;
  const kind = [
    item.type && words(item.type),
    item.sub_type && words(item.sub_type),
    item.component,
  ]
    .filter(Boolean)
    .join(' · ');
  return (
    <tr class={plotted ? 'is-chosen' : ''}>
      <td>
        <span class="item-name">{item.name ?? item.key}</span>
        {item.role && <span class="tag">decides {words(item.role).toLowerCase()}</span>}
        {kind && <span class="hint item-kind">{kind}</span>}
      </td>
      <td class="right num">
        {newest ? (
          <span class={newest.value === null ? 'unsaid' : 'item-value'}>{value(newest.value)}</span>
        ) : (
          <span class="unsaid">not told</span>
        )}
        {newest && newest.value !== null && <span class="hint"> {units(item.units)}</span>}
      </td>
      <td class="right num">
        {newest ? <Age at={newest.at} old_after={old ? 0 : Infinity} /> : '–'}
      </td>
      <td class="right row-actions">
        {newest && (
          <button
            type="button"
            class="link"
            onClick={raw}
            aria-label={`Raw line of ${item.name ?? item.key}`}
          >
            Raw
          </button>
        )}
        <button
          type="button"
          class="link"
          onClick={plot}
          aria-label={`${plotted ? 'Hide' : 'Plot'} ${item.name ?? item.key}`}
        >
          {plotted ? 'Hide' : 'Plot'}
        </button>
      </td>
    </tr>
  );
}
