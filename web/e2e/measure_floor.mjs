// node e2e/measure_floor.mjs FLOOR: what the floor and the board cost a real Chromium, as JSON. FLOOR is the address of a
// floor, HEED_COOKIE the session's cookie; bench/shop_bench.py --page runs it against five hundred machines.
//   first: milliseconds from the navigation to the first machine drawn, and bytes over the wire
//   live: frames a second and the longest one in ten seconds, share of a core the page's thread was busy, long tasks
//   scroll: the same while the whole floor is scrolled through
//   heap: megabytes of JavaScript after a collection; nodes: elements in the document
import { launch } from '../mock/browser.mjs';

const floor = process.argv[2];
const [name, ...value] = process.env.HEED_COOKIE.split('=');
const browser = await launch();

async function open(query = '', { width = 1440, height = 900, form = 'cards' } = {}) {
  const context = await browser.newContext({ viewport: { width, height } });
  await context.addCookies([{ name, value: value.join('='), url: new URL(floor).origin }]);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('Network.enable');
  let bytes = 0;
  session.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.addInitScript((as) => localStorage.setItem('heed.floor.form', as), form);
  const began = Date.now();
  await page.goto(floor + query);
  await page.locator('[data-machine]').first().waitFor();
  const first_ms = Date.now() - began;
  await page.waitForTimeout(1500);
  return { context, page, session, first: { ms: first_ms, kilobytes: Math.round(bytes / 1000) } };
}

const busy = async (session) => {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((metric) => metric.name === 'TaskDuration').value;
};

/** Frames while `act` goes on. Evaluated as a function, which a strict policy allows. */
async function watched({ page, session }, ms, act) {
  const before = await busy(session);
  const frames = page.evaluate(async (length) => {
    const times = [];
    let long = 0;
    const observer = new PerformanceObserver((list) => (long += list.getEntries().length));
    observer.observe({ type: 'longtask' });
    const end = performance.now() + length;
    for (let last = performance.now(); last < end; ) {
      const at = await new Promise(requestAnimationFrame);
      times.push(at - last);
      last = at;
    }
    observer.disconnect();
    times.sort((a, b) => a - b);
    return {
      per_second: Math.round((1000 * times.length) / length),
      p50_ms: +times[times.length >> 1].toFixed(1),
      p99_ms: +times[Math.floor(times.length * 0.99)].toFixed(1),
      longest_ms: +times.at(-1).toFixed(1),
      long_tasks: long,
    };
  }, ms);
  await act?.();
  const told = await frames;
  return {
    ...told,
    busy_percent: Math.round((100 * 1000 * ((await busy(session)) - before)) / ms),
  };
}

async function scroll({ page }) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  for (let i = 1; i <= 60; i++) {
    await page.evaluate((to) => scrollTo(0, to), (height * i) / 60);
    await page.waitForTimeout(70);
  }
}

async function size({ page, session }) {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return {
    heap_megabytes: +(usedSize / 2 ** 20).toFixed(1),
    nodes: await page.evaluate(() => document.getElementsByTagName('*').length),
  };
}

const told = {};
for (const [what, query, options] of [
  ['cards', '', {}],
  ['list', '', { form: 'list' }],
  ['phone', '', { width: 390, height: 844, form: 'list' }],
  ['board', '?tv=1', { width: 1920, height: 1080 }],
]) {
  const opened = await open(query, options);
  told[what] = { first: opened.first, live: await watched(opened, 10_000) };
  if (what !== 'board') told[what].scroll = await watched(opened, 6000, () => scroll(opened));
  Object.assign(told[what], await size(opened));
  await opened.context.close();
}
await browser.close();
console.log(JSON.stringify(told));
