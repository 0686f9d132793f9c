import { afterEach, describe, expect, it, vi } from 'vitest';
import { learn_server_time, precise_now } from './clock';

const kNow = Date.UTC(2026, 11, 31, 23, 59, 58);
const header = (ms: number) => new Date(ms).toUTCString();
/** By how many seconds the page's clock is moved after an answer that took so many. */
function moved(server: number, took: number): number {
  vi.useFakeTimers({ now: kNow });
  learn_server_time(header(server), kNow - took * 1000);
  return (precise_now() - kNow) / 1000;
}

describe('the clock of the page', () => {
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['is its own where both agree', 0, 0.1, 0],
    ['is its own where they nearly do', 2, 0.1, 0],
    ['is not moved by an answer that was slow', -30, 31, 0],
    ['follows a server that is ahead', 3600, 1, 3601],
    ['follows a server that is behind', -3600, 1, -3599],
    ['follows it through a slow answer too', 3600, 21, 3611],
  ])('%s', (_, ahead, took, expected) => {
    expect(moved(kNow + ahead * 1000, took)).toBe(expected);
  });
  it('keeps what it knows where an answer has no date', () => {
    moved(kNow + 3_600_000, 1);
    learn_server_time(null, kNow);
    expect(precise_now()).toBe(kNow + 3_601_000);
  });
});
