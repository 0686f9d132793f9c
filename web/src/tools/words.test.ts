import { describe, expect, it } from 'vitest';
import type { CutterLife, ToolAsset, ToolLife } from './types';
import { cutter_words, lived_words, place_words, wear_of } from './words';

const life: ToolLife = {
  changed: '2026-01-01T00:00:00Z',
  minutes: null,
  uses: null,
  item: null,
  limit: null,
  in_cycle_since: 0,
  uses_since: 0,
  counted: null,
  cut: false,
};
const cutter: CutterLife = {
  type: 'MINUTES',
  counts_down: false,
  value: 160,
  initial: 0,
  warning: null,
  limit: 0,
  used: null,
};
const asset: ToolAsset = {
  id: '1',
  told: '2026-01-01T00:00:00Z',
  updated: null,
  tool_id: null,
  serial_number: null,
  description: null,
  number: null,
  group: null,
  location_type: 'POT',
  location: '8',
  states: ['AVAILABLE'],
  lives: [],
};

describe('a tool', () => {
  it('is good until nine tenths of its life are over, and over at its end', () => {
    expect(wear_of({ used: 0.89, asset: null })).toBe('good');
    expect(wear_of({ used: 0.9, asset: null })).toBe('soon');
    expect(wear_of({ used: 1, asset: null })).toBe('over');
    expect(wear_of({ used: null, asset: null })).toBe('unknown');
  });
  it('is over when its control says so, and warned of where its control warns', () => {
    expect(wear_of({ used: 0.1, asset: { ...asset, states: ['EXPIRED'] } })).toBe('over');
    const warned = { ...cutter, value: 60, warning: 50, limit: 100, used: 0.6 };
    expect(wear_of({ used: 0.6, asset: { ...asset, lives: [warned] } })).toBe('soon');
    const down = { ...cutter, counts_down: true, value: 60, warning: 50, initial: 100, used: 0.4 };
    expect(wear_of({ used: 0.4, asset: { ...asset, lives: [down] } })).toBe('good');
  });
  it('tells its lives with their limits', () => {
    expect(
      lived_words({ ...life, minutes: 60, in_cycle_since: 1800, uses: 40, uses_since: 12 }),
    ).toMatch(/30.min.*of.*1.h.*, 12 of 40 uses/);
    expect(lived_words({ ...life, item: '#3901', limit: 50, counted: 7 })).toBe('7 of 50 by #3901');
    expect(lived_words({ ...life, item: '#3901', limit: 50 })).toBe('nothing told of 50 by #3901');
  });
  it('tells what its control counts, but no zeros without a limit', () => {
    expect(cutter_words(cutter)).toBe('160 min');
    expect(cutter_words({ ...cutter, type: 'PART_COUNT', value: 9, limit: 10 })).toBe(
      '9 of 10 parts',
    );
    expect(cutter_words({ ...cutter, value: 0 })).toBe('');
    expect(cutter_words({ ...cutter, value: 4, counts_down: true, initial: 10 })).toBe(
      '4 of 10 min left',
    );
  });
  it('stands where its control has it', () => {
    expect(place_words(asset)).toBe('Pot 8');
    expect(place_words({ ...asset, location_type: null })).toBe('8');
  });
});
