// Every data item, and one of them over time.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { is_old } from '../../floor/card';
import { replace_query, url } from '../../router';
import { shop } from '../../shop';
import type { DataItem } from '../../types';
import { useAgain, useLoad } from '../../use';
import { History } from '../history';
import { Items, type Told } from '../items';
import type { PartProps } from '../parts';
import { Plot } from '../plot';

export default function ItemsPart({ base, machine, held, explained, explain }: PartProps) {
  const { card } = held;
  const live = useSignal<Told>(new Map());
  const list = useLoad<{ items: DataItem[] }>(`${base}/items`);
  const open = shop.value;
  useEffect(
    () =>
      open?.follow(machine, (event) => {
        if (event.machine !== machine) return;
        const grown = new Map(live.peek());
        for (const { item, value, at } of event.values) grown.set(item, { value, at });
        live.value = grown;
      }),
    [open, machine],
  );
  useAgain([open?.live.begun.value], list.reload);

  const wanted = url.value.searchParams.get('item');
  const plotted = list.data?.items.find((item) => item.key === wanted) ?? null;
  const plot = (item: DataItem | null) => replace_query({ item: item?.key ?? null });
  return (
    <>
      {plotted && (
        <History base={base} card={card} explained={explained} explain={explain}>
          {({ view, bounds, set_view }) => (
            <Plot
              base={base}
              item={plotted}
              live={live}
              view={view}
              period={bounds}
              set_view={set_view}
              close={() => plot(null)}
            />
          )}
        </History>
      )}
      <Items
        base={base}
        list={list}
        live={live}
        plotted={plotted?.key ?? null}
        old={is_old(card)}
        plot={(item) => {
          plot(item);
          if (item)
            requestAnimationFrame(() =>
              document.getElementById('plot-title')?.scrollIntoView({ block: 'center' }),
            );
        }}
      />
    </>
  );
}
