import { describe, expect, it } from 'vitest';
import { compared } from './compare';
import type { FiguresOnly } from './types';

const uses = (idle: number, planned_stop: number) =>
  ({
    not_planned: 0,
    break: 0,
    unknown: 0,
    planned_stop,
    setup: 0,
    unplanned: 0,
    held: 0,
    operator: 0,
    idle,
    micro_stop: 0,
    in_cycle: 3600,
    slowed: 0,
    not_cutting: 0,
  }) as FiguresOnly['uses'];

const figures = (idle: number, planned_stop: number, oee: number | null): FiguresOnly =>
  ({
    uses: uses(idle, planned_stop),
    planned_busy: 7200,
    unexplained: idle,
    oee: oee === null ? null : { value: oee, over: 0, under: 1 },
    availability: { value: 0.5, over: 1, under: 2 },
    effectiveness: null,
    quality: null,
    parts: null,
  }) as unknown as FiguresOnly;

const of = (name: string, before: FiguresOnly, after: FiguresOnly) =>
  compared(before, after).find((row) => row.name === name);

describe('figures beside each other', () => {
  it('say by how much they differ', () => {
    const before = figures(3600, 0, 0.4);
    const after = figures(1800, 1800, 0.523);
    expect(of('OEE', before, after)!.difference).toBe('+12.3 points');
    expect(of('Idle', before, after)!.difference).toMatch(/^−30/);
    expect(of('Planned stops', before, after)!.difference).toMatch(/^\+30/);
  });
  it('say nothing where they are the same, or one is missing', () => {
    const figure = figures(3600, 0, 0.4);
    expect(compared(figure, figure).every((row) => row.difference === null)).toBe(true);
    expect(of('OEE', figure, figures(3600, 0, null))!.difference).toBeNull();
    expect(of('OEE', figure, figures(3600, 0, null))!.after).toBe('–');
  });
  it('leave out uses of time that neither has', () => {
    expect(of('Held', figures(1, 0, 0), figures(1, 0, 0))).toBeUndefined();
  });
});
