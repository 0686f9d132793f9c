// What a pretend machine did: activities of any stretch of time, the same ones whenever asked.

/** A small generator with a seed (mulberry32). */
export function random_of(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const kRules = {
  OFFLINE: {
    number: 1,
    bucket: 'none',
    words: 'The link to the machine is down, or it says that it is unavailable.',
  },
  ESTOP: { number: 2, bucket: 'unplanned', words: 'The emergency stop is triggered.' },
  ALARM: {
    number: 3,
    bucket: 'unplanned',
    words: 'A fault is active and the program does not run.',
  },
  NOT_CUTTING: {
    number: 4,
    bucket: 'production',
    words: 'The program runs but the feed has been 0 for at least 10 seconds.',
  },
  SLOWED: {
    number: 5,
    bucket: 'production',
    words: 'The program runs with the feed override below 90 % for at least 10 seconds.',
  },
  IN_CYCLE: { number: 6, bucket: 'production', words: 'The program runs in automatic.' },
  HELD: { number: 7, bucket: 'stop', words: 'The program is on feed hold or was interrupted.' },
  PROGRAM_STOP: {
    number: 8,
    bucket: 'operator',
    words: 'The program stopped itself and waits for the operator.',
  },
  MANUAL: { number: 9, bucket: 'setup', words: 'The control is in manual, edit or MDI.' },
  WAITING: {
    number: 10,
    bucket: 'idle',
    words: 'The program has finished and no new one was started.',
  },
  STOPPED: { number: 11, bucket: 'unplanned', words: 'The program was stopped before its end.' },
  UNKNOWN: {
    number: 12,
    bucket: 'none',
    words: 'What the machine says fits none of the rules before.',
  },
};

const kAfter = {
  IN_CYCLE: [
    ['WAITING', 6],
    ['HELD', 3],
    ['PROGRAM_STOP', 2],
    ['SLOWED', 2],
    ['NOT_CUTTING', 2],
    ['STOPPED', 0.4],
    ['ALARM', 0.4],
  ],
  SLOWED: [['IN_CYCLE', 1]],
  NOT_CUTTING: [['IN_CYCLE', 1]],
  HELD: [
    ['IN_CYCLE', 5],
    ['MANUAL', 1],
  ],
  PROGRAM_STOP: [
    ['IN_CYCLE', 5],
    ['MANUAL', 1],
  ],
  WAITING: [
    ['IN_CYCLE', 8],
    ['MANUAL', 2],
    ['UNKNOWN', 0.2],
    ['OFFLINE', 0.2],
  ],
  MANUAL: [
    ['IN_CYCLE', 3],
    ['WAITING', 2],
  ],
  STOPPED: [
    ['MANUAL', 2],
    ['WAITING', 1],
  ],
  ALARM: [
    ['MANUAL', 2],
    ['ESTOP', 0.5],
  ],
  ESTOP: [['MANUAL', 1]],
  OFFLINE: [['WAITING', 1]],
  UNKNOWN: [['WAITING', 1]],
};
const kMinutes = {
  IN_CYCLE: 7,
  SLOWED: 2,
  NOT_CUTTING: 0.7,
  HELD: 0.6,
  PROGRAM_STOP: 1.2,
  WAITING: 3,
  MANUAL: 9,
  STOPPED: 4,
  ALARM: 6,
  ESTOP: 5,
  OFFLINE: 18,
  UNKNOWN: 3,
};

export const in_cycle = (state) =>
  ['IN_CYCLE', 'SLOWED', 'NOT_CUTTING', 'HELD', 'PROGRAM_STOP'].includes(state);
export const executing = (state) => ['IN_CYCLE', 'SLOWED', 'NOT_CUTTING'].includes(state);

export function next_state(state, random) {
  const choices = kAfter[state] ?? kAfter.UNKNOWN;
  let left = random() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [next, weight] of choices) if ((left -= weight) <= 0) return next;
  return choices[0][0];
}

export const lasting = (state, random) =>
  1000 * (2 + -Math.log(1 - random()) * 60 * kMinutes[state]);

export function activity(state, from, to, random = () => 0.5) {
  const { bucket, number } = kRules[state];
  const doubt = random();
  const hour = new Date(from).getUTCHours();
  return {
    from,
    to,
    state,
    bucket: bucket !== 'none' && hour >= 22 && state === 'MANUAL' ? 'planned' : bucket,
    rule: number,
    in_cycle: in_cycle(state),
    executing: executing(state),
    placed:
      doubt < 0.015 ? 'shifted' : doubt < 0.03 ? 'held' : doubt < 0.04 ? 'corrected' : 'device',
  };
}

const kDay = 86_400_000;

/** All activities of the UTC day that begins at `day`. */
export function day_of(seed, day) {
  const random = random_of(seed * 7919 + Math.floor(day / kDay));
  const found = [];
  let state = 'WAITING';
  for (let at = day; at < day + kDay; ) {
    // A burst of short ones now and then: what semantic zoom is for.
    const burst = random() < 0.01 ? 40 : 0;
    for (let i = 0; i < burst && at < day + kDay; i++) {
      const to = Math.min(day + kDay, at + 400 + random() * 3000);
      found.push(activity(i % 2 ? 'HELD' : 'IN_CYCLE', at, to, random));
      at = to;
    }
    const to = Math.min(day + kDay, at + lasting(state, random));
    if (to > at) found.push(activity(state, at, to, random));
    at = to;
    state = next_state(state, random);
  }
  return found;
}
