import { duration } from '../format';
import { session } from '../session';
import { parse_time } from '../time';
import { StateChip } from '../ui/state';
import { clock_seconds_in, date_in } from './clock';
import type { Oee, ReasonSpan, Reasons } from './types';
import { may_tag, wants_reason, type Stop } from './waterfall';

export interface ListOf {
  zone: string;
  reasons: Reasons | null;
  explain: (at: number) => void;
  tag: (stop: Stop) => void;
}

/** Intervals with their state and reason; one tap leads to why, one to the reasons. */
export function StopList({
  oee,
  stops,
  zone,
  reasons,
  explain,
  tag,
}: { oee: Oee; stops: readonly Stop[] } & ListOf) {
  const days = (parse_time(oee.to) ?? 0) - (parse_time(oee.from) ?? 0) > 90_000_000;
  return (
    <ul class="stops">
      {stops.map((stop) => {
        const activity = stop.piece.activity === null ? null : oee.activities[stop.piece.activity];
        const reason = stop.piece.reason === null ? null : oee.reasons[stop.piece.reason];
        return (
          <li key={stop.key}>
            <span class="stop-when num">
              {days && `${date_in(zone, stop.from)}, `}
              {clock_seconds_in(zone, stop.from)}–{clock_seconds_in(zone, stop.to)}
            </span>
            <b class="num">{duration(stop.to - stop.from)}</b>
            <span class="stop-state">
              {activity ? (
                <StateChip state={activity.state} bucket={activity.bucket} />
              ) : (
                <span class="hint">nothing was told</span>
              )}
            </span>
            <span class="stop-reason">
              {reason ? (
                <Said reason={reason} reasons={reasons} />
              ) : (
                wants_reason(stop.use) && <span class="hint">no reason yet</span>
              )}
            </span>
            <span class="stop-actions">
              {activity && (
                <button
                  type="button"
                  class="plain"
                  onClick={() => explain(parse_time(activity.from) ?? stop.from)}
                >
                  Why?
                </button>
              )}
              {may_tag(stop.use) && (
                <button type="button" disabled={!reasons} onClick={() => tag(stop)}>
                  {reason ? 'Change' : 'Give a reason'}
                </button>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

export const name_of = (reasons: Reasons | null, code: string) =>
  reasons?.codes.find((c) => c.code === code)?.name ?? code;

function Said({ reason, reasons }: { reason: ReasonSpan; reasons: Reasons | null }) {
  const known = session.value;
  const own = known.kind === 'in' && reason.who === known.session.person.id;
  const by = reason.by === 'rule' ? 'by rule' : own ? 'you said so' : 'by hand';
  return (
    <>
      {name_of(reasons, reason.code)} <span class="hint">{by}</span>
    </>
  );
}
