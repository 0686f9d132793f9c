// Where the reader is. Pages are plain URLs; links are plain <a> elements.
import { computed, signal } from '@preact/signals';

const here = () => new URL(location.href);
export const url = signal(typeof location === 'undefined' ? new URL('http://localhost/') : here());

export type Route =
  | { page: 'home' | 'sign-in' | 'policy' | 'to-privacy-office' | 'unknown' }
  | {
      page: 'floor' | 'new-machine' | 'settings' | 'privacy-office' | 'programs' | 'what-to-do';
      organization: string;
    }
  | { page: 'program'; organization: string; program: string }
  | { page: 'reports'; organization: string; tab: ReportTab }
  | { page: 'machine'; organization: string; machine: string; part: MachinePart };

export const kReportTabs = ['hand-over', 'compare', 'alarms', 'report'] as const;
export type ReportTab = (typeof kReportTabs)[number];
const is_report_tab = (text: string): text is ReportTab =>
  (kReportTabs as readonly string[]).includes(text);

/** The parts of a machine's page, in their order; the first is at the machine's own address. */
export const kMachineParts = [
  'now',
  'cycles',
  'oee',
  'alarms',
  'tools',
  'programs',
  'items',
  'settings',
] as const;
export type MachinePart = (typeof kMachineParts)[number];

export function route_of(path: string): Route {
  const parts = path.split('/').filter(Boolean).map(decodeURIComponent);
  if (parts.length === 0) return { page: 'home' };
  if (parts[0] === 'sign-in' && parts.length === 1) return { page: 'sign-in' };
  if (parts[0] === 'policy' && parts.length === 1) return { page: 'policy' };
  if (parts[0] === 'privacy-office' && parts.length === 1) return { page: 'to-privacy-office' };
  const [o, organization, section, id, part, more] = parts;
  if (o !== 'o' || !organization || more !== undefined) return { page: 'unknown' };
  if (section === 'machines') return machines_of(organization, id, part);
  if (part !== undefined) return { page: 'unknown' };
  if (section === undefined || (section === 'floor' && !id)) return { page: 'floor', organization };
  if (section === 'settings' && !id) return { page: 'settings', organization };
  if (section === 'privacy-office' && !id) return { page: 'privacy-office', organization };
  if (section === 'programs' && !id) return { page: 'programs', organization };
  if (section === 'programs' && id) return { page: 'program', organization, program: id };
  if (section === 'reports' && !id) return { page: 'reports', organization, tab: 'hand-over' };
  if (section === 'reports' && id && is_report_tab(id))
    return { page: 'reports', organization, tab: id };
  if (section === 'what-to-do' && !id) return { page: 'what-to-do', organization };
  return { page: 'unknown' };
}

function machines_of(organization: string, machine?: string, asked?: string): Route {
  if (!machine) return { page: 'floor', organization };
  if (machine === 'new') return asked ? { page: 'unknown' } : { page: 'new-machine', organization };
  const part = asked ? kMachineParts.find((known) => known === asked) : 'now';
  return part ? { page: 'machine', organization, machine, part } : { page: 'unknown' };
}

/** The part that a link from before there were parts meant: it had what it opens at in its query or
 *  its fragment. Null where the first part is meant. */
export function part_meant(at: URL): MachinePart | null {
  const asked = at.searchParams;
  if (asked.has('at')) return null;
  const titled = kMachineParts.find((part) => at.hash === `#${part}-title`);
  if (titled) return titled;
  if (asked.has('oee') || asked.has('oee_on')) return 'oee';
  return asked.has('days') ? 'alarms' : null;
}

export const route = computed(() => route_of(url.value.pathname));

export const floor_path = (organization: string) => `/o/${encodeURIComponent(organization)}/floor`;
export const machine_path = (organization: string, machine: string, part: MachinePart = 'now') =>
  `/o/${encodeURIComponent(organization)}/machines/${encodeURIComponent(machine)}` +
  (part === 'now' ? '' : `/${part}`);
export const new_machine_path = (organization: string) => machine_path(organization, 'new');
export const policy_path = '/policy';
/** Pages that the server makes itself: a link to one is a plain one. */
export const is_served = (path: string) => /^\/(api|privacy|\.well-known)(\/|$)/.test(path);
export const privacy_office_path = (organization: string) =>
  `/o/${encodeURIComponent(organization)}/privacy-office`;
export const programs_path = (organization: string) =>
  `/o/${encodeURIComponent(organization)}/programs`;
export const program_path = (organization: string, program: string) =>
  `${programs_path(organization)}/${encodeURIComponent(program)}`;
export const reports_path = (organization: string, tab: ReportTab = 'hand-over') =>
  `/o/${encodeURIComponent(organization)}/reports/${tab}`;
export const what_to_do_path = (organization: string) =>
  `/o/${encodeURIComponent(organization)}/what-to-do`;
export const settings_path = (organization: string) =>
  `/o/${encodeURIComponent(organization)}/settings`;

export function navigate(to: string, replace = false): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  const before = url.value.pathname;
  url.value = here();
  if (before !== url.value.pathname) scrollTo(0, 0);
}

/** Changes the query without a step in the history: a zoom, a chosen day. */
export function replace_query(changes: Record<string, string | null>): void {
  const next = here();
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) next.searchParams.delete(key);
    else next.searchParams.set(key, value);
  }
  if (next.href !== location.href) navigate(next.pathname + next.search, true);
}

export function start_router(): void {
  addEventListener('popstate', () => (url.value = here()));
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element | null)?.closest?.('a[href]');
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download'))
      return;
    if (link.origin !== location.origin || is_served(link.pathname)) return;
    if (link.hash && link.pathname === location.pathname) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
