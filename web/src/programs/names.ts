// Names for the ids that revisions and the ledger carry.
import { useMemo } from 'preact/hooks';
import { usePeople } from '../people/names';
import type { Card } from '../types';
import { useLoad } from '../use';

export interface Names {
  machine: (id: string | null) => string | null;
  person: (id: string | null) => string;
  machines: { id: string; name: string }[];
}

export function useNames(organization: string): Names {
  const machines = useLoad<{ items: Card[] }>(`/organizations/${organization}/machines?limit=1000`);
  const person = usePeople(organization);
  const cards = useMemo(
    () => new Map((machines.data?.items ?? []).map((c) => [c.id, c.name])),
    [machines.data],
  );
  return {
    machines: [...cards].map(([id, name]) => ({ id, name })),
    machine: (id) => (id === null ? null : (cards.get(id) ?? 'a removed machine')),
    person,
  };
}
