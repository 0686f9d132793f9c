import { beforeEach, describe, expect, it } from 'vitest';
import { keep_draft, load_draft } from './draft';

let kept: Map<string, string>;
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
  removeItem: (key: string) => void kept.delete(key),
} as Storage;
beforeEach(() => (kept = new Map()));

describe('a draft', () => {
  it('is there again after a reload, and gone when it is put aside', () => {
    expect(load_draft(storage)).toBeNull();
    expect(keep_draft({ text: 'policy p', base: 'a' }, storage)).toBe(true);
    expect(load_draft(storage)).toEqual({ text: 'policy p', base: 'a' });
    keep_draft(null, storage);
    expect(load_draft(storage)).toBeNull();
  });
  it.each(['{', '{}', 'null', '{"text":1,"base":"a"}'])('that is %s is none', (text) => {
    kept.set('heed.policy.draft', text);
    expect(load_draft(storage)).toBeNull();
  });
  it('that the browser has no room for is told of', () => {
    const full = {
      ...storage,
      setItem: () => {
        throw new Error('full');
      },
    } as Storage;
    expect(keep_draft({ text: 'x', base: 'a' }, full)).toBe(false);
  });
});
