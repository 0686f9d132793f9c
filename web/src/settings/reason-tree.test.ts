import { describe, expect, it } from 'vitest';
import type { ReasonCode } from '../oee/types';
import { code_from, in_tree, moved, with_code } from './reason-tree';

const code = (name: string, parent: string | null = null): ReasonCode => ({
  code: name,
  name,
  parent,
  class: 'unplanned',
  retired: false,
});
const kCodes = [code('tool'), code('material'), code('tool_broken', 'tool'), code('lost', 'gone')];

describe('codes', () => {
  it('stand below their parents and keep their places in the list', () => {
    expect(in_tree(kCodes).map((c) => `${c.code.code} ${c.at} ${c.below}`)).toEqual([
      'tool 0 false',
      'tool_broken 2 true',
      'material 1 false',
      'lost 3 false',
    ]);
  });
  it('get a code of their own from their name', () => {
    expect(code_from('Späne räumen!', kCodes)).toBe('spane_raumen');
    expect(code_from('Tool', kCodes)).toBe('tool_2');
    expect(code_from('Tool', [...kCodes, code('tool_2')])).toBe('tool_3');
    expect(code_from(' – ', kCodes)).toBe('');
    expect(code_from('a'.repeat(60), kCodes)).toHaveLength(36);
    expect(with_code(kCodes, 'Tea').at(-1)!.code).toBe('tea');
  });
});

describe('rules', () => {
  it('are moved one before the other', () => {
    expect(moved([1, 2, 3], 2, 1)).toEqual([1, 3, 2]);
    expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
  });
});
