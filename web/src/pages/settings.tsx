import { Keys } from '../settings/keys';
import { Password } from '../settings/password';
import type { Session } from '../types';
import { Later } from '../ui/later';
import { useTitle } from '../use';

const shifts = () => import('../settings/shifts');
const reasons = () => import('../settings/reasons');

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
      <Later load={shifts} given={{ organization }} key={organization} lines={2} />
      <Later load={reasons} given={{ organization }} key={`${organization} reasons`} lines={2} />
      <Keys organization={organization} />
      <Password email={known.person.email} />
    </section>
  );
}
