import { expect, test } from 'vitest';
import { body_of, kNowhere, whereabouts_of } from './where';

test('settings are sent only where there are or were any', () => {
  expect(body_of({ ...kNowhere, address: ' 192.168.1.40 ', settings: ' ' })).toEqual({
    address: '192.168.1.40',
  });
  expect(body_of({ ...kNowhere, address: 'a', settings: '{} ' })).toEqual({
    address: 'a',
    settings: '{}',
  });
  expect(body_of({ ...kNowhere, address: 'a' }, '{"macros":[]}')).toEqual({
    address: 'a',
    settings: '',
  });
});

test('a password that is not touched is sent as the one that is there', () => {
  const settings = '{"user":"heed","password":"(kept)"}';
  expect(body_of(whereabouts_of('a', settings), settings)).toEqual({ address: 'a', settings });
  const forgotten = { ...whereabouts_of('a', settings), user: '', password: '' };
  expect(body_of(forgotten, settings)).toEqual({ address: 'a', settings: '' });
});
