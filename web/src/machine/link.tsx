import { duration, moment_of, number } from '../format';
import { now } from '../clock';
import { parse_time } from '../time';
import type { Gap, LinkHistory, Machine } from '../types';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { protocol_of } from './protocols';
import { Untested } from './untested';

/** When the connection stood, when not, what was lost, and whether the machine's clock is right. */
export function LinkSection({
  base,
  machine,
  edit,
}: {
  base: string;
  machine: Machine | null;
  edit: () => void;
}) {
  const { data, problem, reload } = useLoad<LinkHistory>(`${base}/link`);
  return (
    <section class="section" aria-labelledby="link-title">
      <div class="section-head">
        <h2 id="link-title">Connection</h2>
        {machine && (
          <span class="hint">
            {protocol_of(machine.protocol).name} · <code>{machine.address}</code>{' '}
            <button type="button" class="link" onClick={edit}>
              Change
            </button>
          </span>
        )}
      </div>
      {machine && <Untested protocol={machine.protocol} />}
      {machine && (
        <p class={machine.clock.right ? 'hint' : 'doubt-note'}>
          <Icon of="clock" />{' '}
          {machine.clock.right
            ? 'The machine’s clock is right.'
            : `The machine’s clock is off by ${number(Math.round(machine.clock.offset * 10) / 10)} s; times are corrected by that${machine.clock.changed_at ? ` since ${moment_of(machine.clock.changed_at, now.value)}` : ''}.`}
        </p>
      )}
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={3} />}
      {data && data.items.length === 0 && <p class="nothing">No connection has been tried yet.</p>}
      {data && (
        <ul class="link-history num">
          {data.items.slice(0, 12).map((entry) => (
            <li key={entry.at + entry.words} class={entry.up ? '' : 'is-down'}>
              <Icon of={entry.up ? 'check' : 'unplugged'} />
              <time>{moment_of(entry.at, now.value)}</time>
              <span>{entry.words}</span>
            </li>
          ))}
        </ul>
      )}
      {data && data.gaps.length > 0 && (
        <>
          <h3>Gaps</h3>
          <ul class="link-history num">
            {data.gaps.slice(0, 12).map((gap) => (
              <GapLine key={gap.from + gap.reason} gap={gap} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function GapLine({ gap }: { gap: Gap }) {
  const size = (parse_time(gap.to) ?? 0) - (parse_time(gap.from) ?? 0);
  return (
    <li>
      <i class="key key-gap" aria-hidden="true" />
      <time>{moment_of(gap.from, now.value)}</time>
      <span>
        {duration(size)} · {gap.note || gap.reason}
        {gap.lost ? ` · ${number(gap.lost)} values lost` : ''}
      </span>
    </li>
  );
}
