import { describe, expect, it } from 'vitest';
import { kKept, put_together, taken_apart } from './login';

describe('a login among settings', () => {
  it.each([
    ['{"user":"heed","password":"(kept)"}', { user: 'heed', password: kKept, settings: '' }],
    [
      '{"group":"Shop","user":"heed","topics":[1]}',
      {
        user: 'heed',
        password: '',
        settings: '{\n  "group": "Shop",\n  "topics": [\n    1\n  ]\n}',
      },
    ],
    ['{ "macros": [] }', { user: '', password: '', settings: '{ "macros": [] }' }],
    ['{"user":', { user: '', password: '', settings: '{"user":' }],
    ['[1]', { user: '', password: '', settings: '[1]' }],
    ['', { user: '', password: '', settings: '' }],
  ])('%s is taken apart', (settings, apart) => expect(taken_apart(settings)).toEqual(apart));

  it.each([
    [{ user: 'heed', password: 'a' }, '', '{"user":"heed","password":"a"}'],
    [{ user: '', password: kKept }, '', '{"password":"(kept)"}'],
    [{ user: 'heed', password: '' }, '{"group":"Shop"}', '{"user":"heed","group":"Shop"}'],
    [{ user: '', password: '' }, ' ', ' '],
    [{ user: 'heed', password: 'a' }, '{"group":', '{"group":'],
  ])('%o and %s are put together', (login, settings, all) =>
    expect(put_together(login, settings)).toBe(all),
  );
});
