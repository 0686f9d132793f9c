// Who is signed in, and to which organizations they belong.
import { signal } from '@preact/signals';
import { as_problem, post, Problem, request, use_csrf, when_signed_out } from './api';
import { navigate, url } from './router';
import type { Session } from './types';

export type SessionState =
  | { kind: 'loading' }
  | { kind: 'in'; session: Session }
  | { kind: 'out' }
  | { kind: 'broken'; problem: Problem };

export const session = signal<SessionState>({ kind: 'loading' });

/** Came by a one-time link and has not chosen a password since. */
export const offers_password = signal(false);

const kLastOrganization = 'heed.organization';

export async function load_session(): Promise<void> {
  try {
    enter(await request<Session>('GET', '/session', { quiet: true }));
  } catch (error) {
    const problem = as_problem(error);
    session.value = problem.status === 401 ? { kind: 'out' } : { kind: 'broken', problem };
  }
}

export function enter(known: Session): void {
  when_signed_out(leave);
  use_csrf(known.csrf);
  session.value = { kind: 'in', session: known };
}

export async function sign_in(email: string, password: string): Promise<void> {
  enter(await post<Session>('/session', { email, password }, true));
}

export async function sign_in_by_link(token: string): Promise<void> {
  enter(await post<Session>('/session/link', { token }, true));
  offers_password.value = true;
}

export async function sign_out(): Promise<void> {
  await request('DELETE', '/session', { quiet: true }).catch(() => undefined);
  use_csrf('');
  session.value = { kind: 'out' };
  navigate('/sign-in');
}

function leave(): void {
  if (session.value.kind === 'out') return;
  session.value = { kind: 'out' };
  const back = url.value.pathname + url.value.search;
  if (!back.startsWith('/sign-in')) navigate(`/sign-in?next=${encodeURIComponent(back)}`, true);
}

export function last_organization(known: Session): string | null {
  const remembered = localStorage.getItem(kLastOrganization);
  const found = known.organizations.find((o) => o.id === remembered) ?? known.organizations[0];
  return found?.id ?? null;
}

export function remember_organization(id: string): void {
  localStorage.setItem(kLastOrganization, id);
}
