// The live stream of an organization: one connection that resumes where it broke off.
import { signal, type Signal } from '@preact/signals';
import { kApi } from './api';
import { EventParser, type ServerEvent } from './sse';

/** The server sends a heartbeat every 15 s; two missed ones mean that nobody is there. */
export const kSilence = 32_000;
const kFirstWait = 500;
const kLongestWait = 15_000;

export type Connection = 'connecting' | 'live' | 'lost' | 'refused';

export interface LiveOptions {
  organization: string;
  on_event: (event: ServerEvent) => void;
  /** Called when the stream stands; `resumed` says that nothing was missed since the last one. */
  on_open?: (resumed: boolean) => void;
  fetch?: typeof fetch;
  now?: () => number;
}

/** How long to wait before the n-th try in a row: doubling, bounded, spread so that a hall of
 *  boards does not come back in one instant. */
export function wait_before(attempt: number, random = Math.random()): number {
  const longest = Math.min(kLongestWait, kFirstWait * 2 ** Math.min(attempt, 10));
  return longest * (0.5 + random / 2);
}

export class Live {
  readonly connection: Signal<Connection> = signal('connecting');
  /** When anything, a heartbeat included, last came from the server (browser clock, ms). */
  readonly heard: Signal<number | null> = signal(null);
  /** How often the stream began: what is not resumed, as values are not, is to be asked for anew. */
  readonly begun: Signal<number> = signal(0);
  private last_id: string | null = null;
  private attempt = 0;
  private closed = false;
  private abort: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private machine: string | null = null;

  constructor(private readonly options: LiveOptions) {}

  start(): this {
    void this.run();
    return this;
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.abort?.abort();
  }

  /** Lets the connection go until `hurry`: a browser gives an origin only six of them. */
  pause(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    clearTimeout(this.watchdog);
    this.abort?.abort();
    this.abort = null;
    this.connection.value = 'lost';
  }

  /** Also the values of this machine, or of none. The stream goes on where it is. */
  follow(machine: string | null): void {
    if (this.closed || machine === this.machine) return;
    this.machine = machine;
    // One that is at rest or waits for its next try asks with it then.
    if (this.connection.value !== 'live' && this.connection.value !== 'connecting') return;
    this.abort?.abort();
    void this.run();
  }

  /** Tries at once: the network is back or the page is seen again. */
  hurry(): void {
    if (this.closed || this.connection.value === 'live') return;
    clearTimeout(this.timer);
    this.abort?.abort();
    this.attempt = 0;
    void this.run();
  }

  private async run(): Promise<void> {
    const abort = (this.abort = new AbortController());
    try {
      const answer = await this.connect(abort.signal);
      if ([401, 403, 404].includes(answer.status)) {
        this.connection.value = 'refused';
        return;
      }
      if (!answer.ok || !answer.body) throw new Error(String(answer.status));
      await this.listen(answer.body);
    } catch {
      // Whatever ended the stream, the mend is the same: wait and connect again.
    }
    if (this.abort !== abort || this.closed) return;
    this.lose();
  }

  private connect(abort: AbortSignal): Promise<Response> {
    const { organization } = this.options;
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (this.last_id !== null) headers['Last-Event-ID'] = this.last_id;
    const query = this.machine ? `?machine=${encodeURIComponent(this.machine)}` : '';
    this.watch();
    return (this.options.fetch ?? fetch)(`${kApi}/organizations/${organization}/live${query}`, {
      headers,
      signal: abort,
      credentials: 'same-origin',
      cache: 'no-store',
    });
  }

  private async listen(body: ReadableStream<Uint8Array>): Promise<void> {
    const resumed = this.last_id !== null;
    this.attempt = 0;
    this.connection.value = 'live';
    this.begun.value++;
    this.options.on_open?.(resumed);
    const parser = new EventParser();
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (;;) {
      this.heard.value = (this.options.now ?? Date.now)();
      this.watch();
      const { done, value } = await reader.read();
      if (done) return;
      for (const event of parser.feed(decoder.decode(value, { stream: true }))) {
        if (event.id !== null) this.last_id = event.id;
        this.options.on_event(event);
      }
    }
  }

  private watch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.abort?.abort(), kSilence);
  }

  private lose(): void {
    clearTimeout(this.watchdog);
    this.connection.value = 'lost';
    this.timer = setTimeout(() => void this.run(), wait_before(this.attempt++));
  }
}
