// The stand-in server and a browser that is signed in to it, from the first test of a file to its
// last.
import { mkdirSync } from 'node:fs';
import { after, before } from 'node:test';
import { launch, open } from '../mock/browser.mjs';
import { start } from '../mock/server.mjs';

/** Where pictures are kept, if somebody wants them. */
export const shots = process.env.HEED_SCREENSHOTS;

/** To be called once, where a file begins. */
export function use_stand_in() {
  if (shots) mkdirSync(shots, { recursive: true });
  let server, browser, state;
  const at = (path) => server.url + path;
  before(async () => {
    server = await start();
    browser = await launch();
    const { page, context } = await open(browser);
    await page.goto(at('/sign-in?link=mock'));
    await page.locator('.card').first().waitFor();
    state = await context.storageState();
    await context.close();
  });
  after(async () => {
    await browser?.close();
    server?.server.close();
    server?.server.closeAllConnections();
  });
  /** A page of somebody who is signed in, unless `options` say otherwise. */
  const open_page = (options = {}) => open(browser, { state, ...options });
  const visit = async (path, options = {}) => {
    const opened = await open_page(options);
    await opened.page.goto(at(path));
    return opened;
  };
  return { at, open_page, visit, world: () => server.world };
}
