import { describe, expect, it } from 'vitest';
import { rounded, signals_in, with_limits } from './signal';

const kSettings = JSON.stringify({
  unit: 1,
  inputs: [
    { table: 'input_register', number: 0, item: 'current' },
    {
      table: 'input_register',
      number: 1,
      item: 'heat',
      running: { on: 9, off: 8, on_after_ms: 5 },
    },
    { table: 'discrete_input', number: 3, item: 'light' },
    { table: 'holding_register', number: 4, bit: 2, item: 'relay' },
    { table: 'input_register', number: 5 },
  ],
});

describe('signals', () => {
  it('are the registers that are kept as numbers', () => {
    expect(signals_in(kSettings)).toEqual(['current', 'heat']);
    expect(signals_in('')).toEqual([]);
    expect(signals_in('{"inputs":7}')).toEqual([]);
  });
  it('get their limits, and only one of them tells that the machine runs', () => {
    const { inputs } = JSON.parse(with_limits(kSettings, 'current', { on: 3, off: 2 }));
    expect(inputs[0].running).toEqual({ on: 3, off: 2 });
    expect(inputs[1].running).toBeUndefined();
    const kept = JSON.parse(with_limits(kSettings, 'heat', { on: 3, off: 2 })).inputs[1];
    expect(kept.running).toEqual({ on: 3, off: 2, on_after_ms: 5 });
    expect(with_limits('no json', 'heat', { on: 3, off: 2 })).toBe('no json');
  });
  it('have limits of three digits', () => {
    expect([rounded(2.3456), rounded(1234.5), rounded(0.000123456)]).toEqual([
      2.35, 1230, 0.000123,
    ]);
  });
});
