// Debian's Chromium, driven by playwright-core, for the browser tests.
import { chromium } from 'playwright-core';

const kFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export const launch = () => chromium.launch({ executablePath: process.env.HEED_CHROMIUM ?? '/usr/bin/chromium', args: kFlags });

/** A page that remembers every request and whatever the browser complained about. */
export async function open(browser, { width = 1440, height = 900, scheme = 'light', state, touch = false, reduced = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, reducedMotion: reduced ? 'reduce' : 'no-preference',
    hasTouch: touch, ...(state && { storageState: state }),
  });
  const page = await context.newPage();
  const requests = [];
  const complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.setDefaultTimeout(10_000);
  return { context, page, requests, complaints };
}
