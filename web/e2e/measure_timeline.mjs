// node e2e/measure_timeline.mjs MACHINE: zooms from the year to the minute in a real Chromium and says of each step, as
// JSON, how long until something was drawn (`frame_ms`), until nothing finer was under way (`settled_ms`), how many
// requests that took and how many bytes came. MACHINE is the address of a machine's page at a year, HEED_COOKIE the session's
// cookie; bench/timeline_bench.py --page runs it over a year of 696,000 states.
import { launch } from '../mock/browser.mjs';

const [name, ...value] = process.env.HEED_COOKIE.split('=');
const browser = await launch();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
await context.addCookies([{ name, value: value.join('='), url: new URL(process.argv[2]).origin }]);
const page = await context.newPage();
const session = await context.newCDPSession(page);
await session.send('Network.enable');
const under_way = new Set();
let [requests, bytes, last_end] = [0, 0, 0];
session.on('Network.requestWillBeSent', ({ requestId, request }) => {
  if (!request.url.includes('/activities/overview')) return;
  under_way.add(requestId);
  requests++;
});
const ended = ({ requestId, encodedDataLength = 0 }) => {
  if (!under_way.delete(requestId)) return;
  bytes += encodedDataLength;
  last_end = Date.now();
};
session.on('Network.loadingFinished', ended);
session.on('Network.loadingFailed', ended);

/** Until nothing was under way for a while. */
async function settled(began) {
  last_end = began;
  for (let quiet = 0; quiet < 6; quiet = under_way.size ? 0 : quiet + 1)
    await page.waitForTimeout(50);
  return last_end - began;
}

const told = [];
async function step(what, act) {
  [requests, bytes] = [0, 0];
  const began = Date.now();
  await act();
  await page.evaluate(() => new Promise(requestAnimationFrame));
  const frame_ms = Date.now() - began;
  const settled_ms = await settled(began);
  const length = await page.locator('.zoom-length').innerText();
  told.push({
    what,
    length,
    frame_ms,
    settled_ms,
    requests,
    kilobytes: Math.round(bytes / 100) / 10,
  });
}

await step('open', async () => {
  await page.goto(process.argv[2]);
  await page.locator('.timeline-canvas').waitFor();
});
await page.locator('.timeline-canvas').focus();
for (const [what, times] of [
  ['to a month', 4],
  ['to a week', 2],
  ['to a day', 3],
  ['to an hour', 4],
  ['to a minute', 6],
])
  await step(what, async () => {
    for (let i = 0; i < times; i++) await page.keyboard.press('+');
  });
await step('a quarter of the view onward', () => page.keyboard.press('Shift+ArrowRight'));
await step('back to the year', () => page.keyboard.press('0'));
await browser.close();
console.log(JSON.stringify(told));
