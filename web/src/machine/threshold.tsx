// Where to cut a signal in two: how long it was where in the last week, and where it never is.
import { useSignal } from '@preact/signals';
import { query } from '../api';
import { now } from '../clock';
import { duration, number, percent } from '../format';
import { WhatIf } from '../rules/what-if';
import type { SignalLevels } from '../rules/types';
import { to_rfc3339 } from '../time';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { rounded } from './signal';

const kDays = 7;
const kHour = 3_600_000;

export default function Threshold({
  base,
  signals,
  use,
}: {
  base: string;
  signals: readonly string[];
  use: (item: string, limits: { on: number; off: number }) => void;
}) {
  const item = useSignal<string | null>(null);
  return (
    <div class="threshold">
      <div class="actions">
        {signals.map((signal) => (
          <button
            key={signal}
            type="button"
            aria-pressed={item.value === signal}
            onClick={() => (item.value = signal)}
          >
            Find the threshold of {signal}
          </button>
        ))}
      </div>
      {item.value && <Levels key={item.value} base={base} item={item.value} use={use} />}
    </div>
  );
}

function Levels({
  base,
  item,
  use,
}: {
  base: string;
  item: string;
  use: (item: string, limits: { on: number; off: number }) => void;
}) {
  const to = Math.ceil(now.peek() / kHour) * kHour;
  const range = { from: to_rfc3339(to - kDays * 24 * kHour), to: to_rfc3339(to) };
  const { data, problem, reload } = useLoad<SignalLevels>(
    `${base}/signal-levels?${query({ item, ...range })}`,
  );
  if (problem) return <ProblemNote problem={problem} retry={reload} />;
  if (!data) return <Skeleton lines={3} />;
  const found = data.suggestion;
  const [, organization, machine] = /^\/organizations\/([^/]+)\/machines\/([^/]+)/.exec(base) ?? [];
  const limits = found && { on: rounded(found.on), off: rounded(found.off) };
  return (
    <div>
      {data.histogram && <Histogram levels={data} />}
      {!found && <p class="note">{data.why_not}</p>}
      {found && limits && (
        <>
          <p>
            It runs at <b class="num">{number(limits.on)}</b> or more and stands at{' '}
            <b class="num">{number(limits.off)}</b> or less: in the last {kDays} days it was near{' '}
            {number(rounded(found.low))} for {duration(1000 * found.time_low)} and near{' '}
            {number(rounded(found.high))} for {duration(1000 * found.time_high)}, and between the
            two limits for {percent(found.doubtful_share)} of the time.{' '}
            <span class="hint num">
              {found.agreeing_days} of {found.days} days alone say the same.
            </span>
          </p>
          {found.other && (
            <p class="note">
              There is a third level: the signal is hardly ever between{' '}
              {number(rounded(found.other.from))} and {number(rounded(found.other.to))} either.
              Somebody must look which level is the running machine.
            </p>
          )}
          <WhatIf
            organization={organization!}
            proposal={() => ({
              machine: decodeURIComponent(machine!),
              running: { item, ...limits },
            })}
          >
            <button type="button" onClick={() => use(item, limits)}>
              Put them into the settings
            </button>
          </WhatIf>
          <p class="hint">
            Other limits hold from when the settings are saved; states that were recorded stay.
          </p>
        </>
      )}
    </div>
  );
}

/** Time against value; the root of the time, so that the rare stretch can be seen beside the levels. */
function Histogram({ levels }: { levels: SignalLevels }) {
  const { from, to, seconds } = levels.histogram!;
  const most = Math.max(...seconds, 1);
  const width = 100 / seconds.length;
  const place = (value: number) => (to > from ? (100 * (value - from)) / (to - from) : 50);
  const found = levels.suggestion;
  return (
    <figure>
      <svg class="levels" viewBox="0 0 100 40" preserveAspectRatio="none" role="img">
        <title>How long the signal was where</title>
        {found && (
          <rect
            class="levels-gap"
            x={place(found.gap.from)}
            width={Math.max(0, place(found.gap.to) - place(found.gap.from))}
            y={0}
            height={40}
          />
        )}
        {seconds.map((held, i) => {
          const height = 39 * Math.sqrt(held / most);
          return <rect key={i} x={i * width} width={width * 0.9} y={40 - height} height={height} />;
        })}
        {found &&
          [found.off, found.on].map((limit) => (
            <line key={limit} x1={place(limit)} x2={place(limit)} y1={0} y2={40} />
          ))}
      </svg>
      <figcaption class="levels-axis hint num">
        <span>{number(rounded(from))}</span>
        {found && (
          <span>
            off {number(rounded(found.off))} · on {number(rounded(found.on))}
          </span>
        )}
        <span>{number(rounded(to))}</span>
      </figcaption>
    </figure>
  );
}
