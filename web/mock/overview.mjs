// The stand-in's overview of a range: its activities where they are few, else what each of its equal
// cells was filled with, as the program gives it.

const iso = (ms) => new Date(ms).toISOString();

export function rollup_of(found, gaps, from, to, cells, open) {
  const cell = Math.ceil((to - from) / cells);
  const count = Math.ceil((to - from) / cell);
  const zeros = () => Array(count).fill(0);
  const shares = new Map();
  const [in_cycle, executing, doubtful, touched] = [zeros(), zeros(), zeros(), zeros()];
  const spread = (into, a) => {
    for (let i = Math.floor((a.from - from) / cell); i < count; i++) {
      const [start, end] = [from + i * cell, from + (i + 1) * cell];
      if (start >= a.to) break;
      into[i] += (Math.min(end, a.to) - Math.max(start, a.from)) / 1000;
    }
  };
  for (const a of found) {
    const key = `${a.state} ${a.bucket}`;
    if (!shares.has(key)) shares.set(key, { state: a.state, bucket: a.bucket, seconds: zeros() });
    spread(shares.get(key).seconds, a);
    if (a.in_cycle) spread(in_cycle, a);
    if (a.executing) spread(executing, a);
    if (a.placed !== 'device') spread(doubtful, a);
  }
  for (const gap of gaps) {
    const first = Math.max(0, Math.floor((Date.parse(gap.from) - from) / cell));
    const last = Math.min(count - 1, Math.floor((Date.parse(gap.to) - from) / cell));
    for (let i = first; i <= last; i++) touched[i]++;
  }
  return {
    from: iso(from),
    to: iso(to),
    cell: cell / 1000,
    shares: [...shares.values()],
    in_cycle,
    executing,
    doubtful,
    gaps: touched,
    open,
  };
}
