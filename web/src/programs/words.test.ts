import { expect, it } from 'vitest';
import type { Revision } from './types';
import { bytes, place_of, short_hash, whence } from './words';

const revision = (more: Partial<Revision>): Revision => ({
  number: 2,
  at: '2026-11-22T09:00:00Z',
  origin: 'uploaded',
  machine: null,
  place: null,
  size: 1,
  sha256: 'ab'.repeat(32),
  comment: '',
  of: null,
  who: null,
  ...more,
});

it('says where a revision came from', () => {
  expect(whence(revision({}), null)).toBe('uploaded');
  expect(whence(revision({ origin: 'restored', of: 1 }), null)).toBe('restored from revision 1');
  expect(whence(revision({ origin: 'fetched', place: 'O1' }), 'Mill')).toBe(
    'fetched from Mill, O1',
  );
  expect(whence(revision({ origin: 'replaced', place: 'O1' }), 'Mill')).toBe(
    'was on Mill, O1 before it was written over',
  );
});

it('gives sizes with their unit', () => {
  expect(bytes(812)).toBe('812 B');
  expect(bytes(14_240)).toBe('14.2 kB');
  expect(bytes(250_000)).toBe('250 kB');
  expect(bytes(3_100_000)).toBe('3.1 MB');
});

it('shortens a hash and writes a place without its secrets', () => {
  expect(short_hash('ab'.repeat(32))).toBe('abababababab');
  expect(short_hash(null)).toBe('–');
  expect(place_of({ protocol: 'ftp', host: 'mill', port: 21, directory: '/PROG' })).toBe(
    'ftp://mill:21/PROG',
  );
});
