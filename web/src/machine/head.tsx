import { now } from '../clock';
import { is_old, kOld, worst_of } from '../floor/card';
import { lasted, number, whole } from '../format';
import { running_total, type Held } from '../shop';
import { kPlacedWords, is_doubtful } from '../states';
import { parse_time, zone_words } from '../time';
import { Age } from '../ui/age';
import { Icon } from '../ui/icon';
import type { Card } from '../types';
import { StateChip } from '../ui/state';

/** The machine now, in one line of figures. It stands above every part of the machine's page. */
export function MachineHead({ held, why }: { held: Held; why: () => void }) {
  const { card, received } = held;
  const since = parse_time(card.since);
  const old = is_old(card);
  const start = parse_time(card.day_start);
  const local = Date.now();
  const total = (seconds: number, runs: boolean) =>
    lasted(1000 * running_total(seconds, runs && card.link.up, received, local));
  return (
    <header class={`machine-head ${old ? 'is-old' : ''}`}>
      <div class="machine-title">
        <h1 tabIndex={-1}>{card.name}</h1>
        <span class="hint">{card.location}</span>
      </div>
      <div class="machine-state">
        <StateChip state={card.state} bucket={card.bucket} />
        {since !== null && (
          <span class="num">
            for <b>{lasted(now.value - since)}</b>
          </span>
        )}
        <button type="button" class="link" onClick={why}>
          Why?
        </button>
        {is_doubtful(card.placed) && (
          <span class="doubt" title={kPlacedWords[card.placed]}>
            <Icon of="clock" /> time {card.placed}
          </span>
        )}
        <Worst card={card} />
      </div>
      <dl class="figures num">
        <Figure name="Program" at={card.program_at} old={old}>
          {card.program}
        </Figure>
        <Figure name="Parts" at={card.parts_at} old={old}>
          {card.parts === null ? null : whole(card.parts)}
        </Figure>
        <Figure name="Feed override" at={card.override_at} old={old}>
          {card.override === null ? null : `${number(card.override)} %`}
        </Figure>
        <div>
          <dt>In cycle today</dt>
          <dd>{total(card.in_cycle_today, card.in_cycle)}</dd>
          <dd class="hint">
            {start !== null &&
              `since ${new Date(start).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })} ${zone_words(start)}`}
          </dd>
        </div>
        <div>
          <dt>Executing today</dt>
          <dd>{total(card.executing_today, card.executing)}</dd>
          <dd class="hint">held time left out</dd>
        </div>
        <div>
          <dt>Connection</dt>
          <dd>{card.link.up ? 'Up' : 'Down'}</dd>
          <dd class="hint">
            seen <Age at={card.last_seen} old_after={kOld} suffix=" ago" />
            {!card.link.up && ` · ${card.link.words}`}
          </dd>
        </div>
      </dl>
    </header>
  );
}

/** What of its warnings and faults is told first. */
function Worst({ card }: { card: Card }) {
  const worst = worst_of(card);
  if (!worst) return null;
  const fault = worst.level === 'FAULT';
  const more = card.conditions.length - 1;
  return (
    <span class={fault ? 'machine-condition is-fault' : 'machine-condition'}>
      <Icon of={fault ? 'octagon' : 'triangle'} />
      <span>
        {fault ? 'Fault' : 'Warning'} {worst.code && <b>{worst.code}</b>} {worst.text || worst.item}
        {more > 0 && ` and ${more} more`}
      </span>
    </span>
  );
}

function Figure({
  name,
  at,
  old,
  children,
}: {
  name: string;
  at: string | null;
  old: boolean;
  children: string | null;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class={children === null ? 'unsaid' : 'reading-value'}>{children ?? 'not told'}</dd>
      <dd class="hint">
        {children !== null && <Age at={at} old_after={old ? 0 : Infinity} suffix=" ago" />}
      </dd>
    </div>
  );
}
