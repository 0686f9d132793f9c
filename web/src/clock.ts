// One ticking clock for every age on the page, set by the server: a board on a TV whose own clock
// is wrong must not show wrong ages.
import { signal } from '@preact/signals';

const kTolerated = 2000; // the Date header has whole seconds, and an answer takes a while
let skew = 0;

export const precise_now = () => Date.now() + skew;
export const now = signal(precise_now());

export function learn_server_time(date_header: string | null, received = Date.now()): void {
  const server = date_header ? Date.parse(date_header) : NaN;
  if (Number.isNaN(server)) return;
  const difference = server + 500 - received;
  skew = Math.abs(difference) > kTolerated ? difference : 0;
}

let timer: ReturnType<typeof setTimeout> | undefined;
function tick(): void {
  now.value = precise_now();
  timer = setTimeout(tick, 1000 - (now.value % 1000));
}

/** Ticks once a second, on the second, while the page can be seen. */
export function start_clock(): void {
  tick();
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (!document.hidden) tick();
  });
}
