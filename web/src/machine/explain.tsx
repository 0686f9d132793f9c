// "Why is it red?": the rule in words, the observations that decided, and the raw lines.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { query } from '../api';
import { clock_fine, date_time, duration, value, words } from '../format';
import { is_doubtful, kBucketWords, kPlacedWords } from '../states';
import { parse_time, to_rfc3339, zone_words } from '../time';
import type { Because, Explanation } from '../types';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { StateChip } from '../ui/state';
import { useLoad } from '../use';

/** Beside the timeline. */
export function Explain({ base, at, close }: { base: string; at: number; close: () => void }) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus({ preventScroll: true });
    title.current?.closest('aside')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <aside
      class="explain"
      aria-labelledby="explain-title"
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          close();
        }
      }}
    >
      <header>
        <h2 id="explain-title" tabIndex={-1} ref={title}>
          Why is it so?
        </h2>
        <button type="button" class="plain square" aria-label="Close" onClick={close}>
          <Icon of="close" />
        </button>
      </header>
      <Why base={base} at={at} />
    </aside>
  );
}

/** What it was at that instant, and what that was concluded from. */
export function Why({ base, at }: { base: string; at: number }) {
  const { data, problem, reload } = useLoad<Explanation>(
    `${base}/explain?${query({ at: to_rfc3339(at) })}`,
  );
  return (
    <>
      {problem && <ProblemNote problem={problem} retry={reload} />}
      {!data && !problem && <Skeleton lines={5} />}
      {data && <Reasons explanation={data} at={at} />}
    </>
  );
}

function Reasons({ explanation: e, at }: { explanation: Explanation; at: number }) {
  const since = parse_time(e.since);
  return (
    <>
      <p class="explain-state">
        <StateChip state={e.state} bucket={e.bucket} />{' '}
        <span class="hint">{kBucketWords[e.bucket]}</span>
      </p>
      <p class="num">
        at {date_time(at)} <span class="hint">{zone_words(at)}</span>
        {since !== null && at >= since && <>, for {duration(at - since)} by then</>}
      </p>
      <p class="rule">
        <span class="rule-number num">Rule {e.rule.number}</span> {e.rule.words}
      </p>
      {is_doubtful(e.placed) && (
        <p class="doubt-note">
          <Icon of="clock" /> Placed {kPlacedWords[e.placed]}.
        </p>
      )}
      <h3>What decided</h3>
      {e.because.length === 0 && (
        <p class="hint">Nothing that the machine said: no rule before the last one fits.</p>
      )}
      <ul class="because">
        {e.because.map((b) => (
          <Reason key={`${b.role} ${b.item} ${b.at}`} because={b} at={at} />
        ))}
      </ul>
    </>
  );
}

function Reason({ because: b, at }: { because: Because; at: number }) {
  const open = useSignal(false);
  const placed = parse_time(b.at);
  return (
    <li>
      <div class="because-head">
        <span>{words(b.role)}</span>
        <b class={b.value === null ? 'unsaid' : ''}>{value(b.value)}</b>
        {placed !== null && <span class="hint num">{duration(Math.max(0, at - placed))} old</span>}
      </div>
      <Times observed={b} item={b.item} />
      {b.raw !== null && b.raw !== '' ? (
        <>
          <button
            type="button"
            class="link"
            aria-expanded={open.value}
            onClick={() => (open.value = !open.value)}
          >
            {open.value ? 'Hide the raw line' : 'Show the raw line'}
          </button>
          {open.value && (
            <pre class="raw" tabIndex={0}>
              {b.raw}
            </pre>
          )}
        </>
      ) : (
        <span class="hint">No raw line: this is Heed’s own observation.</span>
      )}
    </li>
  );
}

/** Where an observation came from and the three times it has. */
export function Times({
  observed,
  item,
}: {
  observed: {
    at: string;
    device: string | null;
    arrival: string | null;
    placed: Because['placed'];
  };
  item: string;
}) {
  const [device, arrival] = [parse_time(observed.device), parse_time(observed.arrival)];
  return (
    <dl class="times num">
      <div>
        <dt>Item</dt>
        <dd>
          <code>{item}</code>
        </dd>
      </div>
      <div>
        <dt>Machine’s time</dt>
        <dd>{device === null ? '–' : clock_fine(device)}</dd>
      </div>
      <div>
        <dt>Arrived</dt>
        <dd>
          {arrival === null ? '–' : clock_fine(arrival)}
          {device !== null && arrival !== null && (
            <span class="hint"> {delay(arrival - device)}</span>
          )}
        </dd>
      </div>
      <div>
        <dt>Placed</dt>
        <dd class="placed">{kPlacedWords[observed.placed]}</dd>
      </div>
    </dl>
  );
}

const delay = (ms: number) =>
  ms >= 0 ? `${duration(ms)} later` : `${duration(-ms)} before the machine’s own time`;
