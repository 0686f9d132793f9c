import { describe, expect, it } from 'vitest';
import type { CellChange, Change, Check, Comparison } from './types';
import { grouped, verdict, weakened_promises } from './verdict';

const cell = (category: string, change: Change, more = {}): CellChange => ({
  purpose: 'marketing',
  category,
  party: 'processor',
  change,
  holds: [],
  fails: [],
  clause_before: 'default',
  clause_after: '4.2',
  sentence: '',
  ...more,
});
const comparison = (more: Partial<Comparison> = {}): Comparison => ({
  equal: 10,
  narrowed: 0,
  widened: 0,
  weakened: false,
  cells: [],
  duties: [],
  fields: [],
  renamed: [],
  reworded: [],
  ...more,
});
const check = (more: Partial<Check> = {}): Check => ({
  findings: [],
  comparison: comparison(),
  coverage: { gaps: [] },
  words: null,
  needs_notice: false,
  obstacles: [],
  hash: 'b',
  formatted: '',
  ...more,
});
const error = { severity: 'error' as const, message: '', mend: '', check: '', file: '' };
const finding = { ...error, line: 1, column: 1, length: 1, clause: '' };

describe('the verdict', () => {
  it.each([
    [
      'it does not compile',
      { findings: [finding, finding], comparison: null },
      'wrong',
      /^2 errors/,
    ],
    ['nothing changed', { hash: 'a' }, 'same', /same as the version in force/],
    ['something stands in the way', { obstacles: ['A gap.'] }, 'blocked', /^1 obstacle /],
    [
      'promises weaken',
      { needs_notice: true, comparison: comparison({ widened: 2 }) },
      'weakens',
      /^Weakens 2 promises: a notice must be given first$/,
    ],
    [
      'one promise weakens',
      { needs_notice: true, comparison: comparison({ widened: 1 }) },
      'weakens',
      /^Weakens 1 promise:/,
    ],
    ['nothing weakens', {}, 'harmless', /^Weakens nothing$/],
  ] as const)('when %s', (_, more, standing, words) => {
    const said = verdict(check(more as Partial<Check>), 'a');
    expect(said.standing).toBe(standing);
    expect(said.words).toMatch(words);
  });
  it('does not mind warnings', () => {
    const warning = { ...finding, severity: 'warning' as const };
    expect(verdict(check({ findings: [warning] }), 'a').standing).toBe('harmless');
  });
  it('counts looser duties and fields among the promises, stricter ones not', () => {
    const duty = { what: '', before: '', after: '', clause: '', sentence: '' };
    const field = { field: '', before: '', after: '', sentence: '' };
    const one = comparison({
      widened: 3,
      duties: [
        { ...duty, change: 'widened' },
        { ...duty, change: 'narrowed' },
      ],
      fields: [
        { ...field, change: 'both' },
        { ...field, change: 'equal' },
      ],
    });
    expect(weakened_promises(one)).toBe(5);
  });
});

describe('changes that read as one', () => {
  const cells = [
    cell('personal', 'widened'),
    cell('personal', 'widened', { party: 'processor.mail' }),
    cell('personal.contact', 'both', { purpose: 'marketing.own' }),
    cell('usage', 'narrowed'),
    cell('personal.contact', 'widened', { party: 'staff' }),
    cell('personal.contact', 'widened', { clause_after: '5.1' }),
    cell('personal.contact', 'widened', { holds: ['consented'] }),
    cell('personally', 'widened'),
    cell('usage', 'equal'),
  ];
  it('stand under the same clauses and facts, at or below the same words', () => {
    const groups = grouped(cells, true);
    expect(groups.map((g) => [g.first.category, g.first.party, g.more.length])).toEqual([
      ['personal', 'processor', 2],
      ['personal.contact', 'staff', 0],
      ['personally', 'processor', 0],
      ['personal.contact', 'processor', 0],
      ['personal.contact', 'processor', 0],
    ]);
  });
  it('count a change both ways in both', () => {
    expect(grouped(cells, false).map((g) => g.first.category)).toEqual([
      'personal.contact',
      'usage',
    ]);
  });
});
