// The parts of a machine's page: what they are called, and the way between them.
import type { ComponentType } from 'preact';
import { query } from '../api';
import { use_keys } from '../keys';
import { kMachineParts, machine_path, navigate, url, type MachinePart } from '../router';
import type { Held } from '../shop';
import type { Machine } from '../types';

/** What a part is given; each takes what it needs. */
export interface PartProps {
  organization: string;
  machine: string;
  /** Its path under /api/v1. */
  base: string;
  held: Held;
  /** In full; null until it has come. */
  detail: Machine | null;
  /** Asks for `detail` anew: something of it was changed. */
  reload: () => void;
  /** The instant whose state is being explained. */
  explained: number | null;
  explain: (at: number | null) => void;
}

interface Part {
  words: string;
  /** Comes when it is first opened. */
  load: () => Promise<{ default: ComponentType<PartProps> }>;
}

export const kParts: Record<MachinePart, Part> = {
  now: { words: 'Now', load: () => import('./parts/now') },
  cycles: { words: 'Cycles', load: () => import('./parts/cycles') },
  oee: { words: 'OEE', load: () => import('./parts/oee') },
  alarms: { words: 'Alarms', load: () => import('../reports/machine_alarms') },
  tools: { words: 'Tools', load: () => import('../tools/section') },
  programs: { words: 'Programs', load: () => import('../programs/section') },
  items: { words: 'Data items', load: () => import('./parts/items') },
  settings: { words: 'Settings', load: () => import('./parts/settings') },
};

/** The period that is looked at goes along; what is asked within one part stays with it. */
function href_of(organization: string, machine: string, part: MachinePart): string {
  const asked = url.value.searchParams;
  const kept = query({ by: asked.get('by') ?? undefined, on: asked.get('on') ?? undefined });
  return machine_path(organization, machine, part) + (kept && `?${kept}`);
}

export function PartsNav({
  organization,
  machine,
  part,
}: {
  organization: string;
  machine: string;
  part: MachinePart;
}) {
  use_keys(
    (key) => {
      const at = key.startsWith('g ') ? Number(key.slice(2)) - 1 : -1;
      const to = kMachineParts[at];
      if (!to) return false;
      navigate(href_of(organization, machine, to));
      return true;
    },
    [organization, machine],
  );
  return (
    <nav class="local-nav" aria-label="Parts of this machine’s page">
      {kMachineParts.map((one) => (
        <a
          key={one}
          href={href_of(organization, machine, one)}
          aria-current={one === part ? 'page' : undefined}
        >
          {kParts[one].words}
        </a>
      ))}
    </nav>
  );
}
