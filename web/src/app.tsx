import { useEffect } from 'preact/hooks';
import { help_open, use_keys } from './keys';
import { Andon } from './pages/andon';
import { Floor } from './pages/floor';
import { MachinePage } from './pages/machine';
import { NewMachine } from './pages/new-machine';
import { Settings } from './pages/settings';
import { SignIn } from './pages/sign-in';
import {
  floor_path,
  navigate,
  new_machine_path,
  policy_path,
  privacy_office_path,
  programs_path,
  reports_path,
  route,
  settings_path,
  url,
  what_to_do_path,
} from './router';
import {
  last_organization,
  load_session,
  remember_organization,
  session,
  sign_out,
} from './session';
import type { Session } from './types';
import { Help } from './ui/help';
import { Icon } from './ui/icon';
import { Later } from './ui/later';
import { NoticeBar } from './ui/notice';
import { ProblemNote } from './ui/problem';

const policy_page = () => import('./pages/policy');
const programs = () => import('./pages/programs');
const program = () => import('./pages/program');
const reports = () => import('./pages/reports');
const what_to_do = () => import('./pages/what-to-do');
const privacy_office = () => import('./pages/privacy-office');

export function App() {
  const known = session.value;
  const at = route.value;
  if (at.page === 'sign-in') return <SignIn />;
  if (known.kind === 'loading') return <p class="first-paint">Heed</p>;
  if (known.kind === 'broken')
    return (
      <main class="sign-in">
        <ProblemNote problem={known.problem} retry={() => void load_session()} />
      </main>
    );
  if (known.kind === 'out') return <ToSignIn />;
  return <Inside session={known.session} />;
}

function ToSignIn() {
  useEffect(() => {
    const here = url.value.pathname + url.value.search;
    navigate(here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`, true);
  }, []);
  return null;
}

function Inside({ session: known }: { session: Session }) {
  const at = route.value;
  const organization = 'organization' in at ? at.organization : last_organization(known);
  // A step between a machine's parts leaves the focus on the link that made it.
  const page = at.page === 'machine' ? `machine ${at.machine}` : url.value.pathname;

  useEffect(() => {
    if (organization) remember_organization(organization);
  }, [organization]);
  useEffect(() => {
    if (at.page === 'home' && organization) navigate(floor_path(organization), true);
    if (at.page === 'to-privacy-office' && organization)
      navigate(privacy_office_path(organization), true);
  }, [at.page, organization]);
  use_keys(
    (key) => {
      if (key === '?') help_open.value = true;
      else if (key === 'g f' && organization) navigate(floor_path(organization));
      else if (key === 'g a' && organization) navigate(new_machine_path(organization));
      else if (key === 'g s' && organization) navigate(settings_path(organization));
      else if (key === 'g n' && organization) navigate(programs_path(organization));
      else if (key === 'g r' && organization) navigate(reports_path(organization));
      else if (key === 'g w' && organization) navigate(what_to_do_path(organization));
      else if (key === 'g d' && organization) navigate(privacy_office_path(organization));
      else if (key === 'g p' && known.operator) navigate(policy_path);
      else return false;
      return true;
    },
    [organization, known.operator],
  );
  useEffect(() => {
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [page]);

  if (!organization) return <NoOrganization />;
  if (at.page === 'floor' && url.value.searchParams.get('tv') === '1')
    return <Andon organization={organization} />;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header session={known} organization={organization} />
      <main id="main" tabIndex={-1}>
        <Current organization={organization} session={known} />
      </main>
      <footer class="foot">
        <a href="/privacy">Privacy policy</a>
      </footer>
      <NoticeBar />
      {help_open.value && <Help close={() => (help_open.value = false)} />}
    </>
  );
}

function Current({ organization, session: known }: { organization: string; session: Session }) {
  const at = route.value;
  if (!known.organizations.some((o) => o.id === organization)) return <NotHere />;
  switch (at.page) {
    case 'floor':
      return <Floor organization={organization} />;
    case 'machine':
      return (
        <MachinePage
          organization={organization}
          machine={at.machine}
          part={at.part}
          key={at.machine}
        />
      );
    case 'new-machine':
      return <NewMachine organization={organization} />;
    case 'settings':
      return <Settings organization={organization} session={known} />;
    case 'programs':
      return <Later load={programs} key={organization} />;
    case 'program':
      return <Later load={program} key={at.program} />;
    case 'reports':
      return <Later load={reports} key={organization} />;
    case 'what-to-do':
      return <Later load={what_to_do} key={organization} />;
    case 'privacy-office':
      return <Later load={privacy_office} key={organization} />;
    case 'policy':
      return <Later load={policy_page} />;
    case 'unknown':
      return <NotHere />;
    default:
      return null;
  }
}

function Header({ session: known, organization }: { session: Session; organization: string }) {
  const here = (page: string) => (route.value.page === page ? 'page' : undefined);
  return (
    <header class="top">
      <a class="brand" href={floor_path(organization)} aria-label="Heed, to the floor">
        Heed
      </a>
      {known.organizations.length > 1 ? (
        <select
          class="organizations"
          aria-label="Organization"
          title={known.organizations.find((o) => o.id === organization)?.name}
          value={organization}
          onChange={(event) => navigate(floor_path(event.currentTarget.value))}
        >
          {known.organizations.map((o) => (
            <option key={o.id} value={o.id}>
              {o.name}
            </option>
          ))}
        </select>
      ) : (
        <span class="organization" title={known.organizations[0]?.name}>
          {known.organizations[0]?.name}
        </span>
      )}
      <nav aria-label="Pages">
        <a href={floor_path(organization)} aria-current={here('floor')}>
          Floor
        </a>
        <a href={programs_path(organization)} aria-current={here('programs') ?? here('program')}>
          Programs
        </a>
        <a href={reports_path(organization)} aria-current={here('reports')}>
          Reports
        </a>
        <a href={what_to_do_path(organization)} aria-current={here('what-to-do')}>
          What to do
        </a>
        <a href={privacy_office_path(organization)} aria-current={here('privacy-office')}>
          People
        </a>
        <a href={settings_path(organization)} aria-current={here('settings')}>
          Settings
        </a>
        {known.operator && (
          <a href={policy_path} aria-current={here('policy')}>
            Policy
          </a>
        )}
      </nav>
      <span class="who">{known.person.name || known.person.email}</span>
      <button
        type="button"
        class="plain square"
        aria-label="Keyboard help"
        aria-keyshortcuts="?"
        onClick={() => (help_open.value = true)}
      >
        <Icon of="question" />
      </button>
      <button type="button" class="plain sign-out" onClick={() => void sign_out()}>
        Sign out
      </button>
    </header>
  );
}

function NotHere() {
  return (
    <section class="empty">
      <h1 tabIndex={-1}>Nothing here</h1>
      <p>There is no such page, or it belongs to an organization that you are not part of.</p>
      <a class="button primary" href="/">
        To the floor
      </a>
    </section>
  );
}

function NoOrganization() {
  return (
    <main class="empty">
      <h1 tabIndex={-1}>No organization yet</h1>
      <p>Your account belongs to none. Ask whoever invited you to add you to theirs.</p>
      <button type="button" onClick={() => void sign_out()}>
        Sign out
      </button>
    </main>
  );
}
