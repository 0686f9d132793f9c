import { describe, expect, it } from 'vitest';
import type { Bucket, Card, State } from '../types';
import { asked_of, fits, kAll, query_of, type Asked } from './asked';
import { floor_csv } from './csv';

const card = (name: string, state: State, location: string | null = null) =>
  ({
    id: name,
    name,
    state,
    bucket: 'production' as Bucket,
    location,
    program: null,
    protocol: 'shdr',
    conditions: [],
    link: { up: true },
  }) as unknown as Card;

describe('what is asked of the floor', () => {
  const lathe = card('Lathe', 'ALARM', 'Hall 2');
  it.each<[Partial<Asked>, boolean]>([
    [{}, true],
    [{ look: 'alarm' }, true],
    [{ look: 'running' }, false],
    [{ location: 'Hall 2' }, true],
    [{ location: 'Hall' }, false],
    [{ location: '' }, false],
    [{ text: 'lathe', look: 'alarm', location: 'Hall 2' }, true],
    [{ text: 'mill', look: 'alarm', location: 'Hall 2' }, false],
  ])('%o', (asked, wanted) => expect(fits(lathe, { ...kAll, ...asked })).toBe(wanted));

  it('finds machines without a location', () =>
    expect(fits(card('Saw', 'WAITING'), { ...kAll, location: '' })).toBe(true));

  it.each<Asked>([
    kAll,
    { text: 'a&b', look: 'offline', location: 'Hall 2' },
    { text: '', look: null, location: '' },
  ])('comes back from the address: %o', (asked) => {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(query_of(asked)))
      if (value !== null) query.set(key, value);
    expect(asked_of(query)).toEqual(asked);
  });

  it('takes no state that does not exist', () =>
    expect(asked_of(new URLSearchParams('is=happy')).look).toBeNull());
});

describe('the file of the floor', () => {
  it('has a line a machine in the order that is shown, with quotes where they are needed', () => {
    const lines = floor_csv([card('Mill, left', 'ALARM'), card('A "B"', 'IN_CYCLE')]).split('\r\n');
    expect(lines.length).toBe(4);
    expect(lines[0]).toMatch(/^machine,location,state,/);
    expect(lines[1]).toMatch(/^"Mill, left",,ALARM,production,/);
    expect(lines[2]).toMatch(/^"A ""B""",,IN_CYCLE,/);
  });
});
