import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { download } from '../csv';
import { Arrangement, kForm, kGrouped } from '../floor/arrangement';
import { asked_of, fits, kAll, query_of, type Asked } from '../floor/asked';
import { Board, type Form } from '../floor/board';
import { Counts } from '../floor/counts';
import { floor_csv } from '../floor/csv';
import { arrange, by_location } from '../floor/order';
import { use_keys } from '../keys';
import { new_machine_path, replace_query, url } from '../router';
import { open_shop, shop, type Shop } from '../shop';
import { ConnectionState } from '../ui/connection';
import { Icon } from '../ui/icon';
import { OfferPassword } from '../ui/offer-password';
import { ProblemNote } from '../ui/problem';
import { useTitle } from '../use';

/** Typing writes the address once it pauses: a browser allows so many changes in a while. */
const kQueryWait = 400;

export function Floor({ organization }: { organization: string }) {
  useEffect(() => open_shop(organization), [organization]);
  useTitle('Floor');
  const open = shop.value;
  if (!open || open.organization !== organization) return null;
  return <Machines shop={open} key={organization} />;
}

function Machines({ shop: open }: { shop: Shop }) {
  const asked = useSignal<Asked>(asked_of(url.peek().searchParams));
  const form = useSignal<Form>(localStorage.getItem(kForm) === 'list' ? 'list' : 'cards');
  const grouped = useSignal(localStorage.getItem(kGrouped) === 'yes');
  const held = useSignal(false);
  const search = useRef<HTMLInputElement>(null);
  const before = useRef<{ asked: Asked; order: string[] }>({ asked: asked.value, order: [] });

  const all = useComputed(() =>
    [...open.cards.value.values()].map((held_card) => held_card.value.card),
  );
  const ask = (change: Partial<Asked>) => (asked.value = { ...asked.value, ...change });
  useEffect(() => {
    const timer = setTimeout(() => replace_query(query_of(asked.value)), kQueryWait);
    return () => clearTimeout(timer);
  }, [asked.value]);
  use_keys((key) => {
    if (key !== '/') return false;
    search.current?.focus();
    search.current?.select();
    return true;
  }, []);

  // What was shown when the reader began to point stays there, though it may no longer fit.
  const same = before.current.asked === asked.value;
  const staying = new Set(held.value && same ? before.current.order : []);
  const shown = all.value.filter((card) => fits(card, asked.value) || staying.has(card.id));
  const order = arrange(shown, same ? before.current.order : [], held.value);
  before.current = { asked: asked.value, order };
  const location_of = (id: string) => open.cards.value.get(id)?.peek().card.location ?? null;
  const groups = grouped.value
    ? by_location(order, location_of)
    : [{ name: undefined, ids: order }];

  if (!open.loaded.value) {
    return open.problem.value ? (
      <ProblemNote problem={open.problem.value} retry={() => void open.load()} />
    ) : (
      <FloorSkeleton />
    );
  }
  if (open.cards.value.size === 0) return <NoMachines organization={open.organization} />;
  const in_order = () =>
    groups.flatMap(({ ids }) => ids.flatMap((id) => open.cards.value.get(id)?.peek().card ?? []));
  return (
    <section class="floor">
      <OfferPassword organization={open.organization} />
      <div class="bar">
        <h1 class="at-start" tabIndex={-1}>
          Floor
        </h1>
        <ConnectionState live={open.live} />
        <Search field={search} text={asked.value.text} search={(text) => ask({ text })} />
        <button type="button" class="plain" onClick={() => replace_query({ tv: '1' })}>
          <Icon of="screen" />
          Board
        </button>
        <a class="button primary" href={new_machine_path(open.organization)}>
          <Icon of="plus" />
          Add a machine
        </a>
      </div>
      <div class="floor-tools">
        <Counts
          cards={all.value.filter((card) => fits(card, { ...asked.value, look: null }))}
          chosen={asked.value.look}
          choose={(look) => ask({ look })}
        />
        <Arrangement
          cards={all.value}
          location={asked.value.location}
          choose={(location) => ask({ location })}
          form={form}
          grouped={grouped}
          save={() => download('floor.csv', floor_csv(in_order()))}
        />
      </div>
      {open.problem.value && (
        <ProblemNote problem={open.problem.value} retry={() => void open.load()} />
      )}
      <p class="visually-hidden" role="status">
        {order.length === all.value.length
          ? `${order.length} machines`
          : `${order.length} of ${all.value.length} machines`}
      </p>
      {order.length === 0 && (
        <p class="nothing">
          No machine fits.{' '}
          <button type="button" onClick={() => (asked.value = kAll)}>
            Show all {all.value.length}
          </button>
        </p>
      )}
      <Board shop={open} groups={groups} form={form.value} hold={(on) => (held.value = on)} />
    </section>
  );
}

function Search({
  field,
  text,
  search,
}: {
  field: { current: HTMLInputElement | null };
  text: string;
  search: (text: string) => void;
}) {
  return (
    <label class="search">
      <Icon of="search" />
      <input
        ref={field}
        type="search"
        placeholder="Filter"
        aria-label="Filter machines"
        aria-keyshortcuts="/"
        value={text}
        onInput={(event) => search(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          search('');
          event.currentTarget.blur();
        }}
      />
      <kbd>/</kbd>
    </label>
  );
}

function FloorSkeleton() {
  return (
    <section class="floor" aria-busy="true">
      <div class="bar">
        <h1 tabIndex={-1}>Floor</h1>
      </div>
      <div class="cards skeleton-cards" role="status" aria-label="Loading machines">
        {Array.from({ length: 8 }, (_, i) => (
          <div class="card skeleton-card" key={i}>
            <span />
            <span />
            <span />
          </div>
        ))}
      </div>
    </section>
  );
}

function NoMachines({ organization }: { organization: string }) {
  return (
    <section class="empty">
      <OfferPassword organization={organization} />
      <h1 tabIndex={-1}>No machines yet</h1>
      <p>
        Heed reads what a machine says over MTConnect, SHDR or LinuxCNC, and never writes to it.
        Have its network address at hand; trying it takes five seconds and stores nothing.
      </p>
      <a class="button primary" href={new_machine_path(organization)}>
        <Icon of="plus" />
        Add the first machine
      </a>
      <p class="hint">From a terminal the same is</p>
      <pre
        class="command"
        tabIndex={0}
      >{`curl ${url.value.origin}/api/v1/organizations/${organization}/machines \\
  -H 'Authorization: Bearer heed_…' -H 'Content-Type: application/json' \\
  -d '{"name":"Lathe 1","protocol":"shdr","address":"192.168.1.40:7878"}'`}</pre>
    </section>
  );
}
