import { now } from '../clock';
import { age, date_time } from '../format';
import { parse_time } from '../time';

/** How long ago, ticking. Quiet while fresh, plain to see once older than `old_after` ms. */
export function Age({
  at,
  old_after = Infinity,
  prefix = '',
  suffix = '',
}: {
  at: string | number | null | undefined;
  old_after?: number;
  prefix?: string;
  suffix?: string;
}) {
  const ms = typeof at === 'number' ? at : parse_time(at);
  if (ms === null) return <span class="age age-never">never</span>;
  const size = Math.max(0, now.value - ms);
  return (
    <time class={size > old_after ? 'age age-old' : 'age'} title={date_time(ms)}>
      {prefix}
      {age(size)}
      {size >= 2000 ? suffix : ''}
    </time>
  );
}
