import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { MachineCard } from '../floor/card';
import { Counts } from '../floor/counts';
import { arrange, matches } from '../floor/order';
import { on_keys } from '../keys';
import { new_machine_path, replace_query, url } from '../router';
import { open_shop, shop, type Shop } from '../shop';
import { state_look, type Look } from '../states';
import { ConnectionState } from '../ui/connection';
import { Icon } from '../ui/icon';
import { OfferPassword } from '../ui/offer-password';
import { ProblemNote } from '../ui/problem';
import { useTitle } from '../use';

export function Floor({ organization }: { organization: string }) {
  useEffect(() => open_shop(organization), [organization]);
  useTitle('Floor');
  const open = shop.value;
  if (!open || open.organization !== organization) return null;
  return <Board shop={open} key={organization} />;
}

function Board({ shop: open }: { shop: Shop }) {
  const filter = useSignal('');
  const chosen = useSignal<Look | null>(null);
  const held = useSignal(false);
  const search = useRef<HTMLInputElement>(null);
  const order = useRef<string[]>([]);

  const all = useComputed(() =>
    [...open.cards.value.values()].map((held_card) => held_card.value.card),
  );
  const shown = useComputed(() =>
    all.value.filter(
      (card) =>
        matches(card, filter.value) &&
        (chosen.value === null || state_look(card.state, card.bucket).look === chosen.value),
    ),
  );
  order.current = arrange(shown.value, order.current, held.value);

  useEffect(
    () =>
      on_keys((key) => {
        if (key !== '/') return false;
        search.current?.focus();
        return true;
      }),
    [],
  );

  if (!open.loaded.value) {
    return open.problem.value ? (
      <ProblemNote problem={open.problem.value} retry={() => void open.load()} />
    ) : (
      <FloorSkeleton />
    );
  }
  if (open.cards.value.size === 0) return <NoMachines organization={open.organization} />;
  return (
    <section class="floor">
      <OfferPassword organization={open.organization} />
      <div class="bar">
        <h1 class="at-start" tabIndex={-1}>
          Floor
        </h1>
        <ConnectionState live={open.live} />
        <label class="search">
          <Icon of="search" />
          <input
            ref={search}
            type="search"
            placeholder="Filter"
            aria-label="Filter machines"
            aria-keyshortcuts="/"
            value={filter.value}
            onInput={(event) => (filter.value = event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') {
                filter.value = '';
                event.currentTarget.blur();
              }
            }}
          />
          <kbd>/</kbd>
        </label>
        <button type="button" class="plain" onClick={() => replace_query({ tv: '1' })}>
          <Icon of="screen" />
          Board
        </button>
        <a class="button primary" href={new_machine_path(open.organization)}>
          <Icon of="plus" />
          Add a machine
        </a>
      </div>
      <Counts cards={all.value} chosen={chosen.value} choose={(look) => (chosen.value = look)} />
      {open.problem.value && (
        <ProblemNote problem={open.problem.value} retry={() => void open.load()} />
      )}
      {order.current.length === 0 && (
        <p class="nothing">
          No machine fits.{' '}
          <button
            type="button"
            onClick={() => {
              filter.value = '';
              chosen.value = null;
            }}
          >
            Show all {all.value.length}
          </button>
        </p>
      )}
      <Cards shop={open} ids={order.current} hold={(on) => (held.value = on)} />
    </section>
  );
}

/** Touch has no "pointer left": after a touch the order holds for this long. */
const kTouchHold = 4000;

function Cards({
  shop: open,
  ids,
  hold,
}: {
  shop: Shop;
  ids: readonly string[];
  hold: (on: boolean) => void;
}) {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const keep = (on: boolean) => {
    clearTimeout(timer.current);
    hold(on);
  };
  return (
    <div
      class="cards"
      onPointerEnter={() => keep(true)}
      onPointerLeave={(event) => {
        if (event.pointerType === 'touch')
          timer.current = setTimeout(() => hold(false), kTouchHold);
        else keep(event.currentTarget.contains(document.activeElement));
      }}
      onFocusIn={() => keep(true)}
      onFocusOut={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null))
          keep(event.currentTarget.matches(':hover'));
      }}
    >
      {ids.map((id) => {
        const held_card = open.cards.value.get(id);
        return (
          held_card && <MachineCard key={id} held={held_card} organization={open.organization} />
        );
      })}
    </div>
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
