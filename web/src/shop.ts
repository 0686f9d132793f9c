// The machines of the organization on screen, kept true by the live stream. One signal a machine:
// a change redraws its own card and nothing else.
import { batch, signal, type Signal } from '@preact/signals';
import { as_problem, get, query, type Problem } from './api';
import { Live } from './live';
import type { ServerEvent } from './sse';
import type { Card, LiveValues, Machine, Page } from './types';

/** A card and when it came, so that running totals go on between two events. */
export interface Held {
  card: Card;
  received: number;
}

/** A page that nobody has seen for this long lets its connection go and resumes when seen again. */
const kHiddenRest = 60_000;

export class Shop {
  readonly cards = signal<ReadonlyMap<string, Signal<Held>>>(new Map());
  readonly loaded = signal(false);
  readonly problem = signal<Problem | null>(null);
  readonly live: Live;
  private touched = new Set<string>();
  /** What the stream said since the last frame; null is a machine that went. One entry a machine,
   *  so that a page that nobody sees gathers no more than its floor. */
  private told = new Map<string, Card | null>();
  private frame = 0;
  private closed = false;
  private rest: ReturnType<typeof setTimeout> | undefined;
  private on_values: (values: LiveValues) => void = () => {};
  /** In full, where the page is of one machine. */
  readonly machine = signal<Machine | null>(null);
  private readonly hurry = () => {
    clearTimeout(this.rest);
    if (document.hidden) this.rest = setTimeout(() => this.live.pause(), kHiddenRest);
    else this.live.hurry();
  };

  constructor(
    readonly organization: string,
    /** The one whose page it is: the others are not asked for. */
    readonly only: string | null = null,
  ) {
    this.live = new Live({
      organization,
      on_event: (event) => this.take(event),
      on_open: (resumed) => {
        if (!resumed) void this.load();
      },
    });
  }

  start(): this {
    void this.load();
    this.live.start();
    addEventListener('online', this.hurry);
    document.addEventListener('visibilitychange', this.hurry);
    return this;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.rest);
    cancelAnimationFrame(this.frame);
    this.live.close();
    removeEventListener('online', this.hurry);
    document.removeEventListener('visibilitychange', this.hurry);
  }

  /** Also every value that a machine tells, until the result is called. */
  follow(machine: string, on_values: (values: LiveValues) => void): () => void {
    this.on_values = on_values;
    this.live.follow(machine);
    return () => {
      this.on_values = () => {};
      this.live.follow(null);
    };
  }

  /** All that is shown anew. What the stream says meanwhile is newer and wins. */
  async load(): Promise<void> {
    this.touched.clear();
    const machines = `/organizations/${this.organization}/machines`;
    try {
      if (this.only !== null) {
        const machine = await get<Machine>(`${machines}/${encodeURIComponent(this.only)}`);
        if (this.closed) return;
        batch(() => {
          if (!this.touched.has(machine.id)) this.put(machine);
          this.machine.value = machine;
          this.problem.value = null;
        });
        return;
      }
      const all = await load_all<Card>(machines);
      if (this.closed) return;
      batch(() => {
        const listed = new Set(all.map((card) => card.id));
        const kept = [...this.cards.value].filter(([id]) => listed.has(id) || this.touched.has(id));
        this.cards.value = new Map(kept);
        this.put_all(all.filter((card) => !this.touched.has(card.id)));
        this.problem.value = null;
        this.loaded.value = true;
      });
    } catch (error) {
      if (!this.closed) this.problem.value = as_problem(error);
    }
  }

  put(card: Card): void {
    this.put_all([card]);
  }

  private put_all(cards: readonly Card[]): void {
    const received = Date.now();
    let more: Map<string, Signal<Held>> | null = null;
    for (const card of cards) {
      const known = this.cards.value.get(card.id);
      if (known) known.value = { card, received };
      else (more ??= new Map(this.cards.value)).set(card.id, signal({ card, received }));
    }
    if (more) this.cards.value = more;
  }

  remove(id: string): void {
    const left = new Map(this.cards.value);
    if (left.delete(id)) this.cards.value = left;
  }

  private take(event: ServerEvent): void {
    if (event.event === 'reset') {
      this.told.clear();
      return void this.load();
    }
    const data: unknown = JSON.parse(event.data || 'null');
    if (event.event === 'machine') {
      const card = data as Card;
      this.touched.add(card.id);
      this.tell(card.id, card);
    } else if (event.event === 'removed') {
      const { machine } = data as { machine: string };
      this.touched.delete(machine);
      this.tell(machine, null);
    } else if (event.event === 'values') {
      this.on_values(data as LiveValues);
    }
  }

  /** A busy shop says a hundred things a second; the page is drawn once a frame. */
  private tell(id: string, card: Card | null): void {
    this.told.set(id, card);
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const told = [...this.told];
      this.told.clear();
      batch(() => {
        this.put_all(told.flatMap(([, said]) => said ?? []));
        for (const [gone, said] of told) if (said === null) this.remove(gone);
      });
    });
  }
}

export async function load_all<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; ; ) {
    const page: Page<T> = await get<Page<T>>(`${path}?${query({ limit: 500, cursor })}`);
    items.push(...page.items);
    if (!page.next) return items;
    cursor = page.next;
  }
}

/** Seconds so far, running on while the machine does. */
export function running_total(
  seconds: number,
  runs: boolean,
  received: number,
  now: number,
): number {
  return runs ? seconds + Math.max(0, now - received) / 1000 : seconds;
}

export const shop = signal<Shop | null>(null);

/** Makes `shop` the one for this page; the stream of the page before is closed. */
export function open_shop(organization: string, only: string | null = null): () => void {
  const opened = new Shop(organization, only).start();
  const before = shop.peek();
  if (before && before.organization === organization) {
    opened.cards.value = before.cards.peek();
    opened.loaded.value = before.loaded.peek();
  }
  shop.value = opened;
  return () => opened.close();
}
