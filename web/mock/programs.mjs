// The stand-in's programs: a few with revisions, a control's directory for each machine, and
// transfers that take a second. The comparison is a plain one: what is not in both, in order.
import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from './api.mjs';
import { estimate, tokens } from './nc.mjs';

const kAda = '01hf0adaadaadaadaadaadaada';
const kDay = 86_400_000;
const iso = (ms) => new Date(ms).toISOString();
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const id = () => randomBytes(13).toString('hex');
const missing = () => new Refusal(404, 'Nothing here', { detail: 'There is no such program.' });

const kFlange = [
  '%',
  'O1234 (FLANGE 80)',
  '(T1 D=50.8 CR=0. - ZMIN=0. - FACE MILL)',
  'N10 G90 G94 G17 G49 G40 G80',
  'N15 G21',
  'N20 T1 M6',
  'N25 S1200 M3',
  'N30 G54',
  'N35 G0 X-31.4 Y12.7',
  'N40 G43 Z15. H1',
  'N45 G1 Z0. F250',
  'N50 X82.6 F800',
  'N55 G2 X82.6 Y38.1 I0. J12.7',
  'N60 G1 X-31.4',
  'N65 G0 Z15.',
  'N70 M5',
  'N75 M30',
  '%',
  '',
].join('\r\n');

const kWave = [
  '(WAVE)',
  'G21 G90 G94 F1200',
  ...Array.from(
    { length: 1400 },
    (_, i) => `G1 X${(i * 0.25).toFixed(2)} Z${Math.sin(i / 9).toFixed(3)}`,
  ),
  'G1 X#100 (PROBED)',
  'M30',
  '',
].join('\n');

function shelf_of(organization) {
  if (organization.shelf) return organization.shelf;
  const shelf = (organization.shelf = {
    programs: [],
    ledger: [],
    settings: new Map(),
    transfers: new Map(),
    controls: new Map(),
  });
  const machines = organization.machines;
  if (machines.length === 0) return shelf;
  const [mill, lathe] = machines;
  const flange = add(shelf, { name: 'O1234.nc', folder: 'Hall 1' }, 40);
  put(shelf, flange, kFlange, { comment: 'from CAM', days: 40 });
  put(shelf, flange, kFlange.replace('F800', 'F950').replace('S1200', 'S1400'), {
    comment: 'faster, with the new inserts',
    days: 3,
  });
  const bush = add(shelf, { name: 'BUSH-22.H', folder: 'Hall 2', machine: lathe?.id ?? null }, 12);
  put(
    shelf,
    bush,
    '0 BEGIN PGM BUSH-22 MM\n1 TOOL CALL 4 Z S3200\n2 L X+10 Y+0 R0 FMAX M3\n3 END PGM BUSH-22 MM\n',
    { origin: 'fetched', machine: lathe?.id, place: 'BUSH-22.H', days: 12 },
  );
  const long = add(shelf, { name: 'WAVE.nc', folder: 'Hall 1', machine: mill.id }, 2);
  put(shelf, long, kWave, { comment: 'from CAM', days: 2 });
  shelf.settings.set(mill.id, {
    protocol: 'sftp',
    host: '10.0.0.21',
    port: 22,
    user: 'cnc',
    password: '(kept)',
    directory: 'PROG',
    passive: true,
    host_key: 'SHA256:l9o0wJ4rYkP0m3mYb8i4oGq2H7cI1q2WnS8tq1fZx7s',
  });
  shelf.controls.set(
    mill.id,
    new Map([
      ['O1234.nc', kFlange],
      ['O2000.nc', 'O2000\nM30\n'],
    ]),
  );
  return shelf;
}

function add(shelf, { name, folder = '', machine = null }, days = 0) {
  const program = {
    id: id(),
    name,
    folder,
    machine,
    created: iso(Date.now() - days * kDay),
    removed: null,
    current: 0,
    texts: [],
  };
  shelf.programs.push(program);
  return program;
}

function note(shelf, program, what, more = {}) {
  shelf.ledger.unshift({
    at: iso(Date.now()),
    what,
    program: program.id,
    name: program.name,
    machine: null,
    revision: null,
    place: null,
    size: 0,
    sha256: null,
    replaced: null,
    who: kAda,
    ...more,
  });
}

function put(
  shelf,
  program,
  text,
  { origin = 'uploaded', machine = null, place = null, comment = '', of = null, days = 0 } = {},
) {
  const hash = sha256(text);
  const known = program.texts.find(
    (r) => r.sha256 === hash && (origin === 'replaced' || r.number === program.current),
  );
  if (known) return { stored: false, revision: shown(known) };
  const revision = {
    number: program.texts.length + 1,
    at: iso(Date.now() - days * kDay),
    origin,
    machine,
    place,
    size: Buffer.byteLength(text),
    sha256: hash,
    comment,
    of,
    who: kAda,
    text,
  };
  program.texts.push(revision);
  if (origin !== 'replaced') program.current = revision.number;
  note(shelf, program, origin === 'fetched' || origin === 'replaced' ? 'fetched' : 'stored', {
    at: revision.at,
    machine,
    place,
    revision: revision.number,
    size: revision.size,
    sha256: hash,
  });
  return { stored: true, revision: shown(revision) };
}

const shown = ({ text, ...revision }) => revision;
function face(program) {
  const now = program.texts[program.current - 1];
  const { texts, ...rest } = program;
  return {
    ...rest,
    revisions: texts.length,
    size: now?.size ?? 0,
    sha256: now?.sha256 ?? null,
    changed: now?.at ?? program.created,
  };
}

function key_of(line, { numbers, space }) {
  let key = numbers ? line.replace(/^(\/?)\s*[Nn]?\d+\s*/, '$1') : line;
  if (space) key = key.replace(/[ \t]/g, '');
  return key;
}

export function compare(before, after, how = {}) {
  const lines = (text) => text.split(/\r?\n/).filter((l, i, all) => i < all.length - 1 || l);
  const a = lines(before);
  const b = lines(after);
  const same = (i, j) => key_of(a[i], how) === key_of(b[j], how);
  const common = Array.from({ length: a.length + 1 }, () => new Array(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; --i)
    for (let j = b.length - 1; j >= 0; --j)
      common[i][j] = same(i, j)
        ? common[i + 1][j + 1] + 1
        : Math.max(common[i + 1][j], common[i][j + 1]);
  const all = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && same(i, j))
      all.push({ change: 'same', before: ++i, after: ++j, text: b[j - 1] });
    else if (i < a.length && (j >= b.length || common[i + 1][j] >= common[i][j + 1]))
      all.push({ change: 'removed', before: ++i, after: null, text: a[i - 1] });
    else all.push({ change: 'added', before: null, after: ++j, text: b[j - 1] });
  }
  const near = all.map((_, k) =>
    all.slice(Math.max(0, k - 3), k + 4).some((l) => l.change !== 'same'),
  );
  const hunks = [];
  all.forEach((line, k) => {
    if (!near[k]) return;
    if (k === 0 || !near[k - 1])
      hunks.push({
        before: line.before ?? 1,
        before_count: 0,
        after: line.after ?? 1,
        after_count: 0,
        lines: [],
      });
    const hunk = hunks.at(-1);
    if (line.before) ++hunk.before_count;
    if (line.after) ++hunk.after_count;
    hunk.lines.push(line);
  });
  const count = (change) => all.filter((l) => l.change === change).length;
  return {
    equal: before === after,
    binary: false,
    endings_differ: before.includes('\r\n') !== after.includes('\r\n'),
    shortest: true,
    cut: false,
    removed: count('removed'),
    added: count('added'),
    hunks,
  };
}

/** The routes of programs and transfers; nothing if it is none of them. */
export function program_routes(organization, method, rest, url, body) {
  if (rest[0] === 'programs')
    return programs(shelf_of(organization), method, rest.slice(1), url, body);
  if (rest[0] === 'transfers') return transfer(shelf_of(organization), method, rest[1]);
  if (rest[0] !== 'machines' || !rest[1]) return undefined;
  const machine = organization.machine(rest[1]);
  if (!machine) return undefined;
  const shelf = shelf_of(organization);
  if (rest[2] === 'transfer-settings') return settings(shelf, method, rest[1], body);
  if (rest[2] === 'program-ledger')
    return { body: { items: shelf.ledger.filter((l) => l.machine === rest[1]), next: null } };
  if (rest[2] === 'transfers' && method === 'POST') return begin(shelf, machine, body);
  return undefined;
}

function programs(shelf, method, [id, section, number, more], url, body) {
  const asked = url.searchParams;
  if (!id && method === 'POST') {
    if (
      shelf.programs.some(
        (p) => !p.removed && p.name === body.name && p.folder === (body.folder ?? ''),
      )
    )
      throw new Refusal(409, 'Conflict', {
        detail: 'there is a program of this name in the folder',
        field: 'name',
      });
    return { status: 201, body: face(add(shelf, body)) };
  }
  if (!id) {
    const words = (asked.get('words') ?? '').toLowerCase();
    const machine = asked.get('machine');
    const items = shelf.programs
      .filter((p) => Boolean(p.removed) === (asked.get('removed') === 'true'))
      .filter((p) => !machine || !p.machine || p.machine === machine)
      .filter((p) => `${p.folder}/${p.name}`.toLowerCase().includes(words));
    return { body: { items: items.map(face), next: null } };
  }
  const program = shelf.programs.find((p) => p.id === id);
  if (!program) throw missing();
  const text_of = (n) => program.texts[n - 1]?.text ?? '';
  if (!section && method === 'PATCH') {
    Object.assign(program, body);
    note(shelf, program, 'changed');
  }
  if (!section && method === 'DELETE') {
    program.removed = iso(Date.now());
    note(shelf, program, 'removed');
    return { status: 204 };
  }
  if (!section) return { body: face(program) };
  if (section === 'removal')
    return {
      body: {
        program: face(program),
        revisions: program.texts.length,
        bytes: program.texts.reduce((n, r) => n + r.size, 0),
        kept_until: iso(Date.now() + 3650 * kDay),
      },
    };
  if (section === 'take-back') {
    program.removed = null;
    note(shelf, program, 'restored');
    return { body: face(program) };
  }
  if (section === 'ledger')
    return { body: { items: shelf.ledger.filter((l) => l.program === id), next: null } };
  if (section === 'diff')
    return {
      body: compare(text_of(asked.get('before')), text_of(asked.get('after')), {
        numbers: asked.get('ignore_numbers') === 'true',
        space: asked.get('ignore_space') === 'true',
      }),
    };
  if (!number && method === 'POST') {
    const kept = put(shelf, program, body.bytes ?? '', { comment: asked.get('comment') ?? '' });
    return { status: kept.stored ? 201 : 200, body: kept };
  }
  if (!number) return { body: { items: program.texts.map(shown).reverse(), next: null } };
  if (more === 'restore')
    return {
      status: 201,
      body: put(shelf, program, text_of(number), { origin: 'restored', of: Number(number) }),
    };
  if (more === 'content') return { text: text_of(number), type: 'application/octet-stream' };
  if (more === 'tokens') return { body: tokens(text_of(number), asked) };
  if (more === 'estimate')
    return { body: estimate(text_of(number), asked.get('machine') ?? program.machine) };
  throw missing();
}

function settings(shelf, method, machine, body) {
  if (method === 'DELETE') {
    shelf.settings.delete(machine);
    return { status: 204 };
  }
  if (method === 'PUT') {
    if (body.protocol === 'sftp' && !body.user)
      throw new Refusal(422, 'Not right', {
        detail: 'SFTP lets in nobody without a name',
        field: 'user',
      });
    shelf.settings.set(machine, {
      ...body,
      host: body.host || '10.0.0.20',
      ...(body.password && { password: '(kept)' }),
    });
    shelf.controls.set(machine, shelf.controls.get(machine) ?? new Map());
  }
  return { body: { settings: shelf.settings.get(machine) ?? null } };
}

function begin(shelf, machine, body) {
  const settings = shelf.settings.get(machine.id);
  if (!settings)
    throw new Refusal(422, 'Not right', {
      detail: 'the machine has no transfer settings',
      mend: 'Say first how its file service is reached.',
    });
  const state = {
    id: id(),
    kind: body.kind,
    machine: machine.id,
    running: true,
    doing: 'listing the directory',
    done: 0,
    all: 0,
  };
  shelf.transfers.set(state.id, {
    state,
    began: Date.now(),
    end: () => outcome(shelf, machine, settings, body),
  });
  return { status: 202, body: state };
}

function transfer(shelf, method, id) {
  const found = shelf.transfers.get(id);
  if (!found) throw missing();
  if (method === 'DELETE') {
    Object.assign(found.state, {
      running: false,
      doing: null,
      failed: { detail: 'it was stopped', mend: null, stopped: true },
    });
    return { status: 204 };
  }
  if (found.state.running && Date.now() - found.began > 400)
    Object.assign(found.state, { running: false, doing: null }, found.end());
  return { body: found.state };
}

function outcome(shelf, machine, settings, body) {
  const files = shelf.controls.get(machine.id) ?? new Map();
  if (settings.password === 'wrong')
    return {
      failed: {
        detail: 'listing the directory: the control answered 530 Login incorrect.',
        mend: 'Check user and password.',
      },
    };
  if (body.kind === 'list')
    return {
      listing: {
        cut: false,
        unread: 0,
        files: [...files].map(([name, text]) => ({
          name,
          size: text.length,
          directory: false,
          changed: 'Nov 14 22:13',
          usable: true,
        })),
      },
    };
  if (body.kind === 'fetch') {
    const program =
      shelf.programs.find((p) => p.name === body.place && !p.removed) ??
      add(shelf, { name: body.place, machine: machine.id });
    return {
      fetched: {
        program: program.id,
        kept: put(shelf, program, files.get(body.place), {
          origin: 'fetched',
          machine: machine.id,
          place: body.place,
        }),
      },
    };
  }
  const program = shelf.programs.find((p) => p.id === body.program);
  const revision = program.texts[(body.revision || program.current) - 1];
  const there = files.get(body.place);
  if (body.kind === 'preview') {
    const runs =
      machine.card(Date.now()).program?.replace(/\..*/, '') === body.place.replace(/\..*/, '');
    return {
      preview: {
        where: `${settings.protocol}://${settings.host}:${settings.port ?? 21}/${settings.directory}`,
        place: body.place,
        size: revision.size,
        sha256: revision.sha256,
        there:
          there === undefined
            ? null
            : { size: there.length, sha256: sha256(there), diff: compare(there, revision.text) },
        machine: {
          running: machine.card(Date.now()).state === 'IN_CYCLE',
          state: machine.card(Date.now()).state,
          program: machine.card(Date.now()).program,
          runs_it: runs ? 'yes' : 'no',
        },
      },
    };
  }
  if (there !== undefined && body.confirm !== body.place)
    return {
      failed: {
        detail: 'confirm: this is not the file’s name',
        mend: 'Write the name of the file that will be written over.',
      },
    };
  const kept =
    there === undefined
      ? null
      : put(shelf, program, there, { origin: 'replaced', machine: machine.id, place: body.place })
          .revision.number;
  files.set(body.place, revision.text);
  note(shelf, program, 'sent', {
    machine: machine.id,
    place: body.place,
    revision: revision.number,
    size: revision.size,
    sha256: revision.sha256,
    replaced: there === undefined ? null : sha256(there),
  });
  return { sent: { same: false, renamed: true, kept } };
}
