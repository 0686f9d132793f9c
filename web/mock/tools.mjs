// The tools of a pretend machine: three in use, one that its control tells of, lives as they are set.

const iso = (ms) => new Date(ms).toISOString();

export function tools(machine, url, organization, method, body, part) {
  machine.lives ??= new Map([
    ['2', { minutes: 60, uses: null, item: null, limit: null, changed: iso(Date.now() - 864e5) }],
  ]);
  if (part === 'life') return change(machine.lives, url, method, body);
  const now = Date.now();
  const to = Math.min(Date.parse(url.searchParams.get('to') ?? iso(now)), now);
  const from = Date.parse(url.searchParams.get('from') ?? iso(to - 864e5));
  const days = (to - from) / 864e5;
  const row = (tool, seconds, uses) => {
    const life = machine.lives.get(tool) ?? null;
    const lived =
      life && Math.round((Math.max(0, now - Date.parse(life.changed)) / 864e5) * seconds);
    return {
      tool,
      uses: Math.round(uses * days),
      in_cycle: Math.round(seconds * days),
      last_used: iso(to - 60_000),
      used: life && life.minutes ? lived / 60 / life.minutes : null,
      life: life && { ...life, in_cycle_since: lived, uses_since: 12, counted: null, cut: false },
      asset: null,
    };
  };
  const items = [row('1', 5_200, 96), row('2', 3_300, 96), row('7', 900, 48)];
  items[0].asset = {
    id: `${machine.id}.2201`,
    told: iso(now - 3_600_000),
    updated: null,
    tool_id: 'EM-16',
    serial_number: '2201',
    description: 'End mill 16, four flutes',
    number: '1',
    group: null,
    location_type: 'POT',
    location: '8',
    states: ['AVAILABLE'],
    lives: [
      {
        type: 'MINUTES',
        counts_down: false,
        value: 160,
        initial: 0,
        warning: 220,
        limit: 240,
        used: 160 / 240,
      },
    ],
  };
  items[0].used ??= 160 / 240;
  items.sort((a, b) => (b.used ?? -1) - (a.used ?? -1));
  return {
    body: { from: iso(from), to: iso(to), says_tools: true, unknown: 0, items, unread: [] },
  };
}

function change(lives, url, method, body) {
  if (method === 'PUT') {
    lives.set(body.tool, {
      minutes: body.minutes ?? null,
      uses: body.uses ?? null,
      item: body.item ?? null,
      limit: body.limit ?? null,
      changed: body.changed ?? iso(Date.now()),
    });
  } else lives.delete(url.searchParams.get('tool'));
  return { status: 204 };
}
