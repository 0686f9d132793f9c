import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { query } from '../api';
import { now } from '../clock';
import { is_old } from '../floor/card';
import { Conditions } from '../machine/conditions';
import { Explain } from '../machine/explain';
import { MachineHead } from '../machine/head';
import { Items } from '../machine/items';
import { LinkSection } from '../machine/link';
import { Plot } from '../machine/plot';
import { floor_path, replace_query, url } from '../router';
import { open_shop, shop, type Held } from '../shop';
import { is_doubtful } from '../states';
import { parse_time, to_rfc3339, zone_words } from '../time';
import { stretches as to_stretches } from '../timeline/layout';
import { Legend } from '../timeline/legend';
import { first_view, period_of, step as step_period, type PeriodKind } from '../timeline/period';
import { ActivityTable } from '../timeline/table';
import { Timeline } from '../timeline/timeline';
import { totals } from '../timeline/totals';
import { clamp, type Span } from '../timeline/view';
import type { Activities, DataItem, Machine, Value } from '../types';
import { ConnectionState } from '../ui/connection';
import { Icon } from '../ui/icon';
import { ProblemNote } from '../ui/problem';
import { Skeleton } from '../ui/skeleton';
import { useLoad, useTitle } from '../use';

export function MachinePage({ organization, machine }: { organization: string; machine: string }) {
  const live = useSignal<ReadonlyMap<string, { value: Value; at: string }>>(new Map());
  useEffect(
    () =>
      open_shop(organization, machine, (event) => {
        if (event.machine !== machine) return;
        const grown = new Map(live.peek());
        for (const { item, value, at } of event.values) grown.set(item, { value, at });
        live.value = grown;
      }),
    [organization, machine],
  );

  const base = `/organizations/${organization}/machines/${encodeURIComponent(machine)}`;
  const detail = useLoad<Machine>(base);
  const open = shop.value;
  const listed =
    open?.organization === organization ? open.cards.value.get(machine)?.value : undefined;
  const received = useMemo(() => Date.now(), [detail.data]);
  const held: Held | null = listed ?? (detail.data && { card: detail.data, received });
  const plotted = useSignal<DataItem | null>(null);
  const explained = useSignal<number | null>(parse_time(url.peek().searchParams.get('at')));
  useTitle(held?.card.name ?? 'Machine');

  const explain = (at: number | null) => {
    explained.value = at;
    replace_query({ at: at === null ? null : to_rfc3339(at) });
  };
  if (detail.problem && !held)
    return (
      <Missing
        organization={organization}
        problem={
          detail.problem.status === 404 ? null : (
            <ProblemNote problem={detail.problem} retry={detail.reload} />
          )
        }
      />
    );
  if (!held)
    return (
      <section class="machine">
        <h1 tabIndex={-1} class="visually-hidden">
          Machine
        </h1>
        <Skeleton lines={4} />
        <Skeleton lines={1} tall />
      </section>
    );
  const old = is_old(held.card, now.value);
  return (
    <section class="machine">
      <div class="crumbs">
        <a href={floor_path(organization)}>
          <Icon of="previous" />
          Floor
        </a>
        {open && <ConnectionState live={open.live} />}
      </div>
      <MachineHead
        held={held}
        organization={organization}
        base={base}
        why={() => explain(now.peek())}
      />
      <History
        base={base}
        held={held}
        explained={explained.value}
        explain={explain}
        plotted={plotted.value}
        plot={(item) => (plotted.value = item)}
      />
      <div class="machine-columns">
        <Items
          base={base}
          live={live}
          plotted={plotted.value?.key ?? null}
          old={old}
          plot={(item) => {
            plotted.value = item;
            if (item)
              requestAnimationFrame(() =>
                document.getElementById('plot-title')?.scrollIntoView({ block: 'center' }),
              );
          }}
        />
        <div>
          <Conditions conditions={held.card.conditions} />
          <LinkSection base={base} machine={detail.data} key={`${held.card.link.since}`} />
        </div>
      </div>
    </section>
  );
}

function Missing({
  organization,
  problem,
}: {
  organization: string;
  problem: preact.ComponentChildren;
}) {
  return (
    <section class="empty">
      {problem ?? (
        <>
          <h1 tabIndex={-1}>No such machine</h1>
          <p>It was removed, or it belongs to another organization.</p>
        </>
      )}
      <a class="button" href={floor_path(organization)}>
        To the floor
      </a>
    </section>
  );
}

/** How often an open period is asked for anew when nothing else says that it changed. */
const kRefresh = 60_000;

function History({
  base,
  held,
  explained,
  explain,
  plotted,
  plot,
}: {
  base: string;
  held: Held;
  explained: number | null;
  explain: (at: number | null) => void;
  plotted: DataItem | null;
  plot: (item: DataItem | null) => void;
}) {
  const { card } = held;
  const kind: PeriodKind = url.value.searchParams.get('by') === 'shift' ? 'shift' : 'day';
  const chosen = parse_time(url.value.searchParams.get('on'));
  const period = useMemo(
    () => period_of(kind, chosen ?? explained ?? now.peek()),
    [kind, chosen, Math.floor(now.value / kRefresh)],
  );
  const zoomed = useSignal<Span | null>(null);
  useEffect(() => {
    zoomed.value = null;
  }, [period.from, period.to]);
  const view = clamp(zoomed.value ?? first_view(period, now.value), period);
  const open = period.to > now.value && period.from <= now.value;

  const range = query({ from: to_rfc3339(period.from), to: to_rfc3339(period.to) });
  const { data, problem, reload } = useLoad<Activities>(`${base}/activities?${range}`);
  const turn = open
    ? `${card.since} ${card.state} ${card.in_cycle} ${card.executing} ${Math.floor(now.value / kRefresh)}`
    : '';
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else reload();
  }, [turn]);

  const until = data?.open && open ? Math.min(now.value, period.to) : null;
  const stretches = useMemo(() => to_stretches(data?.items ?? [], until), [data, until]);
  const counted = useMemo(() => totals(stretches, period), [stretches, period.from]);
  const go = (by: 1 | -1) => {
    const next = step_period(period, by);
    if (next.from <= now.peek())
      replace_query({
        on: next.from <= now.peek() && now.peek() < next.to ? null : to_rfc3339(next.from),
        at: null,
      });
  };
  return (
    <>
      <section class="section history" aria-labelledby="history-title">
        <div class="section-head">
          <h2 id="history-title">{period.title}</h2>
          <span class="hint num">{zone_words(period.from)}</span>
          <div class="segments" role="group" aria-label="Period">
            {(['day', 'shift'] as const).map((k) => (
              <button
                key={k}
                type="button"
                aria-pressed={kind === k}
                onClick={() => replace_query({ by: k === 'day' ? null : k })}
              >
                {k === 'day' ? 'Day' : 'Shift'}
              </button>
            ))}
          </div>
          <div class="segments">
            <button
              type="button"
              aria-label={`${kind === 'day' ? 'Day' : 'Shift'} before`}
              onClick={() => go(-1)}
            >
              <Icon of="previous" />
            </button>
            <button
              type="button"
              disabled={open}
              onClick={() => replace_query({ on: null, at: null })}
            >
              Now
            </button>
            <button
              type="button"
              aria-label={`${kind === 'day' ? 'Day' : 'Shift'} after`}
              disabled={period.to > now.value}
              onClick={() => go(1)}
            >
              <Icon of="next" />
            </button>
          </div>
        </div>
        {problem && <ProblemNote problem={problem} retry={reload} />}
        <div class={explained === null ? 'history-body' : 'history-body with-explain'}>
          <div class="history-line">
            {!data && !problem && <Skeleton lines={1} tall />}
            {data && (
              <Timeline
                stretches={stretches}
                gaps={data.gaps}
                period={period}
                view={view}
                set_view={(next) => (zoomed.value = next)}
                explained={explained}
                explain={explain}
                step={go}
              />
            )}
            {data && stretches.length === 0 && (
              <p class="nothing">Nothing was told in this time.</p>
            )}
          </div>
          {data && (
            <Legend
              totals={counted}
              has_gaps={data.gaps.length > 0}
              has_doubts={stretches.some((s) => is_doubtful(s.activity.placed))}
            />
          )}
          {explained !== null && (
            <Explain
              base={base}
              at={explained}
              close={() => {
                explain(null);
                document.querySelector<HTMLElement>('.timeline-canvas')?.focus();
              }}
            />
          )}
        </div>
        {data && (
          <ActivityTable stretches={stretches} view={view} name={card.name} explain={explain} />
        )}
      </section>
      {plotted && (
        <Plot
          base={base}
          item={plotted}
          view={view}
          period={period}
          set_view={(next) => (zoomed.value = clamp(next, period))}
          close={() => plot(null)}
        />
      )}
    </>
  );
}
