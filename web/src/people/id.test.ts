import { describe, expect, it } from 'vitest';
import { counted, person_id, receipt_in } from './id';

describe('the id of a person', () => {
  const id = '01hf0abcdefghjkmnpqrstvwxy';
  it.each([
    [id, id],
    [`  ${id.toUpperCase()}\n`, id],
    ['', null],
    [id.slice(1), null],
    [`${id}0`, null],
    [id.replace('h', 'l'), null],
    ['eve@example.com', null],
  ])('%j is read as %j', (text, read) => expect(person_id(text)).toBe(read));
});

it('the receipt is read out of the first line', () => {
  const text = JSON.stringify({ number: 17, reason: 'say "no"' });
  const lines = `${JSON.stringify({ receipt: text, signature: 'a' })}\n{"head":{}}\n`;
  expect(receipt_in<{ reason: string }>(lines).reason).toBe('say "no"');
});

it('one is told as one', () => {
  expect(counted(1, 'record')).toBe('1 record');
  expect(counted(0, 'record')).toBe('0 records');
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
