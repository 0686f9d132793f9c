import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { kSilence, Live, wait_before } from './live';
import type { ServerEvent } from './sse';

/** A server that the test speaks for: one stream for each connection. */
class Server {
  readonly asked: { url: string; last_id: string | null }[] = [];
  private open: ReadableStreamDefaultController<Uint8Array> | null = null;
  status = 200;
  readonly fetch = ((url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    this.asked.push({ url, last_id: headers['Last-Event-ID'] ?? null });
    if (this.status === 0) return Promise.reject(new TypeError('no network'));
    if (this.status !== 200) return Promise.resolve(new Response(null, { status: this.status }));
    const body = new ReadableStream<Uint8Array>({
      start: (c) => {
        this.open = c;
      },
    });
    init.signal?.addEventListener('abort', () => this.open?.error(new Error('aborted')));
    return Promise.resolve(new Response(body));
  }) as typeof fetch;
  say(text: string): void {
    this.open?.enqueue(new TextEncoder().encode(text));
  }
  hang_up(): void {
    this.open?.close();
  }
}

const settle = () => vi.advanceTimersByTimeAsync(1);
let server: Server;
let events: ServerEvent[];
let opened: boolean[];
let live: Live;

beforeEach(async () => {
  vi.useFakeTimers();
  server = new Server();
  [events, opened] = [[], []];
  live = new Live({
    organization: 'o',
    fetch: server.fetch,
    on_event: (e) => events.push(e),
    on_open: (resumed) => opened.push(resumed),
  }).start();
  await settle();
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

describe('the live stream', () => {
  it('hands on what the server says', async () => {
    server.say('id: 1\nevent: machine\ndata: {}\n\n');
    await settle();
    expect(live.connection.value).toBe('live');
    expect(events.map((e) => e.id)).toEqual(['1']);
  });
  it('resumes after the last event that it saw', async () => {
    server.say('id: 41\ndata: a\n\nid: 42\ndata: b\n\n');
    await settle();
    server.hang_up();
    await settle();
    expect(live.connection.value).toBe('lost');
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.asked.map((a) => a.last_id)).toEqual([null, '42']);
    expect(opened).toEqual([false, true]);
    expect(live.connection.value).toBe('live');
  });
  it('says that nothing was resumed when no event had come before', async () => {
    server.hang_up();
    await vi.advanceTimersByTimeAsync(1000);
    expect(opened).toEqual([false, false]);
  });
  it('gives a silent connection up and makes a new one', async () => {
    server.say('id: 9\ndata: a\n\n');
    await settle();
    await vi.advanceTimersByTimeAsync(kSilence + 2000);
    expect(server.asked.map((a) => a.last_id)).toEqual([null, '9']);
  });
  it('takes heartbeats for life', async () => {
    for (let i = 0; i < 10; i++) {
      await vi.advanceTimersByTimeAsync(15_000);
      server.say(': beat\n\n');
    }
    expect(server.asked).toHaveLength(1);
    expect(live.connection.value).toBe('live');
  });
  it('tries again when the network is gone, and at once when told to hurry', async () => {
    server.status = 0;
    server.hang_up();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(live.connection.value).toBe('lost');
    const tried = server.asked.length;
    expect(tried).toBeGreaterThan(4);
    server.status = 200;
    live.hurry();
    await settle();
    expect(live.connection.value).toBe('live');
    expect(server.asked).toHaveLength(tried + 1);
  });
  it('stops where it is not allowed', async () => {
    server.status = 401;
    server.hang_up();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(live.connection.value).toBe('refused');
    expect(server.asked).toHaveLength(2);
  });
  it('rests when told to and resumes where it was', async () => {
    server.say('id: 3\ndata: a\n\n');
    await settle();
    live.pause();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(server.asked).toHaveLength(1);
    live.hurry();
    await settle();
    expect(server.asked.map((a) => a.last_id)).toEqual([null, '3']);
    expect(live.connection.value).toBe('live');
  });
  it('follows a machine’s values without missing anything, and leaves them again', async () => {
    server.say('id: 7\ndata: a\n\n');
    await settle();
    live.follow('m 1');
    await settle();
    live.follow('m 1');
    live.follow(null);
    await settle();
    expect(server.asked.map((a) => [a.url.split('/live')[1], a.last_id])).toEqual([
      ['', null],
      ['?machine=m%201', '7'],
      ['', '7'],
    ]);
    expect(opened).toEqual([false, true, true]);
    expect(live.begun.value).toBe(3);
    expect(live.connection.value).toBe('live');
  });
  it('is quiet once closed', async () => {
    live.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.asked).toHaveLength(1);
  });
});

describe('waiting before the next try', () => {
  it.each([
    [0, 500],
    [1, 1000],
    [4, 8000],
    [5, 15_000],
    [60, 15_000],
  ])('try %i waits %i ms at most, half of it at least', (attempt, most) => {
    expect(wait_before(attempt, 1)).toBe(most);
    expect(wait_before(attempt, 0)).toBe(most / 2);
  });
});
