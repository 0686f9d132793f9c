import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { now } from '../clock';
import { is_old } from '../floor/card';
import { Conditions } from '../machine/conditions';
import { EditConnection } from '../machine/connection';
import { MachineHead } from '../machine/head';
import { History } from '../machine/history';
import { Items } from '../machine/items';
import { LinkSection } from '../machine/link';
import { floor_path, replace_query, url } from '../router';
import { open_shop, shop, type Held } from '../shop';
import { parse_time, to_rfc3339 } from '../time';
import type { DataItem, Machine, Value } from '../types';
import { ConnectionState } from '../ui/connection';
import { Later } from '../ui/later';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad, useTitle } from '../use';

const advice = () => import('../advice/section');
const forecast = () => import('../advice/forecast');
const oee = () => import('../oee/section');
const tools = () => import('../tools/section');
const programs = () => import('../programs/section');
const alarms = () => import('../reports/machine_alarms');

export function MachinePage({ organization, machine }: { organization: string; machine: string }) {
  const live = useSignal<ReadonlyMap<string, { value: Value; at: string }>>(new Map());
  useEffect(
    () =>
      open_shop(organization, machine, (event) => {
        if (event.machine !== machine) return;
        const grown = new Map(live.peek());
        for (const { item, value, at } of event.values) grown.set(item, { value, at });
        live.value = grown;
      }),
    [organization, machine],
  );

  const base = `/organizations/${organization}/machines/${encodeURIComponent(machine)}`;
  const detail = useLoad<Machine>(base);
  const open = shop.value;
  const listed =
    open?.organization === organization ? open.cards.value.get(machine)?.value : undefined;
  const received = useMemo(() => Date.now(), [detail.data]);
  const held: Held | null = listed ?? (detail.data && { card: detail.data, received });
  const plotted = useSignal<DataItem | null>(null);
  // Here, and not in the section of the connection, which begins anew with every change of it.
  const editing = useSignal(false);
  const explained = useSignal<number | null>(parse_time(url.peek().searchParams.get('at')));
  useTitle(held?.card.name ?? 'Machine');

  const explain = (at: number | null) => {
    explained.value = at;
    replace_query({ at: at === null ? null : to_rfc3339(at) });
  };
  const explain_above = (at: number) => {
    explain(at);
    requestAnimationFrame(() =>
      document.getElementById('history-title')?.scrollIntoView({ block: 'start' }),
    );
  };
  if (detail.problem && !held)
    return (
      <Missing
        organization={organization}
        problem={
          detail.problem.status === 404 ? null : (
            <ProblemNote problem={detail.problem} retry={detail.reload} />
          )
        }
      />
    );
  if (!held)
    return (
      <section class="machine">
        <h1 tabIndex={-1} class="visually-hidden">
          Machine
        </h1>
        <Skeleton lines={4} />
        <Skeleton lines={1} tall />
      </section>
    );
  const old = is_old(held.card);
  return (
    <section class="machine">
      <div class="crumbs">
        <a href={floor_path(organization)}>
          <Icon of="previous" />
          Floor
        </a>
        {open && <ConnectionState live={open.live} />}
      </div>
      <MachineHead
        held={held}
        organization={organization}
        base={base}
        why={() => explain(now.peek())}
      />
      <Later
        load={forecast}
        lines={1}
        given={{ base, machine, turn: `${held.card.state} ${held.card.parts}` }}
      />
      <History
        base={base}
        held={held}
        live={live}
        explained={explained.value}
        explain={explain}
        plotted={plotted.value}
        plot={(item) => (plotted.value = item)}
      />
      <Later
        load={oee}
        given={{
          base,
          organization,
          turn: `${held.card.since} ${held.card.state} ${held.card.parts}`,
          explain: explain_above,
        }}
      />
      <Later load={tools} given={{ base, turn: `${held.card.state}` }} lines={3} />
      <Later load={alarms} given={{ base, organization, explain: explain_above }} />
      <Later load={advice} lines={2} given={{ base, organization, machine }} />
      <div class="machine-columns">
        <Items
          base={base}
          live={live}
          plotted={plotted.value?.key ?? null}
          old={old}
          plot={(item) => {
            plotted.value = item;
            if (item)
              requestAnimationFrame(() =>
                document.getElementById('plot-title')?.scrollIntoView({ block: 'center' }),
              );
          }}
        />
        <div>
          <Conditions conditions={held.card.conditions} />
          <LinkSection
            base={base}
            machine={detail.data}
            edit={() => (editing.value = true)}
            key={`${held.card.link.since}`}
          />
        </div>
      </div>
      <Later load={programs} given={{ base, organization, machine }} lines={3} />
      {detail.data && editing.value && (
        <EditConnection
          base={base}
          machine={detail.data}
          saved={detail.reload}
          close={() => (editing.value = false)}
        />
      )}
    </section>
  );
}

function Missing({
  organization,
  problem,
}: {
  organization: string;
  problem: preact.ComponentChildren;
}) {
  return (
    <section class="empty">
      {problem ?? (
        <>
          <h1 tabIndex={-1}>No such machine</h1>
          <p>It was removed, or it belongs to another organization.</p>
        </>
      )}
      <a class="button" href={floor_path(organization)}>
        To the floor
      </a>
    </section>
  );
}
