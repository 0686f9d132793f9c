// The machines of the floor, as cards or as rows. Only those on screen are drawn, so that five
// hundred cost what thirty do; arrows lead through all of them, and Tab to the one they came to.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Shop } from '../shop';
import { useWidth } from '../use';
import { AuditFlag, MachineCard } from './card';
import { columns_in, lay_out, seen, step, type Group, type Measures, type Place } from './place';
import { MachineRow, RowHeads } from './row';

export type Form = 'cards' | 'list';

/** In rem: text that the reader made larger makes the boxes larger. */
const kSizes = {
  cards: { least: 18, row: 16.5, gap: 0.75 },
  list: { least: Infinity, row: 2.75, gap: 0 },
  narrow_list: { least: Infinity, row: 4, gap: 0 },
} as const;
const kHeading = 2.75;
/** Below this (rem) a row of the list needs two lines. */
const kNarrow = 46;
/** Drawn beyond the window's edge (px), so that a flick shows no empty floor. */
const kBeyond = 400;
/** Touch has no "pointer left": after a touch the order holds for this long. */
const kTouchHold = 4000;

const is_narrow = (form: Form, width: number) => form === 'list' && width < kNarrow * rem();
const rem = () => parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

function measures_of(form: Form, width: number): Measures {
  const unit = rem();
  const { least, row, gap } = kSizes[is_narrow(form, width) ? 'narrow_list' : form];
  return {
    columns: columns_in(width, least * unit, gap * unit),
    width,
    row: row * unit,
    gap: gap * unit,
    heading: kHeading * unit,
  };
}

export function Board({
  shop: open,
  groups,
  form,
  hold,
}: {
  shop: Shop;
  groups: readonly Group[];
  form: Form;
  hold: (on: boolean) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const view = useWindow(place);
  const active = useSignal<string | null>(null);
  const wanted = useRef<string | null>(null);
  const narrow = is_narrow(form, width.value);
  const measures = measures_of(form, width.value || 320);
  const laid = useMemo(
    () => lay_out(groups, measures),
    [groups, form, width.value, measures.row, measures.columns],
  );
  const index = Math.max(
    0,
    laid.places.findIndex(({ id }) => id === active.value),
  );
  const { from, to } = view.value;
  const shown = width.value === 0 ? [] : seen(laid, from, to, measures.row, index);

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const link = place.current?.querySelector<HTMLElement>(
      `[data-machine="${CSS.escape(wanted.current)}"]`,
    );
    wanted.current = null;
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: 'nearest' });
  });

  const on_key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = step(laid, index, event.key, innerHeight * 0.8);
    if (next === null) return;
    event.preventDefault();
    wanted.current = active.value = laid.places[next]!.id;
  };
  const on_focus = (event: FocusEvent) => {
    const link = (event.target as Element).closest<HTMLElement>('[data-machine]');
    if (link) active.value = link.dataset['machine'] ?? null;
  };

  return (
    <>
      {form === 'list' && !narrow && <RowHeads />}
      <div
        ref={place}
        class={`cards as-${form} ${narrow ? 'is-narrow' : ''}`}
        onKeyDown={on_key}
        onFocusCapture={on_focus}
        style={{ height: `${laid.height}px` }}
        {...useHold(hold)}
      >
        {groups.map((group, g) => {
          const here = shown.filter((p) => p.group === g);
          const heading = laid.headings[g]!;
          const near = heading < to && heading + measures.heading > from;
          if (here.length === 0 && !near) return null;
          return (
            <section key={group.name ?? ''} aria-label={group.name ?? 'Machines'}>
              {group.name !== undefined && (
                <h2 class="floor-group" style={{ top: `${heading}px` }}>
                  {group.name ?? 'No location'} <span class="num hint">{group.ids.length}</span>
                </h2>
              )}
              <div role="list" aria-label={group.name ?? 'Machines'}>
                {here.map((p) => (
                  <Item
                    key={p.id}
                    open={open}
                    form={form}
                    at={p}
                    measures={measures}
                    size={group.ids.length}
                    reached={p.id === laid.places[index]?.id}
                  />
                ))}
              </div>
            </section>
          );
        })}
      </div>
    </>
  );
}

function Item({
  open,
  form,
  at,
  measures,
  size,
  reached,
}: {
  open: Shop;
  form: Form;
  at: Place;
  measures: Measures;
  size: number;
  reached: boolean;
}) {
  const held = open.cards.value.get(at.id);
  if (!held) return null;
  const Drawn = form === 'cards' ? MachineCard : MachineRow;
  const { columns, width, gap, row } = measures;
  return (
    <div
      class="place"
      role="listitem"
      aria-setsize={size}
      aria-posinset={at.number}
      style={{
        top: `${at.top}px`,
        left: `${at.left}px`,
        width: `${(width - gap * (columns - 1)) / columns}px`,
        height: `${row}px`,
      }}
    >
      <Drawn held={held} organization={open.organization} reached={reached} />
      {form === 'cards' && (
        <AuditFlag held={held} organization={open.organization} reached={reached} />
      )}
    </div>
  );
}

/** The order holds while the reader points at the board or is in it with the keyboard. */
function useHold(hold: (on: boolean) => void) {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => () => clearTimeout(timer.current), []);
  const keep = (on: boolean) => {
    clearTimeout(timer.current);
    hold(on);
  };
  return {
    onPointerEnter: () => keep(true),
    onPointerLeave: (event: PointerEvent) => {
      const board = event.currentTarget as HTMLElement;
      if (event.pointerType === 'touch') timer.current = setTimeout(() => hold(false), kTouchHold);
      else keep(board.contains(document.activeElement));
    },
    onFocusIn: () => keep(true),
    onFocusOut: (event: FocusEvent) => {
      const board = event.currentTarget as HTMLElement;
      if (!board.contains(event.relatedTarget as Node | null)) keep(board.matches(':hover'));
    },
  };
}

/** The part of the element that the window shows, with what lies just beyond; all of it on paper.
 *  Told in steps, so that scrolling by a line draws nothing anew. */
function useWindow(element: { current: HTMLElement | null }) {
  const view = useSignal({ from: 0, to: innerHeight + kBeyond });
  useEffect(() => {
    const look = () => {
      if (!element.current || matchMedia('print').matches) return;
      const top = element.current.getBoundingClientRect().top;
      const step = kBeyond / 2;
      const from = Math.floor((-top - kBeyond) / step) * step;
      const to = from + Math.ceil((innerHeight + 3 * kBeyond) / step) * step;
      if (from !== view.peek().from || to !== view.peek().to) view.value = { from, to };
    };
    const all = () => (view.value = { from: 0, to: Infinity });
    look();
    const observer = new ResizeObserver(look);
    if (element.current) observer.observe(element.current);
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    addEventListener('beforeprint', all);
    addEventListener('afterprint', look);
    return () => {
      observer.disconnect();
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
      removeEventListener('beforeprint', all);
      removeEventListener('afterprint', look);
    };
  }, []);
  return view;
}
