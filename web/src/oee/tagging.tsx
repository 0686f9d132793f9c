import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { ListOf } from './stops';
import { Tag } from './tag';
import type { Oee, Reasons } from './types';
import type { Stop } from './waterfall';

/** What lists of stops need so that a stop can get its reason, and the dialog in which it does. */
export function useTagging({
  base,
  zone,
  oee,
  reasons,
  explain,
  done,
}: {
  base: string;
  zone: string;
  oee: Oee | null;
  reasons: Reasons | null;
  explain: (at: number) => void;
  done: () => void;
}): { list: ListOf; dialog: ComponentChildren } {
  const tagged = useSignal<Stop | null>(null);
  const stop = tagged.value;
  const close = () => (tagged.value = null);
  return {
    list: { zone, reasons, explain, tag: (chosen) => (tagged.value = chosen) },
    dialog: stop && reasons && (
      <Tag
        base={base}
        stop={stop}
        zone={zone}
        reasons={reasons}
        now_tagged={stop.piece.reason === null ? null : (oee?.reasons[stop.piece.reason] ?? null)}
        close={close}
        done={() => {
          close();
          done();
        }}
      />
    ),
  };
}
