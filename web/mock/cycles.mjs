// What a pretend machine made: each stretch in cycle of its history is a cycle or a try.

const iso = (ms) => new Date(ms).toISOString();

const kRules = {
  1: ['the counter rose and the program ended', 0.98, ['counter', 'program_end']],
  8: ['the counter did not rise, as it does for this program', 0.5, ['counter']],
  12: [
    'at least three others had the same tools and length',
    0.91,
    ['program_end', 'tool_sequence'],
  ],
};

/** `history`: activities with times in milliseconds, in their order. */
function cycles_of(history, program) {
  const found = [];
  let open = null;
  for (const a of history) {
    if (a.in_cycle) {
      open ??= { from: a.from, in_cycle: 0, executing: 0 };
      const seconds = (a.to - a.from) / 1000;
      open.to = a.to;
      open.in_cycle += seconds;
      if (a.executing) open.executing += seconds;
    } else if (open) {
      found.push(open);
      open = null;
    }
  }
  return found.map((cycle, i) => {
    const number = cycle.in_cycle < 120 ? 8 : i % 3 === 0 ? 12 : 1;
    const [words, confidence, evidence] = kRules[number];
    return {
      ...cycle,
      from: iso(cycle.from),
      to: iso(cycle.to),
      program,
      complete: number !== 8,
      end: 'ready',
      rule: { number, words },
      confidence,
      evidence,
      counted: number === 1 ? 1 : 0,
      unseen: 0,
      tools: [1, 2, 7].map((tool) => ({
        tool: String(tool),
        from: iso(cycle.from),
        to: iso(cycle.to),
        executing: cycle.executing / 3,
      })),
    };
  });
}

export function cycles_between(machine, from, to) {
  const history = to > from ? machine.history(from, to) : [];
  return { items: cycles_of(history, `O${1000 + machine.n}.NC`), unseen_parts: 0 };
}

const at = (sorted, share) => sorted[Math.ceil(share * sorted.length) - 1];

function spread(seconds) {
  if (seconds.length === 0) return null;
  const sorted = [...seconds].sort((a, b) => a - b);
  const median = at(sorted, 0.5);
  const deviations = sorted.map((s) => Math.abs(s - median)).sort((a, b) => a - b);
  return {
    median,
    p10: at(sorted, 0.1),
    p90: at(sorted, 0.9),
    deviation: at(deviations, 0.5),
  };
}

export function statistics_of({ items }) {
  const complete = items.filter((c) => c.complete);
  const tries = items.filter((c) => !c.complete);
  if (items.length === 0) return { items: [] };
  return {
    items: [
      {
        program: items[0].program,
        complete: complete.length,
        tries: tries.length,
        counted: complete.length,
        in_cycle: spread(complete.map((c) => c.in_cycle)),
        executing: spread(complete.map((c) => c.executing)),
        in_tries: tries.reduce((sum, c) => sum + c.in_cycle, 0),
      },
    ],
  };
}
