import type { Signal } from '@preact/signals';
import { now } from '../clock';
import { lasted, number, percent, whole } from '../format';
import { machine_path } from '../router';
import { running_total, type Held } from '../shop';
import { day_words } from '../oee/clock';
import { state_look } from '../states';
import { parse_time } from '../time';
import type { Card } from '../types';
import { Age } from '../ui/age';
import { Icon } from '../ui/icon';
import { done_words, drift_words, evidence_path } from './glance';

/** Nothing heard for this long is worth a second look. */
export const kOld = 60_000;

/** What it said last may no longer be so: the connection is down, or the machine behind it. A quiet
 *  machine on a connection that stands is not old: only changes are told. */
export function is_old(card: Card): boolean {
  return !card.link.up || card.state === 'OFFLINE';
}

/** What of its conditions is told first. */
export const worst_of = (card: Card) =>
  card.conditions.find((c) => c.level === 'FAULT') ?? card.conditions[0];

/** `reached`: Tab comes to it; arrows lead from it to the others. */
export function MachineCard({
  held,
  organization,
  reached,
}: {
  held: Signal<Held>;
  organization: string;
  reached: boolean;
}) {
  const { card, received } = held.value;
  const { word, look, shape } = state_look(card.state, card.bucket);
  const since = parse_time(card.since);
  const old = is_old(card);
  const flagged = card.audit?.drifts ? 'is-flagged' : '';
  return (
    <a
      class={`card look-${look} ${old ? 'is-old' : ''} ${flagged}`}
      href={machine_path(organization, card.id)}
      data-machine={card.id}
      tabIndex={reached ? 0 : -1}
    >
      <header class="card-state">
        <Icon of={shape} />
        <span class="card-word">{word}</span>
        {since !== null && <span class="card-since num">{lasted(now.value - since)}</span>}
      </header>
      <div class="card-body">
        <h2 class="card-name">{card.name}</h2>
        <p class="card-place">
          {card.location && <>{card.location} · </>}
          {card.link.up ? 'seen ' : 'last seen '}
          <Age at={card.last_seen} old_after={kOld} suffix=" ago" />
          {!card.link.up && <span class="card-link"> · {card.link.words || 'no connection'}</span>}
        </p>
        {card.conditions[0] && <Worst card={card} />}
        <dl class="card-values">
          <Reading name="Program" value={card.program} at={card.program_at} old={old} />
          <Reading
            name="Parts"
            value={card.parts === null ? null : whole(card.parts)}
            at={card.parts_at}
            old={old}
          />
          {card.override !== null && card.override !== 100 && (
            <Reading
              name="Override"
              value={`${number(card.override)} %`}
              at={card.override_at}
              old={old}
              loud
            />
          )}
          <Foreseen card={card} old={old} />
        </dl>
        <Today card={card} received={received} />
      </div>
    </a>
  );
}

function Worst({ card }: { card: Card }) {
  const worst = worst_of(card);
  if (!worst) return null;
  const more = card.conditions.length - 1;
  return (
    <p class={`card-condition ${worst.level === 'FAULT' ? 'is-fault' : ''}`}>
      {worst.code && <b>{worst.code}</b>} {worst.text || worst.item}
      {more > 0 && <span class="more"> and {more} more</span>}
    </p>
  );
}

function Reading({
  name,
  value,
  at,
  old,
  loud = false,
  title,
}: {
  name: string;
  value: string | null;
  at: string | null;
  old: boolean;
  loud?: boolean;
  title?: string;
}) {
  return (
    <div class={loud ? 'reading is-loud' : 'reading'} title={title}>
      <dt>{name}</dt>
      <dd class="num">
        {value === null ? (
          <span class="unsaid">not told</span>
        ) : (
          <span class="reading-value">{value}</span>
        )}
      </dd>
      <dd class="reading-age">
        {value !== null && <Age at={at} old_after={old ? 0 : Infinity} />}
      </dd>
    </div>
  );
}

/** When the batch that runs will be done. */
function Foreseen({ card, old }: { card: Card; old: boolean }) {
  const done = done_words(card.forecast, now.value);
  if (done === null || !card.forecast) return null;
  const { certainty, parts_to_go, told } = card.forecast;
  return (
    <Reading
      name="Done"
      value={`${done} (${percent(certainty)})`}
      title={`${whole(parts_to_go)} ${parts_to_go === 1 ? 'part' : 'parts'} to go`}
      at={told}
      old={old}
    />
  );
}

/** Over the card and not in it, as a link in a link is none. */
export function AuditFlag({
  held,
  organization,
  reached,
}: {
  held: Signal<Held>;
  organization: string;
  reached: boolean;
}) {
  const { card } = held.value;
  const words = drift_words(card.audit);
  if (words === null || !card.audit) return null;
  return (
    <a
      class="card-audit"
      href={evidence_path(organization, card)}
      tabIndex={reached ? 0 : -1}
      title="Our time in cycle differs from what the control counts itself: see the evidence before you believe the figures"
    >
      <Icon of="triangle" />
      <span>{words}</span>
      <span class="reading-age num">{day_words(card.audit.day)}</span>
    </a>
  );
}

/** In cycle and executing today, apart, because controls count them apart. */
function Today({ card, received }: { card: Card; received: number }) {
  const start = parse_time(card.day_start) ?? now.value;
  const day = Math.max(1, (now.value - start) / 1000);
  const local = Date.now();
  const in_cycle = running_total(
    card.in_cycle_today,
    card.in_cycle && card.link.up,
    received,
    local,
  );
  const executing = running_total(
    card.executing_today,
    card.executing && card.link.up,
    received,
    local,
  );
  return (
    <div class="today">
      <div
        class="today-bar"
        ref={(bar) => {
          bar?.style.setProperty('--in-cycle', String(Math.min(1, in_cycle / day)));
          bar?.style.setProperty('--executing', String(Math.min(1, executing / day)));
        }}
      >
        <i />
        <b />
      </div>
      <div class="today-words num">
        <span>In cycle {lasted(in_cycle * 1000)}</span>
        <span>executing {percent(executing / day)} today</span>
      </div>
    </div>
  );
}
