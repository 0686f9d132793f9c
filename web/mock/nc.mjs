// The stand-in's understanding of programs: by the look of their words, and with made-up times.
import { Refusal } from './api.mjs';

const kKinds = [
  'blank',
  'line_end',
  'comment',
  'motion',
  'function',
  'feed',
  'speed',
  'tool',
  'coordinate',
  'macro',
  'number',
  'label',
  'error',
];
const kWords = [
  [/^\s+/, 'blank'],
  [/^\([^)]*\)?|^;.*/, 'comment'],
  [/^G[\d.]+/, 'motion'],
  [/^M\d+/, 'function'],
  [/^F[\d.]+/, 'feed'],
  [/^S[\d.]+/, 'speed'],
  [/^[THD]\d+/, 'tool'],
  [/^[XYZABCIJKR][-+]?#\d+|^#\d+/, 'macro'],
  [/^[XYZABCIJKR][-+]?[\d.]+/, 'coordinate'],
  [/^[NO]\d+|^%/, 'label'],
  [/^[-+]?[\d.]+|^[A-Z]+/, 'number'],
  [/^./, 'error'],
];
const dialect_of = (text) => (text.includes('BEGIN PGM') ? 'heidenhain' : 'fanuc');
const lines_of = (text) => text.split(/\r?\n/).filter((l, i, all) => i < all.length - 1 || l);

function line_of(text) {
  const tokens = [];
  for (let rest = text; rest; ) {
    const [at, kind] = kWords.find(([pattern]) => pattern.test(rest));
    const { length } = at.exec(rest)[0];
    tokens.push(kKinds.indexOf(kind), length);
    rest = rest.slice(length);
  }
  return { text, tokens };
}

export function tokens(text, asked) {
  const all = lines_of(text);
  const from = Number(asked.get('from_line') ?? 1);
  return {
    binary: false,
    encoding: 'utf-8',
    dialect: dialect_of(text),
    dialect_from: 'recognized',
    kinds: kKinds,
    from,
    lines: all.slice(from - 1, from - 1 + Number(asked.get('lines') ?? 500)).map(line_of),
    all: all.length,
  };
}

const kNone = {
  cutting: 0,
  rapid: 0,
  dwell: 0,
  tool_change: 0,
  spindle: 0,
  standstill: 0,
  assumed: 0,
};

/** From a tool change or a comment that stands alone to the next; a long program has two sides. */
function sections_of(lines, tool, seconds) {
  const begins = lines.flatMap((line, i) => {
    const title = /^\((.+)\)$/.exec(line)?.[1] ?? (i === 700 ? 'SECOND SIDE' : '');
    return i === 0 || title || /T\d+ M6/.test(line) ? [{ title, first_line: i + 1 }] : [];
  });
  return begins.map(({ title, first_line }, i) => {
    const last_line = (begins[i + 1]?.first_line ?? lines.length + 1) - 1;
    const share = (last_line - first_line + 1) / lines.length;
    return { title, tool, first_line, last_line, seconds: seconds * share };
  });
}

/** Half a second for each cut; a machine has had cycles of eight programs, none has had none. */
export function estimate(text, machine) {
  const dialect = dialect_of(text);
  if (dialect === 'heidenhain')
    throw new Refusal(422, 'Not right', {
      detail: 'a Klartext program can be shown, and not be timed',
      mend: 'Post the program in ISO form, or rely on the measured cycles.',
    });
  const lines = lines_of(text);
  const cuts = lines.filter((l) => /G[123]\b/.test(l)).length;
  const tool = Number(/T(\d+) M6/.exec(text)?.[1] ?? 0);
  const parts = { ...kNone, cutting: cuts * 0.5, rapid: 4.2, standstill: 0.8, assumed: 3.1 };
  if (tool) Object.assign(parts, { tool_change: 6, spindle: 1.5 });
  const seconds = Object.values(parts).reduce((a, b) => a + b, 0);
  const notes = lines.flatMap((l, i) => {
    const variable = /#\d+/.exec(l)?.[0];
    const noted = [];
    if (variable)
      noted.push({
        kind: 'unknown',
        line: i + 1,
        times: 1,
        text: `depends on ${variable}, which the program does not set`,
      });
    if (l.includes('G43'))
      noted.push({ kind: 'not_modelled', line: i + 1, times: 1, text: 'tool lengths' });
    return noted;
  });
  const unknown = notes.filter((n) => n.kind === 'unknown').length;
  return {
    dialect,
    dialect_from: 'recognized',
    machine,
    constants: machine
      ? { from: 'cycles', programs: 8, cycles: 143, left_out: 1 }
      : { from: 'prior', programs: 0, cycles: 0, left_out: 0 },
    measured: machine
      ? { cycles: 41, median: seconds * 1.02, p10: seconds * 0.99, p90: seconds * 1.08 }
      : null,
    seconds,
    low: seconds * 0.88,
    high: seconds * 1.16,
    at_least: unknown > 0,
    whole: true,
    cut: false,
    parts,
    not_reckoned: { cuts: unknown, stops: 0, waits: 0 },
    tools: [{ tool, changes: tool ? 1 : 0, seconds, parts }],
    sections: sections_of(lines, tool, seconds),
    notes,
    lines: lines.length,
    blocks: lines.length,
  };
}
