import { duration, percent, whole } from '../format';
import type { Oee, Ratio } from './types';

/** Six shares, each with what it was made of; what is not known is a dash with its reason. */
export function Figures({ oee }: { oee: Oee }) {
  const no_parts = 'no part counter';
  const why_quality = oee.parts ? 'no part was made' : no_parts;
  const why_ideal = oee.parts ? 'no ideal time is set' : no_parts;
  const seconds = (ratio: Ratio) =>
    `${duration(1000 * ratio.over)} of ${duration(1000 * ratio.under)}`;
  const parts = (ratio: Ratio) => `${whole(ratio.over)} of ${whole(ratio.under)} good`;
  const ideal = (ratio: Ratio) =>
    `${duration(1000 * ratio.over)} ideal in ${duration(1000 * ratio.under)}`;
  return (
    <dl class="figures oee-figures">
      <Figure name="OEE" of={oee.oee} made={ideal} missing={why_ideal} strong />
      <Figure name="Availability" of={oee.availability} made={seconds} missing="nothing is known" />
      <Figure name="Effectiveness" of={oee.effectiveness} made={ideal} missing={why_ideal} />
      <Figure name="Quality" of={oee.quality} made={parts} missing={why_quality} />
      <Figure
        name="In cycle, of planned time"
        of={oee.utilization_planned}
        made={seconds}
        missing="nothing is known"
      />
      <Figure
        name="In cycle, of all time"
        of={oee.utilization_calendar}
        made={seconds}
        missing="nothing is known"
      />
    </dl>
  );
}

function Figure({
  name,
  of,
  made,
  missing,
  strong = false,
}: {
  name: string;
  of: Ratio | null;
  made: (ratio: Ratio) => string;
  missing: string;
  strong?: boolean;
}) {
  return (
    <div class={strong ? 'oee-first' : undefined}>
      <dt>{name}</dt>
      <dd class={of ? 'num' : 'unsaid'}>{of ? percent(of.value) : '–'}</dd>
      <dd class="hint num">{of ? made(of) : missing}</dd>
    </div>
  );
}
