// A transfer from its beginning to its end, for whoever looks on.
import { useSignal, type Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { as_problem, get, post, Problem, request } from '../api';
import type { Transfer } from './types';

const kLook = 300;

export interface Running {
  state: Signal<Transfer | null>;
  problem: Signal<Problem | null>;
  busy: boolean;
  begin: (machine: string, wanted: object) => Promise<Transfer | null>;
  stop: () => void;
}

/** How a failed transfer reads as a refusal of the page's usual kind. */
export function failure_of(transfer: Transfer): Problem | null {
  const failed = transfer.failed;
  if (!failed) return null;
  return new Problem(409, {
    title: failed.stopped ? 'It was stopped' : 'That did not work',
    detail: failed.detail,
    ...(failed.mend && { mend: failed.mend }),
    ...(failed.clause && { clause: failed.clause }),
    ...(failed.sentence && { sentence: failed.sentence }),
  });
}

export function useTransfer(organization: string): Running {
  const state = useSignal<Transfer | null>(null);
  const problem = useSignal<Problem | null>(null);
  const gone = useRef(false);
  const path = (id: string) => `/organizations/${organization}/transfers/${id}`;
  const stop = () => {
    const now = state.peek();
    if (now?.running) void request('DELETE', path(now.id)).catch(() => {});
  };
  useEffect(() => {
    gone.current = false;
    return () => {
      // A send goes on to its end: half of it would help nobody.
      gone.current = true;
      if (state.peek()?.kind !== 'send') stop();
    };
  }, []);
  const begin = async (machine: string, wanted: object) => {
    problem.value = null;
    state.value = null;
    try {
      let now = await post<Transfer>(
        `/organizations/${organization}/machines/${encodeURIComponent(machine)}/transfers`,
        wanted,
      );
      state.value = now;
      while (now.running && !gone.current) {
        await new Promise((resolve) => setTimeout(resolve, kLook));
        now = await get<Transfer>(path(now.id));
        state.value = now;
      }
      problem.value = failure_of(now);
      return now.failed ? null : now;
    } catch (error) {
      problem.value = as_problem(error);
      return null;
    }
  };
  return { state, problem, busy: state.value?.running ?? false, begin, stop };
}
