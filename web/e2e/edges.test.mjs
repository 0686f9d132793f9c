// What a healthy shop rarely shows: no machines, no connection, refusals, slowness. Always against
// the stand-in of mock/, which can be told to misbehave.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { barriers, overflow, until } from '../mock/browser.mjs';
import { use_stand_in } from './stand-in.mjs';

const { at, open_page, visit, world } = use_stand_in();
/** Until it is told otherwise. */
const kLong = 600_000;
const misbehave = (how) => fetch(at('/mock/fault'), { method: 'POST', body: JSON.stringify(how) });

beforeEach(() => misbehave({}));

/** Keeps a pretend machine in one state. */
function stand(id, state) {
  const machine = world().organizations.get('acme').machine(id);
  machine.enter(state, Date.now() - 600_000);
  machine.until = Infinity;
}
const first_names = (page) => page.locator('.card h2').allInnerTexts();

test('a wrong password is told without saying which of both was wrong', async () => {
  const { page, context } = await visit('/sign-in', { state: undefined });
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The e-mail or the password is not right.').waitFor();
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.card').first().waitFor();
  await context.close();
});

test('a link that was used before says what to do', async () => {
  const { page, context } = await visit('/sign-in?link=old', { state: undefined });
  await page.getByText('This link no longer works').waitFor();
  await page.getByText(/Ask for a new one/).waitFor();
  assert.ok(!page.url().includes('link='));
  await context.close();
});

test('whoever was sent to sign in comes back to where they were', async () => {
  const { page, context } = await visit('/o/acme/machines/m3', { state: undefined });
  await page.getByLabel('E-mail').fill('ada@example.com');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Okuma LB3000' }).waitFor();
  await context.close();
});

test('an empty floor teaches the next step', async () => {
  const { page, context } = await visit('/o/empty/floor', { width: 390 });
  await page.getByRole('heading', { name: 'No machines yet' }).waitFor();
  assert.match(await page.locator('.command').innerText(), /organizations\/empty\/machines/);
  assert.deepEqual(await barriers(page), []);
  assert.equal(await overflow(page), 0);
  await page.getByRole('link', { name: /Add the first machine/ }).click();
  await page.getByRole('heading', { name: 'Add a machine' }).waitFor();
  await context.close();
});

test('the organization is switched in the header, and the board with it', async () => {
  const { page, context } = await visit('/o/acme/floor');
  await page.locator('.card[data-machine]').first().waitFor();
  await page.getByLabel('Organization').selectOption('borea');
  await until(page, () => document.querySelectorAll('.card[data-machine]').length === 5);
  assert.match(page.url(), /\/o\/borea\/floor/);
  await page.goto(at('/'));
  await until(page, () => location.pathname === '/o/borea/floor');
  await context.close();
});

test('an organization with a long name leaves signing out its place on a phone', async () => {
  const long = 'Precision Engineering and Contract Manufacturing of the Upper Valley';
  const organizations = world().organizations;
  const acme = organizations.get('acme');
  const [name, all] = [acme.name, [...organizations]];
  acme.name = long;
  for (const alone of [false, true]) {
    if (alone) for (const [id] of all) if (id !== 'acme') organizations.delete(id);
    const { page, context } = await visit('/o/acme/settings', { width: 390, height: 844 });
    const said = page.getByTitle(long);
    await said.waitFor();
    const [brand, box, out] = await Promise.all(
      [page.locator('.brand'), said, page.getByRole('button', { name: 'Sign out' })].map((one) =>
        one.boundingBox(),
      ),
    );
    const middle = ({ y, height }) => Math.round(y + height / 2);
    assert.ok(Math.abs(middle(out) - middle(brand)) <= 2, 'signing out stands on a row of its own');
    assert.ok(box.x + box.width <= out.x && out.x + out.width <= 390);
    assert.equal(await overflow(page), 0);
    await context.close();
  }
  acme.name = name;
  organizations.clear();
  for (const [id, one] of all) organizations.set(id, one);
});

test('the head of the page fits every width between a phone and a screen', async () => {
  const { page, context } = await visit('/o/acme/settings');
  await page.locator('.top nav').waitFor();
  for (const width of [621, 768, 900, 961, 1024]) {
    await page.setViewportSize({ width, height: 800 });
    assert.equal(await overflow(page), 0, `${width} px`);
  }
  await context.close();
});

test('what is slow holds its place and shows no spinner', async () => {
  const { page, context } = await visit('/o/acme/settings');
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await misbehave({ slow_ms: kLong });
  await page.keyboard.type('gf');
  const skeleton = page.locator('.skeleton-cards');
  await skeleton.waitFor();
  const seen_at = (ms) =>
    skeleton.evaluate((element, at) => {
      const [late] = element.getAnimations();
      late.pause();
      late.currentTime = at;
      return Number(getComputedStyle(element).opacity);
    }, ms);
  assert.equal(await seen_at(490), 0, 'it appears before half a second');
  assert.equal(await seen_at(710), 1);
  await misbehave({});
  await page.locator('.card[data-machine]').first().waitFor();
  await context.close();
});

test('a refusal shows the clause, its sentence and what to do', async () => {
  await misbehave({ fail: 'machines' });
  const { page, context } = await visit('/o/acme/floor');
  await page.getByText('The policy does not allow this').waitFor();
  await page.getByText('Clause 3.2').waitFor();
  await page.getByText(/siloed solely to your organization/).waitFor();
  await page.getByText('Ask the owner of the organization.').waitFor();
  await misbehave({});
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.card[data-machine]').first().waitFor();
  await context.close();
});

test('a lost connection is said with the age of what is seen, and mended by itself', async () => {
  const { page, context } = await visit('/o/acme/floor');
  await page.locator('.connection.is-live').waitFor();
  await misbehave({ refuse_ms: kLong });
  await page.locator('.connection.is-lost').waitFor();
  await until(page, () =>
    /\d+.s old/.test(document.querySelector('.connection')?.textContent ?? ''),
  );
  assert.ok((await page.locator('.card[data-machine]').count()) > 5, 'the last known board stays');
  await misbehave({});
  await page.locator('.connection.is-live').waitFor();
  await context.close();
});

test('a board on the wall says how old it is when the connection is lost', async () => {
  const { page, context } = await visit('/o/acme/floor?tv=1', { width: 1920, height: 1080 });
  await page.locator('.tile').first().waitFor();
  await misbehave({ refuse_ms: kLong });
  await page.getByText(/No connection. This board is .*\d+\s?s old/).waitFor();
  assert.equal(await overflow(page), 0);
  assert.deepEqual(await barriers(page), []);
  await misbehave({});
  await page.locator('.andon-lost').waitFor({ state: 'detached' });
  await context.close();
});

test('a large plant turns pages on the wall and keeps tiles readable', async () => {
  const { page, context } = await visit('/o/large/floor?tv=1', { width: 1920, height: 1080 });
  await page.locator('.tile').first().waitFor();
  assert.match(await page.locator('.andon-page').innerText(), /^\d \/ \d$/);
  const least = await page.evaluate(() =>
    Math.min(
      ...[...document.querySelectorAll('.tile')].map((t) => t.getBoundingClientRect().height),
    ),
  );
  assert.ok(least >= 130, `${least} px`);
  await context.close();
});

test('the order holds still while the reader points at the floor', async () => {
  const { page, context } = await visit('/o/large/floor');
  await page.locator('.connection.is-live').waitFor();
  await page.locator('.cards').hover({ position: { x: 60, y: 60 } });
  const before = await first_names(page);
  const states = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('.card-word')].map((w) => w.textContent).join(),
    );
  const words = await states();
  for (let i = 0; i < 100 && (await states()) === words; i++) await page.waitForTimeout(100);
  assert.notEqual(await states(), words, 'nothing changed meanwhile');
  assert.deepEqual(await first_names(page), before);
  await page.mouse.move(5, 5);
  await until(
    page,
    (names) =>
      [...document.querySelectorAll('.card h2')].map((h) => h.textContent).join('|') !== names,
    before.join('|'),
    20_000,
  );
  await context.close();
});

test('everything is reached by keys', async () => {
  const { page, context } = await visit('/o/acme/settings');
  await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('f');
  await page.locator('.card[data-machine]').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('g f ?');
  assert.equal(await page.getByLabel('Filter machines').inputValue(), 'g f ?');
  await page.keyboard.press('Escape');
  await page.locator('.card[data-machine]').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.timeline-canvas').waitFor();
  await context.close();
});

test('keys are taken from the moment a page is there', async () => {
  const { page, context } = await open_page();
  // Before anything that the page puts off: a slow machine is long at it.
  await page.addInitScript(() => {
    new MutationObserver((_, watching) => {
      if (document.querySelector('main h1')?.textContent !== 'Settings') return;
      watching.disconnect();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }));
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(at('/o/acme/settings'));
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await context.close();
});

test('an offline machine has its own look and says how old each value is', async () => {
  stand('m11', 'OFFLINE');
  stand('m1', 'IN_CYCLE');
  const { page, context } = await visit('/o/acme/floor');
  const card = page.locator('.card.look-offline').first();
  await card.waitFor();
  assert.match(await card.innerText(), /last seen .* ago · connection refused/);
  assert.match(await card.getAttribute('class'), /is-old/);
  const [ground, running] = await page.evaluate(() =>
    ['.look-offline .card-state', '.look-running .card-state'].map(
      (s) => getComputedStyle(document.querySelector(s)).backgroundImage,
    ),
  );
  assert.match(ground, /repeating-linear-gradient/);
  assert.equal(running, 'none');
  await context.close();
});

test('a clock that is off is told', async () => {
  const { page, context } = await visit('/o/acme/machines/m5/settings');
  await page.getByText(/clock is off by/).waitFor();
  await context.close();
});

test('a day before is one key away', async () => {
  const { page, context } = await visit('/o/acme/machines/m5');
  await page.locator('.timeline-canvas').waitFor();
  const today = await page.locator('#history-title').innerText();
  await page.locator('.timeline-canvas').focus();
  await page.keyboard.press('[');
  await until(
    page,
    (title) => document.querySelector('#history-title').textContent !== title,
    today,
  );
  await page.getByRole('button', { name: 'Shift', exact: true }).click();
  await page.locator('#history-title', { hasText: /, \d\d:\d\d–\d\d:\d\d$/ }).waitFor();
  const now = page.getByRole('button', { name: 'Now', exact: true });
  await now.click();
  await page.getByRole('button', { name: 'Day', exact: true }).click();
  // The day that holds now, and be it another than at the beginning.
  await page.locator('#history-title', { hasNotText: /\d–\d/ }).waitFor();
  assert.ok(await now.isDisabled());
  await context.close();
});

test('a machine that is not there says so', async () => {
  const { page, context } = await visit('/o/acme/machines/none');
  await page.getByRole('heading', { name: 'No such machine' }).waitFor();
  await page.goto(at('/o/elsewhere/floor'));
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await context.close();
});

test('a name that is taken is said at its field', async () => {
  const { page, context } = await visit('/o/acme/machines/new');
  await page.getByRole('textbox', { name: 'Address' }).fill('192.168.1.99:5000');
  await page.getByRole('button', { name: 'Try it' }).click();
  await page.getByLabel('Name', { exact: true }).fill('DMU 50');
  await page.getByRole('button', { name: 'Add the machine' }).click();
  await page
    .locator('.field-wrong')
    .getByText('There is a machine named DMU 50 already.')
    .waitFor();
  await context.close();
});

test('a new password is asked for the old one, except after a link', async () => {
  const { page, context } = await visit('/o/acme/settings');
  await page.getByLabel('Password until now').fill('not it at all');
  await page.getByLabel('New password').fill('a few easy words');
  await page.getByRole('button', { name: 'Save the password' }).click();
  await page.getByText('This is not the password until now.').waitFor();
  await page.goto(at('/sign-in?link=mock'));
  await page.getByRole('link', { name: 'Choose a password' }).click();
  assert.equal(await page.getByLabel('Password until now').count(), 0);
  await page.getByLabel('New password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Save the password' }).click();
  await page.getByText('The new password holds from now on.').waitFor();
  await context.close();
});

test('on paper the floor has no controls', async () => {
  const { page, context } = await visit('/o/acme/floor');
  await page.locator('.card[data-machine]').first().waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('.top').isHidden());
  assert.ok(await page.getByRole('link', { name: /Add a machine/ }).isHidden());
  assert.ok(await page.locator('.card').first().isVisible());
  await context.close();
});
