// Forecasts and recommendations of a pretend shop: one of each sort, so that every part of the page
// can be seen. The rules themselves are kept by the program.
import { Refusal } from './api.mjs';

const kHour = 3_600_000;
const kDay = 24 * kHour;
const iso = (ms) => new Date(ms).toISOString();

/** Nothing for a route that is another file's. */
export function machine_hour(organization, method, rest, body) {
  if (rest[0] !== 'machine-hour') return undefined;
  if (method === 'PUT') {
    if (body.cost !== null && !(body.cost > 0))
      throw new Refusal(422, 'Not a cost', {
        detail: 'An hour costs more than 0 and at most a million.',
        field: 'cost',
      });
    organization.hour = body;
  }
  return { body: organization.hour ?? { cost: null, currency: null } };
}

export function forecast(machine, url) {
  const now = Date.now();
  const goal = Number(url.searchParams.get('goal') ?? 40 + machine.n);
  if (!Number.isFinite(goal) || goal < 0)
    throw new Refusal(422, 'Not a number of parts', {
      detail: 'This is no number of parts.',
      field: 'goal',
    });
  const made = 28 + machine.n;
  const to_go = Math.max(0, goal - made);
  const answer = { made, goal, goal_by_control: !url.searchParams.has('goal') };
  if (machine.n % 4 === 0 || to_go === 0) {
    const refused =
      to_go === 0
        ? { why: 'done', words: 'Nothing is left to make.' }
        : {
            why: 'too_few_cycles',
            words:
              'Fewer than 8 complete cycles of this program were seen in four weeks: too few to say how long the next ones take.',
          };
    return { body: { ...answer, forecast: null, refused } };
  }
  return {
    body: {
      ...answer,
      forecast: {
        at: iso(now + to_go * 360_000),
        from: iso(now + to_go * 330_000),
        to: iso(now + to_go * 440_000),
        certainty: 0.8,
        program: `O${1000 + machine.n}.NC`,
        parts_to_go: to_go,
        parts_per_cycle: 1,
        cycles_to_go: to_go,
        cycles: 28,
        since: iso(now - 2 * kDay),
        work: { median: 300, p10: 296, p90: 309, deviation: 3 },
        standing: { median: 52, p10: 31, p90: 240, deviation: 18 },
        running_since: iso(now - 125_000),
        by_plan: machine.n % 2 === 1,
        left_out: machine.n % 2 === 1 ? 0 : 3,
      },
      refused: null,
    },
  };
}

const kSorts = [
  {
    about: 'waiting',
    sentence:
      'Between two cycles the machine usually stood for 3 min 05 s; one time in four it was 48 s or less.',
    caution:
      'The hours are what the longer stops lasted beyond that. Stops above an hour, breaks and nights are left out. Why it stood (measuring, loading, nobody there) the control cannot say.',
    hours: [6.2, 7.4, 8.9],
    words: '4 min 10 s to the next start',
  },
  {
    about: 'override',
    sentence: 'The feed override was left below 100 % while parts were cut.',
    caution:
      'At most this much: rapid moves and dwells take as long at any override. Whether the cut bears 100 % only somebody at the machine can say.',
    hours: [2.1, 2.6, 2.9],
    words: '1 min 40 s at 70 % feed',
  },
  {
    about: 'holds',
    sentence: 'O1002.NC was held at line 340 in 61 of its 187 cycles, usually for 34 s.',
    caution:
      'That it was held there is a fact; why (chips, a look at the cut, a clamp) is not known.',
    hours: [0.1, 0.2, 0.2],
    words: 'held for 34 s',
    line: '340',
  },
  {
    about: 'load',
    sentence:
      'The spindle’s load with tool 7 in O1002.NC, the 2nd time, rose from 41 % to 52 % over its last 60 cycles. Look at the tool.',
    caution:
      'A control’s load is a share of what its drive can give, no force. A worn edge is one reason; material, coolant and changed speeds are others.',
    hours: null,
    words: '52 % load',
    tool: '7',
    use: 2,
  },
];

function of_machine(organization, machine) {
  const now = Date.now();
  const cost = organization.hour?.cost;
  return kSorts
    .filter((_, i) => (machine.n + i) % 3 === 0)
    .map((sort, i) => {
      const id = (0x100000 * machine.n + i).toString(16).padStart(16, '0');
      const week = (factor) =>
        sort.hours && {
          low: sort.hours[0] * factor,
          usual: sort.hours[1] * factor,
          high: sort.hours[2] * factor,
        };
      return {
        id,
        about: sort.about,
        sentence: sort.sentence,
        caution: sort.caution,
        program: sort.line || sort.tool ? 'O1002.NC' : null,
        tool: sort.tool ?? null,
        line: sort.line ?? null,
        use: sort.use ?? null,
        hours_a_week: week(1),
        money_a_week:
          sort.hours && cost ? { ...week(cost), currency: organization.hour.currency } : null,
        sure: { by_chance: 0.0002, effect: 3.1, seen: 19, of: 20, counted: 'days' },
        since: iso(now - 26 * kDay),
        last_true: iso(now - 3 * kHour),
        evidence: [1, 2, 3].map((day) => ({
          from: iso(now - day * kDay - 2 * kHour),
          to: iso(now - day * kDay - 2 * kHour + 250_000),
          words: sort.words,
        })),
        dismissed: organization.dismissed?.get(id) ?? null,
      };
    });
}

export function recommendations(machine, _url, organization, method, body, id) {
  organization.dismissed ??= new Map();
  if (method === 'PUT') {
    if (!body.reason)
      throw new Refusal(422, 'A reason is needed', {
        detail: 'A reason has 1 to 300 characters.',
        field: 'reason',
      });
    organization.dismissed.set(id, {
      reason: body.reason,
      until: body.until ?? null,
      said: iso(Date.now()),
      by: null,
    });
    return { status: 204 };
  }
  if (method === 'DELETE') {
    organization.dismissed.delete(id);
    return { status: 204 };
  }
  const now = Date.now();
  return {
    body: {
      basis: {
        from: iso(now - 28 * kDay),
        to: iso(now),
        cycles: 2310,
        days: 20,
        calendar: true,
        feed_override: true,
        load: machine.n % 2 === 0,
        line: machine.n % 2 === 0,
      },
      items: of_machine(organization, machine),
    },
  };
}
