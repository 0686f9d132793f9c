import type { Protocol } from '../types';
import { protocol_of } from './protocols';

/** Says so where nobody has told yet that Heed reads a real machine of this kind. */
export function Untested({ protocol }: { protocol: Protocol }) {
  if (!protocol_of(protocol).untested) return null;
  return (
    <span class="untested">
      Not tried on a real machine yet: built from public descriptions, tested against a simulation.
      Tell us whether it reads yours.
    </span>
  );
}
