// Debian's Chromium, driven by playwright-core, for the browser tests.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { kShift, shift_clock } from './moment.mjs';

const kFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = () =>
  chromium.launch({
    executablePath: process.env.HEED_CHROMIUM ?? '/usr/bin/chromium',
    args: kFlags,
  });

/** How long anything is waited for: a busy machine takes its time, and whoever waits in vain has
 *  failed anyway. */
const kPatience = 30_000;

/** A page that remembers every request and whatever the browser complained about. */
export async function open(
  browser,
  { width = 1440, height = 900, scheme = 'light', state, touch = false, reduced = true } = {},
) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    reducedMotion: reduced ? 'reduce' : 'no-preference',
    hasTouch: touch,
    ...(state && { storageState: state }),
  });
  if (kShift !== 0) await context.addInitScript(shift_clock, kShift);
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.setDefaultTimeout(kPatience);
  return { context, page, requests, complaints };
}

/** What axe-core finds serious or critical under WCAG 2.2 AA, as lines that say where. */
export async function barriers(page) {
  const source = await readFile(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  );
  // Evaluated by the debugger and not by the page, which a strict policy would refuse.
  await page.evaluate(source);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations
    .filter((v) => ['serious', 'critical'].includes(v.impact))
    .flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.target.join(' ')} ${n.any[0]?.message ?? ''}`),
    );
}

export const overflow = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Waits until `is_so` holds in the page. Playwright's own way evaluates text, which the policy forbids. */
export async function until(page, is_so, given = null, longest = kPatience) {
  for (const end = Date.now() + longest; ; ) {
    if (await page.evaluate(is_so, given)) return;
    if (Date.now() > end) throw new Error(`still not so after ${longest} ms: ${is_so}`);
    await page.waitForTimeout(50);
  }
}
