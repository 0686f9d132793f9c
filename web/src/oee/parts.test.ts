import { describe, expect, it } from 'vitest';
import { agreement_words } from './parts';
import type { PartsAgreement } from '../rules/types';

const told = (part: Partial<PartsAgreement>): PartsAgreement => ({
  counter: 0,
  cycles: 0,
  counted_cycles: 0,
  unseen_parts: 0,
  confidence: 0.9,
  source: 'counter',
  ...part,
});

describe('counter and cycles', () => {
  it('agree, nearly agree, or differ', () => {
    expect(agreement_words(told({ counter: 40, cycles: 40 }))).toMatch(/^Both agree:/);
    expect(agreement_words(told({ counter: 100, cycles: 98 }))).toMatch(
      /^Both agree to 2(\.0)?\s%/,
    );
    expect(agreement_words(told({ counter: 100, cycles: 60 }))).toMatch(/^They differ by 40\s%/);
  });
  it('are told apart where there is only one of them', () => {
    expect(agreement_words(told({ counter: null, cycles: 1 }))).toContain('1 complete cycle came');
    expect(agreement_words(told({ counter: 7 }))).toContain('no cycle came to an end');
    expect(agreement_words(told({ counter: null }))).toContain('no counter that counts, and no');
  });
});
