// The board on a TV: read from three metres by someone who never touches it.
import { useComputed, useSignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { now } from '../clock';
import { count_looks } from '../floor/counts';
import { Crowd } from '../floor/crowd';
import { fit, text_size } from '../floor/fit';
import { done_words } from '../floor/glance';
import { text_width } from '../floor/measure';
import { arrange, needs_somebody } from '../floor/order';
import { clock, date, lasted, whole } from '../format';
import { use_keys } from '../keys';
import { replace_query } from '../router';
import { open_shop, shop, type Held, type Shop } from '../shop';
import { kLooks, kLookWords, state_look } from '../states';
import { parse_time } from '../time';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { useTitle } from '../use';

const kPageTime = 12_000;
const kPadding = 22;
const kLargestTile = 460;
/** A board that turns more pages than this hides a machine for more than half a minute. */
const kMostPages = 3;
/** Of the height, for the crowd where there is one and somebody is needed too. */
const kCrowdShare = 0.45;

export function Andon({ organization }: { organization: string }) {
  useEffect(() => open_shop(organization), [organization]);
  useTitle('Board');
  const open = shop.value;
  if (!open || open.organization !== organization) return null;
  return <Tiles shop={open} key={organization} />;
}

function Tiles({ shop: open }: { shop: Shop }) {
  const place = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: innerWidth, height: innerHeight - 120 });
  use_keys((key) => {
    if (key === 'Escape') replace_query({ tv: null });
    return key === 'Escape';
  }, []);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) size.value = entry.contentRect;
    });
    if (place.current) observer.observe(place.current);
    return () => observer.disconnect();
  }, [open.loaded.value]);

  const all = useComputed(() => [...open.cards.value.values()].map((held) => held.value.card));
  const order = arrange(all.value, [], false);
  const { width: across, height } = size.value;
  // More than turning a few pages would show in time: those that run become a crowd of small cells,
  // so that whoever needs somebody is seen at once.
  const crowded = fit(order.length, across, height).pages > kMostPages;
  const card_of = (id: string) => open.cards.value.get(id)!.peek().card;
  const ids = crowded ? order.filter((id) => needs_somebody(card_of(id))) : order;
  const others = crowded ? order.filter((id) => !needs_somebody(card_of(id))) : [];
  const below = others.length === 0 ? 0 : ids.length === 0 ? height : height * kCrowdShare;
  const { columns, rows, per_page, pages, tile } = fit(ids.length, across, height - below);
  const page = pages > 1 ? Math.floor(now.value / kPageTime) % pages : 0;
  const counts = count_looks(all.value);
  // Inside a tile everything is measured in hundredths of its height or of its share of the width.
  const width = tile > 0 ? ((across - 12 * (columns - 1)) / columns / tile) * 100 - kPadding : 170;

  useEffect(() => {
    place.current?.style.setProperty('--columns', String(columns));
    place.current?.style.setProperty('--rows', String(rows));
    place.current?.style.setProperty('--tile', `${Math.min(tile, kLargestTile)}px`);
  }, [columns, rows, tile]);

  return (
    <main class="andon">
      <header class="andon-head">
        <h1 class="visually-hidden">Board</h1>
        <div class="andon-counts">
          {kLooks
            .filter((look) => counts.has(look))
            .map((look) => (
              <span key={look} class={`look-${look}`}>
                <i class="swatch" aria-hidden="true" />
                <b class="num">{counts.get(look)}</b> {kLookWords[look]}
              </span>
            ))}
        </div>
        {pages > 1 && (
          <span class="andon-page num">
            {page + 1} / {pages}
          </span>
        )}
        <button type="button" class="andon-leave" onClick={() => replace_query({ tv: null })}>
          Leave the board
        </button>
        <time class="andon-clock num">
          <span>{date(now.value)}</span> {clock(now.value)}
        </time>
      </header>
      <LostBanner shop={open} />
      {open.problem.value && !open.loaded.value && (
        <ProblemNote problem={open.problem.value} retry={() => void open.load()} />
      )}
      {open.loaded.value && ids.length === 0 && (
        <p class="andon-empty">No machines yet. Add one from the floor.</p>
      )}
      <div class="andon-place" ref={place}>
        {ids.length > 0 && (
          <div class="andon-tiles">
            {ids.slice(page * per_page, (page + 1) * per_page).map((id) => {
              const held = open.cards.value.get(id);
              return held && <Tile key={id} held={held} width={width} />;
            })}
          </div>
        )}
        {others.length > 0 && (
          <Crowd shop={open} ids={others} cards={all.value} width={across} height={below} />
        )}
      </div>
    </main>
  );
}

function Tile({ held, width }: { held: Signal<Held>; width: number }) {
  const { card } = held.value;
  const { word, look, shape } = state_look(card.state, card.bucket);
  const since = parse_time(card.since);
  const seen = parse_time(card.last_seen);
  const worst = card.conditions.find((c) => c.level === 'FAULT');
  const done = done_words(card.forecast, now.value);
  return (
    <article
      class={`tile look-${look}`}
      data-machine={card.id}
      ref={(tile) => {
        tile?.style.setProperty('--name', String(text_size(text_width(card.name), width, 23, 13)));
        tile?.style.setProperty('--word', String(text_size(text_width(word), width - 28, 18, 12)));
      }}
    >
      <h2>{card.name}</h2>
      <p class="tile-state">
        <Icon of={shape} />
        <span>{word}</span>
      </p>
      <p class="tile-since num">{since === null ? '' : lasted(now.value - since)}</p>
      <p class="tile-more num">
        {!card.link.up
          ? seen === null
            ? 'never seen'
            : `last seen ${lasted(now.value - seen)} ago`
          : worst
            ? worst.text || worst.code
            : [
                done !== null && `done ${done}`,
                card.program,
                card.parts !== null && `${whole(card.parts)} parts`,
                card.override !== null && card.override !== 100 && `${card.override} %`,
              ]
                .filter(Boolean)
                .join(' · ')}
      </p>
    </article>
  );
}

function LostBanner({ shop: open }: { shop: Shop }) {
  const state = open.live.connection.value;
  const heard = open.live.heard.value;
  void now.value;
  if (state === 'live' || (state === 'connecting' && heard === null)) return null;
  return (
    <div class="andon-lost" role="alert">
      <Icon of="unplugged" />
      {state === 'refused'
        ? 'This board may no longer see the floor. Sign in again.'
        : `No connection. This board is ${heard === null ? 'not up to date' : `${lasted(Date.now() - heard)} old`}.`}
    </div>
  );
}
