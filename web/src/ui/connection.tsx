import { now } from '../clock';
import { lasted } from '../format';
import type { Live } from '../live';

/** Whether what is on screen is live, and if not, how old it is. */
export function ConnectionState({ live }: { live: Live }) {
  const state = live.connection.value;
  if (state === 'live')
    return (
      <span class="connection is-live">
        <i aria-hidden="true" />
        Live
      </span>
    );
  const heard = live.heard.value;
  void now.value;
  return (
    <span class={`connection is-${state}`} role="status">
      <i aria-hidden="true" />
      {state === 'refused'
        ? 'Not allowed'
        : heard === null
          ? 'Connecting'
          : `Reconnecting, ${lasted(Date.now() - heard)} old`}
    </span>
  );
}
