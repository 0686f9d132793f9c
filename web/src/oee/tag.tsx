import { useSignal } from '@preact/signals';
import { as_problem, post, type Problem } from '../api';
import { duration } from '../format';
import { to_rfc3339 } from '../time';
import { Dialog } from '../ui/dialog';
import { say } from '../ui/notice';
import { ProblemNote } from '../ui/problem';
import { clock_seconds_in, date_in } from './clock';
import type { ReasonCode, Reasons, ReasonSpan } from './types';
import type { Stop } from './waterfall';

/** The reasons as buttons: one tap and it is said. A part of the stop can be named first. */
export function Tag({
  base,
  stop,
  zone,
  reasons,
  now_tagged,
  close,
  done,
}: {
  base: string;
  stop: Stop;
  zone: string;
  reasons: Reasons;
  now_tagged: ReasonSpan | null;
  close: () => void;
  done: () => void;
}) {
  const length = (stop.to - stop.from) / 60_000;
  const from = useSignal('0');
  const to = useSignal(String(Math.ceil(length * 10) / 10));
  const problem = useSignal<Problem | null>(null);
  const busy = useSignal(false);
  const tag = async (code: string | null, name: string) => {
    if (busy.value) return;
    busy.value = true;
    const at = (minutes: string, otherwise: number) => {
      const n = Number(minutes.replace(',', '.'));
      return Number.isFinite(n) ? Math.min(stop.from + n * 60_000, stop.to) : otherwise;
    };
    try {
      await post(`${base}/reason-tags`, {
        from: to_rfc3339(at(from.value, stop.from)),
        to: to_rfc3339(at(to.value, stop.to)),
        code,
      });
      say(code === null ? 'The reason was taken back.' : `${name}: noted.`);
      done();
    } catch (error) {
      problem.value = as_problem(error);
      busy.value = false;
    }
  };
  const offered = reasons.codes.filter((code) => !code.retired);
  return (
    <Dialog title="Why did it stand?" close={close}>
      <p class="num">
        {date_in(zone, stop.from)}, {clock_seconds_in(zone, stop.from)}–
        {clock_seconds_in(zone, stop.to)} · <b>{duration(stop.to - stop.from)}</b>
      </p>
      {problem.value && <ProblemNote problem={problem.value} />}
      <div class="reasons">
        {in_order(offered).map((code) => (
          <button
            key={code.code}
            type="button"
            class={`reason-${code.class}`}
            aria-pressed={now_tagged?.code === code.code}
            disabled={busy.value}
            onClick={() => void tag(code.code, code.name)}
          >
            {code.name}
            {code.class === 'planned' && <span class="hint">counts as planned</span>}
          </button>
        ))}
      </div>
      {now_tagged?.by === 'hand' && (
        <button type="button" class="link" onClick={() => void tag(null, '')}>
          Take back “
          {reasons.codes.find((c) => c.code === now_tagged.code)?.name ?? now_tagged.code}”
        </button>
      )}
      <details class="part-of">
        <summary>Only a part of it</summary>
        <div class="part-fields">
          <label>
            From minute
            <input
              inputMode="decimal"
              value={from.value}
              onInput={(event) => (from.value = event.currentTarget.value)}
            />
          </label>
          <label>
            to minute
            <input
              inputMode="decimal"
              value={to.value}
              onInput={(event) => (to.value = event.currentTarget.value)}
            />
          </label>
        </div>
        <p class="hint">Then tap the reason of that part; the rest keeps its own.</p>
      </details>
    </Dialog>
  );
}

/** Each code with those below it. */
function in_order(codes: readonly ReasonCode[]): ReasonCode[] {
  const below = (code: string) => codes.filter((c) => c.parent === code);
  return codes
    .filter((c) => c.parent === null || !codes.some((p) => p.code === c.parent))
    .flatMap((c) => [c, ...below(c.code)]);
}
