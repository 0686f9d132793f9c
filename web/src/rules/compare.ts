// Figures as they are beside those that would have been.
import { duration, percent, whole } from '../format';
import { kUseWords } from '../oee/waterfall';
import type { Use } from '../oee/types';
import type { FiguresOnly } from './types';

export interface Compared {
  name: string;
  before: string;
  after: string;
  /** "+4 %", "−12 min", or nothing where they are the same. */
  difference: string | null;
}

const signed = (n: number, words: (n: number) => string) =>
  `${n < 0 ? '−' : '+'}${words(Math.abs(n))}`;

function share(
  name: string,
  before: { value: number } | null,
  after: { value: number } | null,
): Compared {
  const told = (ratio: { value: number } | null) => (ratio ? percent(ratio.value) : '–');
  const points = before && after ? 100 * (after.value - before.value) : 0;
  const same = told(before) === told(after) && Math.abs(points) < 0.05;
  const difference =
    same || !before || !after ? null : signed(points, (n) => `${n.toFixed(1)} points`);
  return { name, before: told(before), after: told(after), difference };
}

function time(name: string, before: number, after: number): Compared {
  const told = (seconds: number) => duration(1000 * seconds);
  const apart = after - before;
  return {
    name,
    before: told(before),
    after: told(after),
    difference: Math.abs(apart) < 0.5 ? null : signed(apart, told),
  };
}

/** The shares, then each use of time that one of both has, then what is not explained. */
export function compared(before: FiguresOnly, after: FiguresOnly): Compared[] {
  const uses = (Object.keys(kUseWords) as Use[]).filter(
    (use) => before.uses[use] > 0 || after.uses[use] > 0,
  );
  const parts = (figures: FiguresOnly) =>
    figures.parts === null ? '–' : whole(figures.parts.known_busy);
  return [
    share('OEE', before.oee, after.oee),
    share('Availability', before.availability, after.availability),
    share('Effectiveness', before.effectiveness, after.effectiveness),
    share('Quality', before.quality, after.quality),
    {
      name: 'Parts in planned time',
      before: parts(before),
      after: parts(after),
      difference:
        before.parts && after.parts && before.parts.known_busy !== after.parts.known_busy
          ? signed(after.parts.known_busy - before.parts.known_busy, whole)
          : null,
    },
    time('Planned busy time', before.planned_busy, after.planned_busy),
    ...uses.map((use) => time(kUseWords[use], before.uses[use], after.uses[use])),
    time('Unexplained', before.unexplained, after.unexplained),
  ];
}
