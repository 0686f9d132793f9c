// What a machine does, and why it stood: the first part of its page.
import ForecastNote from '../../advice/forecast';
import { Stands } from '../../oee/stands';
import { Conditions } from '../conditions';
import { History } from '../history';
import type { PartProps } from '../parts';
import { RunningCycle } from '../running-cycle';

export default function NowPart({ base, machine, held: { card }, explained, explain }: PartProps) {
  return (
    <>
      <div class="now-lines">
        <RunningCycle base={base} card={card} />
        <ForecastNote base={base} machine={machine} turn={`${card.state} ${card.parts}`} />
      </div>
      <History
        base={base}
        card={card}
        explained={explained}
        explain={explain}
        stands={(line) => (
          <Stands base={base} period={line.period} turn={line.turn} explain={explain} />
        )}
      />
      <Conditions conditions={card.conditions} />
    </>
  );
}
