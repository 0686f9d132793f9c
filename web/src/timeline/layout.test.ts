import { describe, expect, it } from 'vitest';
import type { Activity, State } from '../types';
import { index_at, layout, stretches, type Stretch } from './layout';
import { totals } from './totals';

const t0 = Date.UTC(2026, 0, 1);
const iso = (ms: number) => new Date(ms).toISOString();
function day(...parts: [State, number][]): Stretch[] {
  let at = t0;
  const items = parts.map(([state, seconds]): Activity => {
    const from = iso(at);
    at += seconds * 1000;
    return {
      from,
      to: iso(at),
      state,
      bucket: 'production',
      rule: 1,
      placed: 'device',
      in_cycle: ['IN_CYCLE', 'HELD'].includes(state),
      executing: state === 'IN_CYCLE',
    };
  });
  return stretches(items, null);
}
const span = (all: Stretch[]) => ({ from: t0, to: all.at(-1)!.to });

describe('semantic zoom', () => {
  it('draws what is wide enough as itself', () => {
    const all = day(['IN_CYCLE', 60], ['WAITING', 60]);
    expect(layout(all, span(all), 200).map((b) => [b.x0, b.x1, b.first, b.last])).toEqual([
      [0, 100, 0, 0],
      [100, 200, 1, 1],
    ]);
  });
  it('says in which shares narrow ones fill their block', () => {
    const all = day(
      ['IN_CYCLE', 600],
      ...Array.from({ length: 10 }, (_, i): [State, number] => [
        i % 2 ? 'ALARM' : 'WAITING',
        i % 2 ? 1 : 3,
      ]),
      ['IN_CYCLE', 600],
    );
    const blocks = layout(all, span(all), 124);
    expect(blocks).toHaveLength(3);
    expect([blocks[1]!.first, blocks[1]!.last]).toEqual([1, 10]);
    expect(blocks[1]!.parts).toEqual([
      { look: 'alarm', share: 0.25 },
      { look: 'waiting', share: 0.75 },
    ]);
  });
  it('leaves nothing out, at any zoom', () => {
    const states: State[] = ['IN_CYCLE', 'HELD', 'WAITING', 'ALARM', 'OFFLINE'];
    const all = day(
      ...Array.from({ length: 3000 }, (_, i): [State, number] => [
        states[(i * 7) % 5]!,
        1 + ((i * 7919) % 97),
      ]),
    );
    for (const width of [100, 390, 1440, 2560]) {
      const blocks = layout(all, span(all), width);
      expect(
        blocks.flatMap((b) => Array.from({ length: b.last - b.first + 1 }, (_, i) => b.first + i)),
      ).toEqual(all.map((_, i) => i));
      expect(blocks.length).toBeLessThanOrEqual(width);
      for (const { parts } of blocks)
        expect(parts.reduce((sum, p) => sum + p.share, 0)).toBeCloseTo(1);
    }
  });
  it('takes mixed blocks apart when the reader comes closer', () => {
    const all = day(
      ...Array.from({ length: 1000 }, (_, i): [State, number] => [i % 2 ? 'HELD' : 'IN_CYCLE', 2]),
    );
    const close = layout(all, { from: t0 + 10_000, to: t0 + 30_000 }, 400);
    expect(close.every((b) => b.first === b.last)).toBe(true);
    expect(close).toHaveLength(10);
  });
  it('does not join what a gap divides', () => {
    const all = [...day(['IN_CYCLE', 1]), ...day(['OFFLINE', 3600], ['IN_CYCLE', 1]).slice(1)];
    expect(layout(all, { from: t0, to: t0 + 3_601_000 }, 300)).toHaveLength(2);
  });
  it('clips to the view', () => {
    const all = day(['IN_CYCLE', 3600]);
    expect(layout(all, { from: t0 + 60_000, to: t0 + 120_000 }, 300)).toMatchObject([
      { x0: 0, x1: 300 },
    ]);
  });
});

describe('a stretch', () => {
  it('is found by an instant, its end excluded', () => {
    const all = day(['IN_CYCLE', 60], ['WAITING', 60]);
    expect(
      [t0 - 1, t0, t0 + 59_999, t0 + 60_000, t0 + 120_000].map((at) => index_at(all, at)),
    ).toEqual([-1, 0, 0, 1, -1]);
  });
  it('that is still open lasts until now', () => {
    const [activity] = day(['IN_CYCLE', 60]).map((s) => s.activity);
    expect(stretches([activity!], t0 + 90_000)[0]!.to).toBe(t0 + 90_000);
  });
  it('of no length is not drawn', () => expect(day(['IN_CYCLE', 0])).toEqual([]));
});

describe('totals', () => {
  it('count a cycle apart from executing, within the period', () => {
    const all = day(['IN_CYCLE', 100], ['HELD', 20], ['WAITING', 80]);
    const found = totals(all, { from: t0 + 50_000, to: t0 + 150_000 });
    expect(found.states.map((s) => [s.state, s.ms])).toEqual([
      ['IN_CYCLE', 50_000],
      ['WAITING', 30_000],
      ['HELD', 20_000],
    ]);
    expect([found.told, found.in_cycle, found.executing]).toEqual([100_000, 70_000, 50_000]);
  });
});
