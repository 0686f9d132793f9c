import { query } from '../api';
import { units, value } from '../format';
import { to_rfc3339 } from '../time';
import type { DataItem, RawLine } from '../types';
import { Dialog } from '../ui/dialog';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { Times } from './explain';

/** The line in which a value came, as the machine sent it. */
export function RawDialog({
  base,
  item,
  at,
  close,
}: {
  base: string;
  item: DataItem;
  at: number;
  close: () => void;
}) {
  const { data, problem, reload } = useLoad<RawLine>(
    `${base}/raw?${query({ item: item.key, at: to_rfc3339(at) })}`,
  );
  return (
    <Dialog title={item.name ?? item.key} close={close}>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={4} />}
      {data && (
        <>
          <p class="big-value num">
            {value(data.value)}{' '}
            <span class="hint">{data.value === null ? '' : units(item.units)}</span>
          </p>
          <Times observed={data} item={data.item} />
          <h3>As it came</h3>
          <pre class="raw" tabIndex={0}>
            {data.line}
          </pre>
        </>
      )}
    </Dialog>
  );
}
