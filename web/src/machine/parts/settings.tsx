// What a machine is called, where it is reached, and how that went.
import { useSignal } from '@preact/signals';
import { EditConnection } from '../connection';
import { EditMachine } from '../edit';
import { LinkSection } from '../link';
import type { PartProps } from '../parts';
import { RemoveMachine } from '../remove';

export default function SettingsPart({ organization, base, held, detail, reload }: PartProps) {
  const { card } = held;
  // Here, and not in the section of the connection, which begins anew with every change of it.
  const asks = useSignal<'name' | 'connection' | 'remove' | null>(null);
  const close = () => (asks.value = null);
  return (
    <>
      <LinkSection
        base={base}
        machine={detail}
        edit={() => (asks.value = 'connection')}
        key={`${card.link.since}`}
      />
      <section class="section" aria-labelledby="settings-title">
        <div class="section-head">
          <h2 id="settings-title">Name and place</h2>
        </div>
        <p>
          <b>{card.name}</b>
          {card.location ? `, ${card.location}` : ', without a place'}
        </p>
        <div class="actions">
          <button type="button" onClick={() => (asks.value = 'name')}>
            Rename
          </button>
          <button type="button" onClick={() => (asks.value = 'remove')}>
            Remove
          </button>
        </div>
      </section>
      {asks.value === 'name' && <EditMachine base={base} card={card} close={close} />}
      {asks.value === 'connection' && detail && (
        <EditConnection base={base} machine={detail} saved={reload} close={close} />
      )}
      {asks.value === 'remove' && (
        <RemoveMachine organization={organization} base={base} name={card.name} close={close} />
      )}
    </>
  );
}
