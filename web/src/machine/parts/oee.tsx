// What a machine's time came to, and what would be worth doing about it.
import AdviceSection from '../../advice/section';
import OeeSection from '../../oee/section';
import type { PartProps } from '../parts';

export default function OeePart({ base, organization, machine, held, explain }: PartProps) {
  const { since, state, parts } = held.card;
  return (
    <>
      <OeeSection
        base={base}
        organization={organization}
        turn={`${since} ${state} ${parts}`}
        explain={explain}
      />
      <AdviceSection base={base} organization={organization} machine={machine} />
    </>
  );
}
