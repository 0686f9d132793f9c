// Who somebody is, where the API tells ids alone. Whoever may not see the members is told no name.
import { useMemo } from 'preact/hooks';
import { session } from '../session';
import type { ApiKey, Person } from '../types';
import { useLoad } from '../use';

/** Ids of those who were erased are none any more: they stand under a pseudonym. */
const is_erased = (id: string) => id.startsWith('p:');

/** `ids`: those that will be asked for. Nothing is loaded for a reader alone, and API keys only where
 *  an id is no member's. Without them the members are loaded, and no keys. */
export function usePeople(
  organization: string,
  ids?: readonly (string | null)[],
): (id: string | null) => string {
  const base = `/organizations/${organization}`;
  const known = session.value;
  const own = known.kind === 'in' ? known.session.person.id : null;
  const others = ids?.filter((id) => id !== null && id !== own && !is_erased(id));
  const members = useLoad<{ items: { person: Person }[] }>(
    others === undefined || others.length > 0 ? `${base}/members` : null,
  );
  const people = useMemo(
    () => members.data && new Map(members.data.items.map(({ person }) => [person.id, person])),
    [members.data],
  );
  const unknown = people !== null && (others ?? []).some((id) => !people.has(id!));
  const keys = useLoad<{ items: ApiKey[] }>(unknown ? `${base}/api-keys` : null);
  return (id) => {
    if (id === null) return 'unknown';
    if (id === own) return 'you';
    if (is_erased(id)) return 'somebody who is gone';
    const person = people?.get(id);
    if (person) return person.name || person.email;
    const key = keys.data?.items.find((one) => one.id === id);
    if (key) return `the key “${key.name}”`;
    return people && (!unknown || keys.data) ? 'somebody who left' : 'somebody';
  };
}
