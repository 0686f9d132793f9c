import type { Signal } from '@preact/signals';
import { now } from '../clock';
import { lasted, number, whole } from '../format';
import { machine_path } from '../router';
import { running_total, type Held } from '../shop';
import { state_look } from '../states';
import { parse_time } from '../time';
import { Age } from '../ui/age';
import { Icon } from '../ui/icon';
import { is_old, kOld, worst_of } from './card';
import { done_words, drift_words } from './glance';

const kHeads = [
  'Machine',
  'State',
  'For',
  'Program',
  'Parts',
  'Override',
  'In cycle today',
  'Seen',
];

/** Above the rows for the eye; each row says the same words for who hears it. */
export function RowHeads() {
  return (
    <div class="machine-row row-heads" aria-hidden="true">
      {kHeads.map((head) => (
        <span key={head}>{head}</span>
      ))}
    </div>
  );
}

/** A machine in one line, for a floor of hundreds. */
export function MachineRow({
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
  const worst = worst_of(card);
  const done = done_words(card.forecast, now.value);
  const drift = drift_words(card.audit);
  const in_cycle = running_total(
    card.in_cycle_today,
    card.in_cycle && card.link.up,
    received,
    Date.now(),
  );
  return (
    <a
      class={`machine-row look-${look} ${is_old(card) ? 'is-old' : ''}`}
      href={machine_path(organization, card.id)}
      data-machine={card.id}
      tabIndex={reached ? 0 : -1}
    >
      <span class="row-name">
        <b>{card.name}</b>
        {card.location && <span class="row-location">{card.location}</span>}
        {drift !== null && (
          <span class="row-flag" title={`Time in cycle ${drift}`}>
            <Icon of="triangle" />
            <span class="visually-hidden">time in cycle {drift}</span>
          </span>
        )}
      </span>
      <span class="row-state">
        <i class="swatch" aria-hidden="true">
          <Icon of={shape} />
        </i>
        <span class="card-word">{word}</span>
        {worst && <span class="row-worst">{worst.text || worst.code || worst.item}</span>}
        {!worst && done !== null && <span class="row-worst num">done {done}</span>}
      </span>
      <span class="row-since num">{since === null ? '' : lasted(now.value - since)}</span>
      <Told name="program" value={card.program} class="row-program" />
      <Told name="parts" value={card.parts === null ? null : whole(card.parts)} />
      <Told
        name="override"
        value={card.override === null ? null : `${number(card.override)} %`}
        class={card.override !== null && card.override !== 100 ? 'is-loud' : ''}
      />
      <span class="row-today num">
        <span class="visually-hidden">in cycle today </span>
        {lasted(in_cycle * 1000)}
      </span>
      <span class="row-seen num">
        <span class="visually-hidden">seen </span>
        <Age at={card.last_seen} old_after={kOld} />
      </span>
    </a>
  );
}

function Told({
  name,
  value,
  class: extra = '',
}: {
  name: string;
  value: string | null;
  class?: string;
}) {
  return (
    <span class={`row-told num ${extra}`}>
      <span class="visually-hidden">{name} </span>
      {value === null ? (
        <span class="unsaid">not told</span>
      ) : (
        <span class="reading-value">{value}</span>
      )}
    </span>
  );
}
