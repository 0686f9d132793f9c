// Names for the ids that revisions and the ledger carry.
import { useMemo } from 'preact/hooks';
import { session } from '../session';
import type { Card } from '../types';
import { useLoad } from '../use';

interface Member {
  person: { id: string; name: string; email: string };
}

export interface Names {
  machine: (id: string | null) => string | null;
  person: (id: string | null) => string;
  machines: { id: string; name: string }[];
}

export function useNames(organization: string): Names {
  const machines = useLoad<{ items: Card[] }>(`/organizations/${organization}/machines?limit=1000`);
  const members = useLoad<{ items: Member[] }>(`/organizations/${organization}/members`);
  const known = session.value;
  return useMemo(() => {
    const cards = new Map((machines.data?.items ?? []).map((c) => [c.id, c.name]));
    const people = new Map(
      (members.data?.items ?? []).map((m) => [m.person?.id, m.person?.name || m.person?.email]),
    );
    if (known.kind === 'in') people.set(known.session.person.id, 'you');
    return {
      machines: [...cards].map(([id, name]) => ({ id, name })),
      machine: (id) => (id === null ? null : (cards.get(id) ?? 'a removed machine')),
      person: (id) => (id === null ? 'unknown' : (people.get(id) ?? 'somebody who left')),
    };
  }, [machines.data, members.data, known]);
}
