import { state_look } from '../states';
import type { Bucket, State } from '../types';
import { Icon } from './icon';

/** A state by colour, shape and word. */
export function StateChip({ state, bucket }: { state: State; bucket: Bucket }) {
  const { word, look, shape } = state_look(state, bucket);
  return (
    <span class={`chip look-${look}`}>
      <Icon of={shape} />
      {word}
    </span>
  );
}
