// Looking for machines on the server's own network: what answers is one touch away from being
// tried.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { as_problem, get, post, request, type Problem } from '../api';
import { counted } from '../people/id';
import type { Protocol } from '../types';
import { Field } from '../ui/field';
import { ProblemNote } from '../ui/problem';
import { protocol_of } from './protocols';

export interface Found {
  protocol: Protocol;
  address: string;
  recognized: boolean;
  why: string;
}
interface Scan {
  range: string;
  running: boolean;
  tried: number;
  all: number;
  found: Found[];
}
interface Scans {
  ranges: string[];
  scan: Scan | null;
}

const kLookAgain = 700;

export function FindMachines({
  organization,
  choose,
}: {
  organization: string;
  choose: (found: Found) => void;
}) {
  const path = `/organizations/${organization}/machines/scan`;
  const told = useSignal<Scans | null>(null);
  const range = useSignal('');
  const problem = useSignal<Problem | null>(null);
  const scan = told.value?.scan ?? null;
  const running = scan?.running ?? false;
  const opened = useSignal(false);

  const look = async () => {
    try {
      told.value = await get<Scans>(path);
      if (told.value.scan?.running) opened.value = true;
      if (range.value === '') range.value = told.value.scan?.range ?? told.value.ranges[0] ?? '';
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  useEffect(() => void look(), [path]);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => void look(), kLookAgain);
    return () => clearInterval(timer);
  }, [running, path]);

  const begin = async (event: Event) => {
    event.preventDefault();
    problem.value = null;
    try {
      told.value = await post<Scans>(path, { range: range.value.trim() });
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  const stop = async () => {
    await request('DELETE', path).catch((error: unknown) => (problem.value = as_problem(error)));
    await look();
  };
  const wrong = problem.value?.body.field === 'range' ? problem.value : null;

  return (
    <details
      class="find"
      open={opened.value}
      onToggle={(event) => (opened.value = event.currentTarget.open)}
    >
      <summary>Find machines on the network</summary>
      <form onSubmit={(event) => void begin(event)}>
        <Field
          label="Network"
          hint="Of the server’s own, at most 1,024 addresses. Heed knocks at the ports that controls use and reads for five seconds where one opens."
          error={wrong?.message}
        >
          {(a) => (
            <input
              {...a}
              class="mono"
              required
              autocomplete="off"
              spellcheck={false}
              list="own-networks"
              placeholder="192.168.1.0/24"
              value={range.value}
              onInput={(event) => (range.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <datalist id="own-networks">
          {told.value?.ranges.map((own) => (
            <option key={own} value={own} />
          ))}
        </datalist>
        {wrong?.body.mend && <p class="mend">{wrong.body.mend}</p>}
        {running ? (
          <button type="button" onClick={() => void stop()}>
            Stop
          </button>
        ) : (
          <button type="submit" disabled={range.value.trim() === ''}>
            Look around
          </button>
        )}
      </form>
      {problem.value && !wrong && <ProblemNote problem={problem.value} />}
      {scan && <Progress scan={scan} choose={choose} />}
    </details>
  );
}

function Progress({ scan, choose }: { scan: Scan; choose: (found: Found) => void }) {
  return (
    <div role="status">
      {scan.running && (
        <p>
          <progress max={scan.all} value={scan.tried} aria-label="Ports tried" />{' '}
          <span class="num">
            {scan.tried} of {scan.all}
          </span>{' '}
          ports in {scan.range}
        </p>
      )}
      {!scan.running && (
        <p>
          {scan.found.length === 0
            ? `Nothing answered in ${scan.range}.`
            : `${counted(scan.found.length, 'address', 'addresses')} answered in ${scan.range}.`}
          {scan.tried < scan.all && ' It was stopped before the end.'}
        </p>
      )}
      <ul class="found">
        {scan.found.map((found) => (
          <li key={found.address}>
            <button type="button" class="mono" onClick={() => choose(found)}>
              {found.address}
            </button>{' '}
            <b>
              {found.recognized ? protocol_of(found.protocol).name : 'open, and not understood'}
            </b>
            <span class="hint"> {found.why}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
