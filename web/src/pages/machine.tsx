import { useEffect } from 'preact/hooks';
import { now } from '../clock';
import { MachineHead } from '../machine/head';
import { kParts, PartsNav, type PartProps } from '../machine/parts';
import {
  floor_path,
  machine_path,
  navigate,
  part_meant,
  replace_query,
  url,
  type MachinePart,
} from '../router';
import { open_shop, shop } from '../shop';
import { parse_time, to_rfc3339 } from '../time';
import { ConnectionState } from '../ui/connection';
import { Icon } from '../ui/icon';
import { Later } from '../ui/later';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useTitle } from '../use';

const why = () => import('../machine/why');

/** What it does now, above one of its parts. */
export function MachinePage({
  organization,
  machine,
  part,
}: {
  organization: string;
  machine: string;
  part: MachinePart;
}) {
  useEffect(() => open_shop(organization, machine), [organization, machine]);
  useEffect(() => {
    const meant = part === 'now' ? part_meant(url.peek()) : null;
    if (meant) navigate(machine_path(organization, machine, meant) + url.peek().search, true);
  }, [organization, machine, part]);

  const open = shop.value?.organization === organization ? shop.value : null;
  const own = open?.only === machine ? open : null;
  const detail = own?.machine.value ?? null;
  const held = open?.cards.value.get(machine)?.value ?? null;
  const name = held?.card.name ?? 'Machine';
  useTitle(part === 'now' ? name : `${kParts[part].words} · ${name}`);

  const problem = own?.problem.value ?? null;
  if (!held && problem?.status !== 404 && problem)
    return (
      <Missing organization={organization}>
        <ProblemNote problem={problem} retry={() => void own?.load()} />
      </Missing>
    );
  if (!held && (problem || detail))
    return (
      <Missing organization={organization}>
        <h1 tabIndex={-1}>No such machine</h1>
        <p>It was removed, or it belongs to another organization.</p>
      </Missing>
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
  const given: PartProps = {
    organization,
    machine,
    base: `/organizations/${organization}/machines/${encodeURIComponent(machine)}`,
    held,
    detail,
    reload: () => void own?.load(),
    explained: parse_time(url.value.searchParams.get('at')),
    explain: (at) => replace_query({ at: at === null ? null : to_rfc3339(at) }),
  };
  return (
    <section class="machine">
      <div class="crumbs">
        <a href={floor_path(organization)}>
          <Icon of="previous" />
          Floor
        </a>
        {open && <ConnectionState live={open.live} />}
      </div>
      <MachineHead held={held} why={() => given.explain(now.peek())} />
      <PartsNav organization={organization} machine={machine} part={part} />
      <Later key={part} load={kParts[part].load} given={given} />
      {given.explained !== null && !has_timeline(part) && (
        <Later load={why} given={given} lines={0} />
      )}
    </section>
  );
}

/** An instant is explained beside the timeline, where there is one. */
const has_timeline = (part: MachinePart) =>
  part === 'now' || part === 'cycles' || (part === 'items' && url.value.searchParams.has('item'));

function Missing({
  organization,
  children,
}: {
  organization: string;
  children: preact.ComponentChildren;
}) {
  return (
    <section class="empty">
      {children}
      <a class="button" href={floor_path(organization)}>
        To the floor
      </a>
    </section>
  );
}
