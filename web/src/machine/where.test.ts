import { expect, test } from 'vitest';
import { body_of } from './where';

test('settings are sent only where there are or were any', () => {
  expect(body_of({ address: ' 192.168.1.40 ', settings: ' ' })).toEqual({
    address: '192.168.1.40',
  });
  expect(body_of({ address: 'a', settings: '{} ' })).toEqual({ address: 'a', settings: '{}' });
  expect(body_of({ address: 'a', settings: '' }, '{"macros":[]}')).toEqual({
    address: 'a',
    settings: '',
  });
});
