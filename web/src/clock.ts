// One ticking clock for every age on the page, set by the server: a board on a TV whose own clock
// is wrong must not show wrong ages.
import { signal } from '@preact/signals';

const kTolerated = 2000; // what nobody sees in an age
let skew = 0;

export const precise_now = () => Date.now() + skew;
export const now = signal(precise_now());

/** The header has whole seconds and is from some moment between the question and the answer: what
 *  that explains is no fault of this clock, however slow the answer was. */
export function learn_server_time(
  date_header: string | null,
  sent: number,
  received = Date.now(),
): void {
  const server = date_header ? Date.parse(date_header) : NaN;
  if (Number.isNaN(server)) return;
  const [least, most] = [server - received, server + 1000 - sent];
  skew = least > kTolerated || most < -kTolerated ? (least + most) / 2 : 0;
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
