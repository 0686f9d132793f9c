// What a machine made, beside the time in which it made it.
import { Cycles } from '../cycles';
import { History } from '../history';
import type { PartProps } from '../parts';

/** Of more there are too many cycles to be read. */
const kLongest = 32 * 86_400_000;

export default function CyclesPart({ base, held: { card }, explained, explain }: PartProps) {
  return (
    <History base={base} card={card} explained={explained} explain={explain}>
      {({ period, turn, show }) =>
        period.to - period.from <= kLongest ? (
          <Cycles base={base} period={period} turn={turn} show={show} />
        ) : (
          <p class="hint section">Cycles are listed for a month or less.</p>
        )
      }
    </History>
  );
}
