// The interface in a real browser against a running Heed with its demonstration:
//   HEED_URL=http://127.0.0.1:8910 HEED_LINK='http://…/sign-in?link=…' HEED_SCREENSHOTS=dir
// Without HEED_URL it runs against the stand-in of mock/. The link works once, so one session
// serves all tests of this file, in order.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { start_adapter } from '../mock/adapter.mjs';
import { barriers, launch, open, overflow, until } from '../mock/browser.mjs';
import { start } from '../mock/server.mjs';
import { office_tests } from './office.mjs';
import { policy_tests } from './policy.mjs';

const shots = process.env.HEED_SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });
let base = process.env.HEED_URL?.replace(/\/$/, '');
let link = process.env.HEED_LINK;
let stand_in, browser, adapter, first, state, floor;
const all_requests = [];
const all_complaints = [];

before(async () => {
  if (!base) {
    stand_in = await start();
    base = stand_in.url;
    link = `${base}/sign-in?link=mock`;
  }
  browser = await launch();
  adapter = await start_adapter();
  first = await visit({ state: undefined });
});
after(async () => {
  await browser?.close();
  adapter?.close();
  stand_in?.server.close();
  stand_in?.server.closeAllConnections();
});

async function visit(options = {}) {
  const opened = await open(browser, { state, ...options });
  opened.page.on('request', (request) => all_requests.push(request.url()));
  opened.page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) all_complaints.push(message.text());
  });
  opened.page.on('pageerror', (error) => all_complaints.push(String(error)));
  return opened;
}

/** Runs in the page: a change through the API, as the page itself would make it. */
async function rename([id, name]) {
  const organization = location.pathname.split('/')[2];
  const { csrf } = await (await fetch('/api/v1/session')).json();
  const answer = await fetch(`/api/v1/organizations/${organization}/machines/${id}`, {
    method: 'PATCH',
    headers: { 'X-Heed-Csrf': csrf, 'Content-Type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  return answer.status;
}

const cards = (page) => page.locator('.card[data-machine]');

const to_part = (page, part) =>
  page
    .getByRole('navigation', { name: 'Parts of this machine’s page' })
    .getByRole('link', { name: part, exact: true })
    .click();

/** The page of a machine that is connected and has told what it does, at one of its parts. */
async function to_a_machine(page, part) {
  await page.goto(floor);
  await cards(page).first().waitFor();
  const told = page.locator('.card[data-machine]:not(.look-offline):not(.look-unknown)').first();
  await ((await told.count()) ? told : cards(page).first()).click();
  await page.locator('.timeline-canvas').waitFor();
  if (part) await to_part(page, part);
}

test('a one-time link signs in and leads to the floor', async () => {
  const { page, context } = first;
  await page.goto(link);
  await cards(page).first().waitFor();
  assert.match(page.url(), /\/o\/[^/]+\/floor$/);
  floor = page.url();
  await page.getByText('Choose a password', { exact: true }).waitFor();
  state = await context.storageState();
});

test('the first load stays within 150 KB gzipped', async () => {
  const { page, context } = await visit();
  const sizes = [];
  page.on('response', (response) => {
    if (!response.url().includes('/api/'))
      sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
  });
  await page.goto(floor);
  await cards(page).first().waitFor();
  const total = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
  assert.ok(total > 10_000 && total <= 150 * 1024, `${total} bytes`);
  await context.close();
});

test('a card says state, word and age, and changes in place without a reload', async () => {
  const { page, context } = await visit();
  await page.goto(floor);
  await cards(page).first().waitFor();
  await page.locator('.connection.is-live').waitFor();
  const card = cards(page).first();
  assert.notEqual((await card.locator('.card-word').innerText()).trim(), '');
  assert.equal(await card.locator('.card-state svg').count(), 1);
  assert.match(await card.locator('.card-place').innerText(), /seen/);
  await page.evaluate(() => (globalThis.stayed = document.querySelector('.card[data-machine]')));
  // Another window changes the machine; the stream alone tells this one.
  const other = await visit();
  await other.page.goto(floor);
  const [id, before] = [
    await card.getAttribute('data-machine'),
    await card.locator('h2').innerText(),
  ];
  for (const name of [`${before} renamed`, before]) {
    assert.equal(await other.page.evaluate(rename, [id, name]), 200);
    await until(
      page,
      ([machine, wanted]) =>
        document.querySelector(`[data-machine="${machine}"] h2`)?.textContent === wanted,
      [id, name],
    );
  }
  await other.context.close();
  assert.ok(
    await page.evaluate(() => document.contains(globalThis.stayed)),
    'the board was drawn anew',
  );
  await context.close();
});

test('the filter finds a machine by its name', async () => {
  const { page, context } = await visit();
  await page.goto(floor);
  await cards(page).first().waitFor();
  const name = await cards(page).first().locator('h2').innerText();
  await page.keyboard.press('/');
  await page.keyboard.type(name);
  await until(
    page,
    (wanted) =>
      [...document.querySelectorAll('.card h2')].every((h) => h.textContent.includes(wanted)),
    name,
  );
  await page.getByLabel('Filter machines').fill('no machine has this name');
  await page.getByText('No machine fits.').waitFor();
  await context.close();
});

test('the board shows every machine, without the page around it', async () => {
  const { page, context } = await visit({ width: 1920, height: 1080 });
  await page.goto(floor);
  await cards(page).first().waitFor();
  const count = await cards(page).count();
  await page.goto(`${floor}?tv=1`);
  await page.locator('.tile').first().waitFor();
  assert.equal(await page.locator('.tile').count(), Math.min(count, 42));
  assert.equal(await page.locator('.top').count(), 0);
  assert.equal(await overflow(page), 0);
  const [tile, name] = await page.evaluate(() => {
    const box = document.querySelector('.tile').getBoundingClientRect();
    return [box.height, parseFloat(getComputedStyle(document.querySelector('.tile h2')).fontSize)];
  });
  assert.ok(tile >= 120 && name >= 17, `tile ${tile} px, name ${name} px`);
  if (shots) await page.screenshot({ path: `${shots}/board-1920.png` });
  await context.close();
});

test('an activity tells why: the rule, the observations, the raw line', async () => {
  const { page, context } = await visit();
  await to_a_machine(page);
  await page.locator('.timeline-canvas').focus();
  await page.keyboard.press('End');
  await page.locator('#timeline-readout .chip').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.explain .rule').waitFor();
  assert.match(await page.locator('.explain .rule').innerText(), /Rule \d+ \S+/);
  await page.locator('.because li').first().waitFor();
  await page.getByRole('button', { name: 'Show the raw line' }).first().click();
  assert.ok((await page.locator('.explain .raw').first().innerText()).length > 3);
  assert.match(page.url(), /at=/);
  await page.keyboard.press('Escape');
  await page.locator('.explain').waitFor({ state: 'detached' });
  await context.close();
});

test('the timeline zooms by wheel and keys, from the day to seconds', async () => {
  const { page, context } = await visit();
  await to_a_machine(page);
  const length = page.locator('.zoom-length');
  const whole = await length.innerText();
  const canvas = page.locator('.timeline-canvas');
  await canvas.focus();
  await page.keyboard.press('End');
  for (let i = 0; i < 18; i++) await page.keyboard.press('+');
  assert.match(await length.innerText(), /^1\s?s$/);
  await page.keyboard.press('0');
  assert.match(await length.innerText(), /h|d/);
  await canvas.hover();
  await page.mouse.wheel(0, -600);
  assert.notEqual(await length.innerText(), whole);
  await context.close();
});

test('every item can be found, plotted, and shows its raw line', async () => {
  const { page, context } = await visit();
  await to_a_machine(page, 'Data items');
  const rows = page.locator('.items tbody tr');
  const told = page.locator('.items tbody tr:has(.item-value)').first();
  const name = await told.locator('.item-name').innerText();
  await page.getByLabel('Find a data item').fill(name);
  assert.ok((await rows.count()) >= 1);
  await told.getByRole('button', { name: /^Raw line/ }).click();
  await page.locator('dialog .raw').waitFor();
  assert.ok((await page.locator('dialog .raw').innerText()).length > 0);
  await page.keyboard.press('Escape');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await told.getByRole('button', { name: /^Plot/ }).click();
  await page.locator('.plot .uplot canvas, .plot .bands rect, .plot .nothing').first().waitFor();
  await context.close();
});

test('a cycle says how sure it is and why, and leads to its place on the timeline', async () => {
  const { page, context } = await visit();
  await to_a_machine(page, 'Cycles');
  const section = page.locator('.cycles');
  await section.locator('.cycle-row, .nothing').first().waitFor();
  // Early in the day there may be none yet: the day before then.
  if ((await section.locator('.cycle-row').count()) === 0) {
    await page.getByRole('button', { name: 'Day before' }).click();
    await section.locator('.cycle-row').first().waitFor();
  }
  if ((await section.locator('.cycle-row').first().isVisible()) === false)
    await section.locator('summary').click();
  const row = section.locator('.cycle-row').first();
  assert.match(await row.locator('.cycle-why').innerText(), /\(\d+\s?%\)\s*: \S+/);
  assert.match(await section.locator('.hint').first().innerText(), /\d+ complete · \d+ tr(y|ies)/);
  assert.ok((await section.locator('table tbody tr').count()) >= 1);
  const length = page.locator('.zoom-length');
  const before = await length.innerText();
  await row.click();
  await until(page, (whole) => document.querySelector('.zoom-length')?.innerText !== whole, before);
  assert.ok(await page.evaluate(() => document.activeElement?.matches('.timeline-canvas')));
  const file = await page.evaluate(async () => {
    const answer = await fetch(document.querySelector('.cycles a[download]').href);
    return [answer.status, (await answer.text()).split('\r\n')[0]];
  });
  if (process.env.HEED_URL) assert.match(file[1], /^from,to,program,complete,end,rule,confidence/);
  assert.equal(file[0], 200);
  await context.close();
});

test('the same as a table says what the timeline shows', async () => {
  const { page, context } = await visit();
  await to_a_machine(page);
  await page.getByText('The same as a table').click();
  await page.locator('.history table tbody tr').first().waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.table-actions button').click(),
  ]);
  assert.match(download.suggestedFilename(), /activities\.csv$/);
  await context.close();
});

test('a machine is found on the network and is one touch away from being tried', async (t) => {
  const found = await start_adapter('127.42.7.1', 7878);
  t.after(() => found.close());
  const { page, context } = await visit();
  await page.goto(floor);
  await page.getByRole('link', { name: /Add a machine/ }).click();
  await page.getByText('Find machines on the network').click();
  await page.getByRole('combobox', { name: 'Network' }).fill('8.8.8.0/24');
  await page.getByRole('button', { name: 'Look around' }).click();
  await page.getByText('Write a network of your own').waitFor();
  await page.getByRole('combobox', { name: 'Network' }).fill('127.42.7.1');
  await page.getByRole('button', { name: 'Look around' }).click();
  await page.getByText(/1 address answered/).waitFor();
  await page.getByText(/the first values came/).waitFor();
  for (const [width, height] of [
    [390, 844],
    [1440, 900],
  ]) {
    await page.setViewportSize({ width, height });
    if (shots) await page.screenshot({ path: `${shots}/find-${width}.png`, fullPage: true });
  }
  await page.getByRole('button', { name: '127.42.7.1:7878' }).click();
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('It answers').waitFor();
  await context.close();
});

test('a machine is tried, added, removed by its name and brought back', async () => {
  const { page, context } = await visit();
  const name = `Test lathe ${Date.now() % 100_000}`;
  await page.goto(floor);
  await page.getByRole('link', { name: /Add a machine/ }).click();
  await page.locator('fieldset').getByText('SHDR adapter').click();
  await page.getByRole('textbox', { name: 'Address' }).fill(adapter.address);
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('It answers').waitFor();
  assert.ok((await page.locator('.steps .is-ok').count()) >= 1);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Place (optional)').fill('Test bench');
  await page.getByRole('button', { name: 'Add the machine' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await to_part(page, 'Settings');
  await page.getByRole('button', { name: 'Remove' }).click();
  const remove = page.locator('dialog button[type=submit]');
  assert.ok(await remove.isDisabled());
  await page.getByLabel(/^Type/).fill(name);
  await remove.click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await cards(page).filter({ hasText: name }).waitFor();
  await cards(page).filter({ hasText: name }).click();
  await to_part(page, 'Settings');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel(/^Type/).fill(name);
  await remove.click();
  await page.getByText(/was removed/).waitFor();
  await cards(page).first().waitFor();
  await cards(page).filter({ hasText: name }).waitFor({ state: 'detached' });
  await context.close();
});

test('an address where nobody answers is told in steps', async () => {
  const { page, context } = await visit();
  await page.goto(floor.replace('/floor', '/machines/new'));
  await page.locator('fieldset').getByText('SHDR adapter').click();
  await page.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:1');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('It does not answer as it should').waitFor();
  assert.ok((await page.locator('.steps .is-wrong').count()) >= 1);
  await context.close();
});

test('what is no address is said at its field', async () => {
  const { page, context } = await visit();
  await page.goto(floor.replace('/floor', '/machines/new'));
  await page.getByRole('textbox', { name: 'Address' }).fill('not an address, surely');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.locator('.field-wrong .field-error').waitFor();
  assert.equal(
    await page.getByRole('textbox', { name: 'Address' }).getAttribute('aria-invalid'),
    'true',
  );
  await context.close();
});

test('a protocol with settings shows an example, and their mistakes at their field', async () => {
  const { page, context } = await visit();
  await page.goto(floor.replace('/floor', '/machines/new'));
  const shdr = page
    .locator('.choice')
    .filter({ has: page.getByText('SHDR adapter', { exact: true }) });
  await shdr.getByRole('radio').check();
  assert.equal(await page.getByLabel('Settings (optional)').count(), 0, 'an adapter has none');
  const haas = page.locator('.choice').filter({ has: page.getByText('Haas', { exact: true }) });
  await haas.getByText(/Not tried on a real machine yet/).waitFor();
  await haas.getByRole('radio').check();
  await page.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:1');
  const settings = page.getByLabel('Settings (optional)');
  await page.locator('.field code').filter({ hasText: '"macros"' }).waitFor();
  await settings.fill('{"macros":');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.locator('.field-wrong textarea').waitFor();
  assert.match(await page.locator('.field-error').innerText(), /settings/);
  assert.equal(await settings.getAttribute('aria-invalid'), 'true');
  await page.locator('.mend').waitFor();
  await settings.fill('{"macros":[{"number":10900,"item":"pallet"}]}');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.locator('.probe').waitFor();
  assert.equal(await page.locator('.field-wrong').count(), 0);
  assert.deepEqual(await barriers(page), []);
  await context.close();
});

test('a machine’s address is changed on its page', async () => {
  const { page, context } = await visit();
  const name = `Test mill ${Date.now() % 100_000}`;
  await page.goto(floor.replace('/floor', '/machines/new'));
  await page.locator('fieldset').getByText('SHDR adapter').click();
  await page.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:1');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByText('Add it anyway?').waitFor();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Add the machine' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await to_part(page, 'Settings');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const dialog = page.locator('dialog');
  await dialog.getByRole('textbox', { name: 'Address' }).fill(adapter.address);
  await dialog.getByRole('button', { name: 'Try it' }).click();
  await dialog.getByText('It answers').waitFor();
  assert.deepEqual(await barriers(page), []);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('code').filter({ hasText: adapter.address }).waitFor();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel(/^Type/).fill(name);
  await page.locator('dialog button[type=submit]').click();
  await page.getByText(/was removed/).waitFor();
  await context.close();
});

test('a login is given by itself, kept unseen, tried and forgotten', async () => {
  const { page, context } = await visit();
  const name = `Test agent ${Date.now() % 100_000}`;
  await page.goto(floor.replace('/floor', '/machines/new'));
  await page.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:1');
  assert.equal(await page.getByLabel('Settings (optional)').count(), 0, 'an agent has no others');
  await page.getByLabel('User name (optional)').fill('heed');
  await page.getByLabel('Password (optional)').fill('a canary of ours');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Add the machine' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  const machine = `/api/v1/organizations/${page.url().split('/o/')[1]}`;
  const settings = async () =>
    (await (await page.request.get(new URL(machine, base).href)).json()).settings;
  assert.deepEqual(JSON.parse(await settings()), { user: 'heed', password: '(kept)' });

  await to_part(page, 'Settings');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  const dialog = page.locator('dialog');
  await dialog.getByText('One is set and is kept').waitFor();
  assert.equal(await dialog.getByLabel('User name (optional)').inputValue(), 'heed');
  assert.equal(await dialog.getByLabel('Password (optional)').inputValue(), '');
  assert.deepEqual(await barriers(page), []);
  if (shots) await page.screenshot({ path: `${shots}/login-1440.png` });
  await dialog.getByRole('button', { name: 'Try it' }).click();
  await dialog.locator('.probe').waitFor();
  await dialog.getByRole('textbox', { name: 'Address' }).fill('127.0.0.1:2');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.locator('.field-wrong').getByText('the address that it was given for').waitFor();
  await dialog.getByRole('button', { name: 'Forget it' }).click();
  await dialog.getByLabel('User name (optional)').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  assert.equal(await settings(), '');
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByLabel(/^Type/).fill(name);
  await page.locator('dialog button[type=submit]').click();
  await page.getByText(/was removed/).waitFor();
  await context.close();
});

test('an API key is shown once and can be revoked', async () => {
  const { page, context } = await visit();
  await page.goto(floor.replace('/floor', '/settings'));
  const name = `Key ${Date.now() % 100_000}`;
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Make the key' }).click();
  assert.match(await page.locator('.the-key').innerText(), /^heed_/);
  await page.getByRole('button', { name: 'I have it' }).click();
  assert.equal(await page.locator('.the-key').count(), 0);
  await page
    .getByRole('row', { name: new RegExp(name) })
    .getByRole('button', { name: 'Revoke' })
    .click();
  await page.locator('dialog .danger').click();
  await page.getByText(/was revoked/).waitFor();
  await page.getByRole('row', { name: new RegExp(name) }).waitFor({ state: 'detached' });
  await context.close();
});

test('a machine tells what its day came to, and a stop gets a reason in two taps', async () => {
  const { page, context } = await visit({ width: 390, height: 844, touch: true });
  await to_a_machine(page, 'OEE');
  await page.getByRole('button', { name: 'By day' }).tap();
  await page.locator('.oee-figures').waitFor();
  assert.match(await page.locator('.waterfall').innerText(), /Planned busy time/);
  const give = page.getByRole('button', { name: 'Give a reason' }).first();
  if (await give.count()) {
    await give.tap();
    await page.getByRole('button', { name: 'No material' }).tap();
    await page.getByText('No material: noted.').waitFor();
    await page.getByRole('button', { name: /^Unplanned stops/ }).tap();
    await page.getByText('you said so').first().waitFor();
  }
  await context.close();
});

test('shifts are set up, and the figures are held against them', async () => {
  const { page, context } = await visit();
  await page.goto(floor.replace('/floor', '/settings'));
  const set_up = page.getByRole('button', { name: 'Set up shifts: All other places' });
  const change = page.locator('.calendar').getByRole('button', { name: 'Change' }).first();
  await set_up.or(change).first().waitFor();
  await set_up.or(change).first().click();
  await page.getByLabel('Time zone').fill('Europe/Atlantis');
  await page
    .locator('.calendar-form')
    .getByRole('button', { name: 'Apply to all that was too' })
    .click();
  if (process.env.HEED_URL)
    await page.locator('.field-wrong').getByText('There is no time zone of that name.').waitFor();
  else await change.click();
  await page.getByLabel('Time zone').fill('UTC');
  await page
    .locator('.calendar-form')
    .getByRole('button', { name: 'Apply to all that was too' })
    .click();
  await page.locator('.calendar-form').waitFor({ state: 'detached' });
  await to_a_machine(page, 'OEE');
  await page.getByRole('button', { name: 'By week' }).click();
  await page.locator('.oee-figures').waitFor();
  assert.equal(await page.getByText(/every moment counts as planned/).count(), 0);
  await context.close();
});

for (const [width, height] of [
  [390, 844],
  [1440, 900],
  [2560, 1440],
]) {
  for (const scheme of ['light', 'dark']) {
    // Colours do not depend on the width nor the order on the scheme: axe needs each once.
    const examined = (width === 390) === (scheme === 'light') && width < 2000;
    test(`nothing stands in anybody's way at ${width} px in ${scheme}`, async () => {
      const { page, context } = await visit({ width, height, scheme });
      const look = async (name) => {
        if (examined) assert.deepEqual(await barriers(page), [], name);
        assert.equal(await overflow(page), 0, `${name} is wider than the screen`);
        if (shots && width < 2000)
          await page.screenshot({
            path: `${shots}/${name}-${width}-${scheme}.png`,
            fullPage: name.startsWith('machine'),
          });
      };
      await page.goto(floor);
      await cards(page).first().waitFor();
      await look('floor');
      await to_a_machine(page);
      await page.locator('.timeline-canvas').focus();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.locator('.explain .rule').waitFor();
      await look('machine');
      for (const part of [
        'Cycles',
        'OEE',
        'Alarms',
        'Tools',
        'Programs',
        'Data items',
        'Settings',
      ]) {
        await to_part(page, part);
        await page.locator('.machine .section').first().waitFor();
        await look(`machine-${part}`);
      }
      await page.goto(floor.replace('/floor', '/machines/new'));
      await page.getByRole('textbox', { name: 'Address' }).waitFor();
      await look('add');
      await page.goto(floor.replace('/floor', '/settings'));
      await page.locator('.make-key').waitFor();
      await look('settings');
      await page.goto(`${floor}?tv=1`);
      await page.locator('.tile').first().waitFor();
      await look('board');
      await context.close();
    });
  }
}

policy_tests({ visit, base: () => base, shots });
office_tests({ visit, floor: () => floor, keep: (cookies) => (state = cookies) });

test('signing out ends at the sign-in page, and the floor asks to sign in', async () => {
  const { page, context } = await visit();
  await page.goto(floor);
  await cards(page).first().waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in to Heed' }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.goto(floor);
  await page.getByRole('heading', { name: 'Sign in to Heed' }).waitFor();
  assert.match(page.url(), /next=/);
  await context.close();
});

test('no request left the origin, and the content policy was never broken', () => {
  const origin = new URL(base).origin;
  assert.deepEqual(
    [...new Set(all_requests.filter((url) => !url.startsWith(origin) && !url.startsWith('blob:')))],
    [],
  );
  assert.deepEqual(all_complaints, []);
  assert.ok(all_requests.length > 50);
});
