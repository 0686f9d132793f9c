import './programs.css';
import { useSignal } from '@preact/signals';
import { programs_path } from '../router';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad } from '../use';
import { FetchDialog } from './fetch';
import { Ledger } from './ledger';
import { useNames } from './names';
import { SettingsDialog } from './settings';
import type { TransferSettings } from './types';
import { place_of } from './words';

/** On a machine's page: how its files are reached, and what went to and from it. */
export default function MachinePrograms({
  base,
  organization,
  machine,
}: {
  base: string;
  organization: string;
  machine: string;
}) {
  const path = `${base}/transfer-settings`;
  const { data, problem, reload } = useLoad<{ settings: TransferSettings | null }>(path);
  const names = useNames(organization);
  const open = useSignal<'settings' | 'fetch' | null>(null);
  const turn = useSignal(0);
  const settings = data?.settings ?? null;
  const close = () => {
    open.value = null;
    turn.value++;
    reload();
  };
  return (
    <div class="programs">
      <section class="section" aria-labelledby="programs-title">
        <div class="section-head">
          <h2 id="programs-title">Programs</h2>
          <a href={`${programs_path(organization)}?machine=${encodeURIComponent(machine)}`}>
            Those for this machine
          </a>
        </div>
        {problem && <ProblemNote problem={problem} retry={reload} />}
        {!data && !problem && <Skeleton lines={2} />}
        {data && (
          <div class="program-tools">
            {settings ? (
              <>
                <span>
                  <code>{place_of(settings)}</code>
                  {settings.user && ` as ${settings.user}`}
                </span>
                <button type="button" onClick={() => (open.value = 'fetch')}>
                  Fetch from it…
                </button>
                <button type="button" class="link" onClick={() => (open.value = 'settings')}>
                  Change
                </button>
              </>
            ) : (
              <>
                <span class="hint">
                  Heed can carry programs to and from the control’s own file service, by hand only.
                </span>
                <button type="button" onClick={() => (open.value = 'settings')}>
                  Set it up…
                </button>
              </>
            )}
          </div>
        )}
        {settings?.protocol === 'sftp' && settings.host_key && (
          <p class="hint">
            Host key <code>{settings.host_key}</code>
          </p>
        )}
      </section>
      <Ledger
        path={`${base}/program-ledger`}
        organization={organization}
        names={names}
        turn={String(turn.value)}
        of="machine"
      />
      {open.value === 'settings' && (
        <SettingsDialog
          path={path}
          settings={settings}
          close={() => (open.value = null)}
          saved={close}
        />
      )}
      {open.value === 'fetch' && (
        <FetchDialog organization={organization} names={names} machine={machine} close={close} />
      )}
    </div>
  );
}
