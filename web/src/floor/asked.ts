// Which machines of the floor the reader wants to see. It stands in the address, so that a view can
// be sent and kept.
import { kLooks, state_look, type Look } from '../states';
import type { Card } from '../types';
import { matches } from './order';

export interface Asked {
  text: string;
  look: Look | null;
  /** Empty: machines without one. */
  location: string | null;
}

export const kAll: Asked = { text: '', look: null, location: null };

export const fits = (card: Card, { text, look, location }: Asked): boolean =>
  (look === null || state_look(card.state, card.bucket).look === look) &&
  (location === null || (card.location ?? '') === location) &&
  matches(card, text);

export function asked_of(query: URLSearchParams): Asked {
  const look = query.get('is');
  return {
    text: query.get('q') ?? '',
    look: kLooks.find((known) => known === look) ?? null,
    location: query.get('in'),
  };
}

export const query_of = ({ text, look, location }: Asked): Record<string, string | null> => ({
  q: text || null,
  is: look,
  in: location,
});
