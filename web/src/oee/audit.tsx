import { useEffect, useRef } from 'preact/hooks';
import { query } from '../api';
import { now } from '../clock';
import { duration, number } from '../format';
import { url } from '../router';
import { to_rfc3339 } from '../time';
import { Icon } from '../ui/icon';
import { useLoad } from '../use';
import { day_words } from './clock';
import type { SelfAudit } from './types';

const kDays = 8;
const kHour = 3_600_000;

const tenths = (share: number) => `${number(Math.round(1000 * share) / 10)} %`;

/** Our time in cycle against the control's own counter: whether the figures can be believed. */
export function Audit({ base, zone }: { base: string; zone: string }) {
  const to = Math.ceil(now.peek() / kHour) * kHour;
  const range = query({ from: to_rfc3339(to - kDays * 24 * kHour), to: to_rfc3339(to) });
  const { data } = useLoad<SelfAudit>(`${base}/self-audit?${range}`);
  // Whoever comes from the flag on a card came for this.
  const wanted = url.peek().searchParams.has('audit');
  const place = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (wanted && place.current) place.current.scrollIntoView({ block: 'center' });
  }, [wanted, data]);
  if (!data) return null;
  const said = data.days.filter((day) => day.differs !== null);
  const last = said.at(-1);
  if (!data.counts || !last)
    return (
      <p class="hint audit">
        {data.counts
          ? 'The control counts its own time in cycle, but hardly any came in these days.'
          : 'This control counts no time of its own, so nothing checks our time in cycle.'}
      </p>
    );
  return (
    <details ref={place} open={wanted} class={data.drifts ? 'audit audit-drifts' : 'audit'}>
      <summary>
        <Icon of={data.drifts ? 'triangle' : 'check'} />
        <span>
          {data.drifts
            ? `Our time in cycle differs from the control’s own counter by ${tenths(last.differs!)}`
            : `Our time in cycle agrees with the control’s own counter to ${tenths(last.differs!)}`}{' '}
          <span class="hint">{day_words(last.day)}</span>
        </span>
      </summary>
      {data.drifts && (
        <p>
          Beyond 5 % something is wrong: our rule does not fit this control, or its data are not
          complete. Look at what it said before you believe the figures.
        </p>
      )}
      <div class="scroll" tabIndex={0} role="region" aria-label="Self-audit by day">
        <table class="dense">
          <thead>
            <tr>
              <th>Day ({zone})</th>
              <th class="right">Ours</th>
              <th class="right">The control’s</th>
              <th class="right">Differs</th>
              <th class="right">Of it cutting</th>
            </tr>
          </thead>
          <tbody>
            {data.days.map((day) => (
              <tr key={day.day}>
                <td>{day_words(day.day)}</td>
                <td class="right num">{duration(1000 * day.ours)}</td>
                <td class="right num">{duration(1000 * day.theirs)}</td>
                <td class="right num">{day.differs === null ? '–' : tenths(day.differs)}</td>
                <td class="right num">
                  {day.cutting === null || day.theirs === 0
                    ? '–'
                    : tenths(day.cutting / day.theirs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
