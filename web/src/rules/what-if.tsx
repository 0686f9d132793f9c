// The time machine: a chosen time with other rules beside the same time as it is, and then whether
// they hold from now on or for all that was too.
import { useSignal } from '@preact/signals';
import { as_problem, post, query, type Problem } from '../api';
import { now } from '../clock';
import { duration, whole } from '../format';
import { date_clock_in, own_zone } from '../oee/clock';
import { kUseWords } from '../oee/waterfall';
import { parse_time, to_rfc3339 } from '../time';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { compared } from './compare';
import './rules.css';
import type { ChangedPiece, OfMachine, Proposal, WouldHaveBeen } from './types';

const kSpans: readonly [string, number][] = [
  ['Yesterday', 1],
  ['The last 7 days', 7],
  ['The last 30 days', 30],
];

/** To the day's beginning here, so that yesterday is a whole day. */
function span_of(days: number): { from: number; to: number } {
  const to = new Date(now.peek()).setHours(0, 0, 0, 0);
  return { from: new Date(to).setDate(new Date(to).getDate() - days), to };
}

/** `apply`: where the rules can be kept as they are; false where only the future can have them. */
export function WhatIf({
  organization,
  proposal,
  apply,
  days = 1,
  told,
  children,
}: {
  organization: string;
  /** Nothing while what was typed makes no rule. */
  proposal: () => Proposal | null;
  apply?: (from: 'now' | 'beginning') => Promise<unknown>;
  days?: number;
  /** What came out, for whoever shows more of it. */
  told?: (would: WouldHaveBeen | null) => void;
  children?: preact.ComponentChildren;
}) {
  const span = useSignal(days);
  const busy = useSignal(false);
  const would = useSignal<WouldHaveBeen | null>(null);
  const problem = useSignal<Problem | null>(null);
  const attempt = async () => {
    const asked = proposal();
    if (!asked || busy.value) return;
    busy.value = true;
    problem.value = null;
    const { from, to } = span_of(span.value);
    const range = query({ from: to_rfc3339(from), to: to_rfc3339(to) });
    try {
      const path = `/organizations/${organization}/what-if?${range}`;
      would.value = await post<WouldHaveBeen>(path, asked, true);
      told?.(would.value);
    } catch (error) {
      would.value = null;
      told?.(null);
      problem.value = as_problem(error);
    } finally {
      busy.value = false;
    }
  };
  const keep = async (from: 'now' | 'beginning') => {
    problem.value = null;
    try {
      await apply?.(from);
    } catch (error) {
      problem.value = as_problem(error);
    }
  };
  return (
    <div class="what-if">
      <div class="actions">
        <label class="small-field">
          Time to try it on
          <select
            value={String(span.value)}
            onChange={(event) => {
              span.value = Number(event.currentTarget.value);
              would.value = null;
            }}
          >
            {kSpans.map(([words, n]) => (
              <option key={n} value={String(n)}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="button" disabled={busy.value} onClick={() => void attempt()}>
          See what would have been
        </button>
      </div>
      {problem.value && <ProblemNote problem={problem.value} />}
      {busy.value && <Skeleton lines={4} />}
      {!busy.value && would.value && <Outcome would={would.value} />}
      <div class="actions">
        {apply && (
          <>
            <button type="button" class="primary" onClick={() => void keep('now')}>
              Apply from now on
            </button>
            <button type="button" onClick={() => void keep('beginning')}>
              Apply to all that was too
            </button>
          </>
        )}
        {children}
      </div>
      {apply && (
        <p class="hint">
          From now on leaves what was reported as it was. Either can be taken back below.
        </p>
      )}
    </div>
  );
}

function Outcome({ would }: { would: WouldHaveBeen }) {
  const changed = would.machines
    .filter((m) => differs(m))
    .sort((a, b) => b.changed_seconds - a.changed_seconds);
  const same = would.machines.length - changed.length;
  return (
    <div class="would" role="region" aria-label="What would have been" aria-live="polite">
      {would.machines.length === 0 && <p class="nothing">This concerns no machine.</p>}
      {changed.map((machine) => (
        <MachineOutcome key={machine.id} machine={machine} open={changed.length === 1} />
      ))}
      {same > 0 && (
        <p class="hint">
          {same === would.machines.length ? 'Nothing would have been different' : 'No difference'}{' '}
          {same === 1 ? 'for one machine' : `for ${same} machines`}.
        </p>
      )}
      {would.left_out > 0 && <p class="hint">{would.left_out} more machines were not looked at.</p>}
    </div>
  );
}

const differs = (machine: OfMachine) =>
  machine.changed_pieces > 0 ||
  compared(machine.present, machine.proposed).some((row) => row.difference !== null) ||
  compared(machine.present, machine.proposed).some((row) => row.before !== row.after);

function MachineOutcome({ machine, open }: { machine: OfMachine; open: boolean }) {
  const rows = compared(machine.present, machine.proposed).filter(
    (row, i) => i < 2 || row.before !== row.after || row.difference !== null,
  );
  return (
    <details open={open}>
      <summary>
        <h4>{machine.name}</h4>
        <span class="hint num">
          {rows[0]!.before} → {rows[0]!.after} OEE
        </span>
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={`Figures of ${machine.name}`}>
        <table class="dense">
          <thead>
            <tr>
              <th>Figure</th>
              <th class="right">As it is</th>
              <th class="right">Would have been</th>
              <th class="right">Difference</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <td>{row.name}</td>
                <td class="right num">{row.before}</td>
                <td class="right num">{row.after}</td>
                <td class="right num">{row.difference ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {machine.changed_pieces > 0 && <Changes machine={machine} />}
    </details>
  );
}

const use_words = (use: ChangedPiece['before'], code: string | null) =>
  code === null ? kUseWords[use] : `${kUseWords[use]} (${code})`;

function Changes({ machine }: { machine: OfMachine }) {
  const zone = own_zone();
  return (
    <details class="changes">
      <summary>
        {whole(machine.changed_pieces)}{' '}
        {machine.changed_pieces === 1 ? 'stretch counts' : 'stretches count'} as something else,{' '}
        {duration(1000 * machine.changed_seconds)}
      </summary>
      <ul class="changed">
        {machine.changes.map((piece) => {
          const from = parse_time(piece.from) ?? 0;
          return (
            <li key={piece.from}>
              <span class="num">{date_clock_in(zone, from)}</span>{' '}
              <b class="num">{duration((parse_time(piece.to) ?? from) - from)}</b>{' '}
              {use_words(piece.before, piece.code_before)} →{' '}
              {use_words(piece.after, piece.code_after)}
            </li>
          );
        })}
      </ul>
      {machine.changed_pieces > machine.changes.length && (
        <p class="hint">The first {machine.changes.length} of them.</p>
      )}
    </details>
  );
}
