import { Keys } from '../settings/keys';
import { Password } from '../settings/password';
import type { Session } from '../types';
import { useTitle } from '../use';

export function Settings({
  organization,
  session: known,
}: {
  organization: string;
  session: Session;
}) {
  useTitle('Settings');
  return (
    <section class="narrow">
      <h1 tabIndex={-1}>Settings</h1>
      <Keys organization={organization} />
      <Password email={known.person.email} />
    </section>
  );
}
