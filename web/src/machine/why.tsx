// Why a machine was in its state, where no timeline is on screen.
import { machine_path } from '../router';
import { to_rfc3339 } from '../time';
import { Dialog } from '../ui/dialog';
import { Why } from './explain';
import type { PartProps } from './parts';

export default function WhyDialog({
  organization,
  machine,
  base,
  explained,
  explain,
}: Pick<PartProps, 'organization' | 'machine' | 'base' | 'explained' | 'explain'>) {
  if (explained === null) return null;
  const at = encodeURIComponent(to_rfc3339(explained));
  return (
    <Dialog title="Why is it so?" close={() => explain(null)}>
      <div class="why">
        <Why base={base} at={explained} />
        <a class="button" href={`${machine_path(organization, machine)}?at=${at}`}>
          Show on the timeline
        </a>
      </div>
    </Dialog>
  );
}
