// People's data in a real browser, against the stand-in of mock/, which holds what is wanted.
// HEED_SCREENSHOTS keeps pictures.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import { kAda } from '../mock/api.mjs';
import { barriers, launch, open, overflow } from '../mock/browser.mjs';
import { hand_on, hold_about, set_late } from '../mock/people.mjs';
import { start } from '../mock/server.mjs';

const kBen = '01hf0benbenbenbenbenbenben';
const kPassword = 'correct horse battery';
const shots = process.env.HEED_SCREENSHOTS;
if (shots) mkdirSync(shots, { recursive: true });
let stand_in, browser, state;
const acme = () => stand_in.world.organizations.get('acme');

before(async () => {
  stand_in = await start();
  browser = await launch();
  const { page, context } = await open(browser);
  await page.goto(`${stand_in.url}/sign-in?link=mock`);
  await page.locator('.card').first().waitFor();
  state = await context.storageState();
  await context.close();
});
after(async () => {
  await browser?.close();
  stand_in?.server.close();
  stand_in?.server.closeAllConnections();
});
beforeEach(() => {
  acme().office = undefined;
  hold_about(acme(), kBen);
  hold_about(acme(), kAda);
});

async function visit(query = '', options = {}) {
  const opened = await open(browser, { state, ...options });
  await opened.page.goto(`${stand_in.url}/o/acme/privacy-office${query}`);
  await opened.page.getByRole('heading', { name: 'People’s data' }).waitFor();
  return opened;
}
const of = (id) => `?person=${id}`;
const erase = (page) => page.getByRole('button', { name: 'Erase for good' });

async function fill(page, id, password = kPassword) {
  await page.getByRole('button', { name: 'Erase…' }).click();
  await page.getByLabel('Why').fill('request 17');
  await page.getByLabel('Your password, once more').fill(password);
  await page.getByLabel(/^Type the person’s id/).fill(id);
}

test('a person is found by id, and the address can be sent to a colleague', async () => {
  const { page, context } = await visit();
  await page.getByLabel('Person’s id').fill('ben@example.com');
  await page.getByRole('button', { name: 'Show what is held' }).click();
  await page.getByText('An id has 26 letters and digits.').waitFor();
  await page.getByLabel('Person’s id').fill(` ${kBen.toUpperCase()} `);
  await page.getByRole('button', { name: 'Show what is held' }).click();
  await page.getByText('3 records of 1 kind about this person.').waitFor();
  assert.ok(page.url().endsWith(of(kBen)));
  assert.match(await page.getByRole('row', { name: /letter/ }).innerText(), /3.*1.*40.d/s);
  await page.getByRole('button', { name: 'letter', exact: true }).click();
  await page.getByRole('row', { name: /letter-3/ }).waitFor();
  await page.goto(`${stand_in.url}/privacy-office`);
  await page.getByRole('heading', { name: 'Find a person' }).waitFor();
  await page.getByRole('button', { name: 'About me' }).click();
  await page.getByText('3 records of 1 kind about you.').waitFor();
  await context.close();
});

test('nothing is a calm answer', async () => {
  const { page, context } = await visit(of(kBen.replaceAll('b', 'c')));
  await page.getByText('Nothing is held about this person.').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Erase…' }).count(), 0);
  await context.close();
});

test('erasing shows what goes, needs the id typed and ends with a receipt of three clocks', async () => {
  const { page, context } = await visit(of(kBen));
  await fill(page, kAda);
  await page.getByText('letter: 3 records; 1 shared with others stays there').waitFor();
  assert.ok(await erase(page).isDisabled(), 'another id is typed');
  await page.getByLabel(/^Type the person’s id/).fill(kBen);
  await page.getByLabel('Your password, once more').fill('');
  await erase(page).click();
  await page.getByText('Clause 6.2').waitFor();
  await page.getByLabel('Your password, once more').fill('wrong battery');
  await erase(page).click();
  await page.getByText('The password is not right.').waitFor();
  await page.getByLabel('Your password, once more').fill(kPassword);
  await erase(page).click();
  await page.getByText('This person was erased.').waitFor();
  await page.locator('.clock.is-past').first().waitFor();
  assert.equal(await page.locator('.clock').count(), 3);
  assert.equal(await page.locator('.clock.is-past').count(), 2);
  await page.getByText(/at the latest/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Receipt 1', exact: true }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'erasure-1.jsonl');
  await page.reload();
  await page.getByRole('link', { name: 'Receipt 1', exact: true }).waitFor();
  await context.close();
});

test('a hold is placed, stops an erasure, says why, and is lifted', async () => {
  const { page, context } = await visit(of(kBen));
  await page.getByText('No hold: everything goes when it is due.').waitFor();
  await page.getByRole('button', { name: 'Place a hold…' }).click();
  await page.getByLabel('Name').fill('4 O 17/26');
  await page.getByRole('textbox', { name: 'Why' }).fill('litigation');
  await page.getByLabel('Until').fill(`${new Date().getFullYear() + 3}-01-31`);
  await page.locator('dialog').getByLabel('Person’s id').fill(kBen);
  await page.getByRole('button', { name: 'Place it' }).click();
  await page.getByRole('row', { name: /litigation/ }).waitFor();
  await page.locator('.person').getByText('litigation').waitFor();
  await fill(page, kBen);
  await page.getByText('A hold stops part of it (litigation).').waitFor();
  await erase(page).click();
  await page.getByText(/^Waits to be erased/).waitFor();
  await page.getByText('not yet: a hold keeps the key').waitFor();
  await page.getByText('What stays, and why').waitFor();
  await page.getByRole('button', { name: 'Lift', exact: true }).click();
  await page.getByRole('button', { name: 'Lift it' }).click();
  await page.getByText('No hold: everything goes when it is due.').waitFor();
  await context.close();
});

test('who got what of a person is told, and called back in two taps', async () => {
  hand_on(acme(), kBen);
  const { page, context } = await visit(of(kBen));
  const row = page.getByRole('row', { name: /contract pay-2026, clause 4.2/ }).first();
  assert.match(await row.innerText(), /payments-gmbh.*letter: name, email.*for service.billing/s);
  await page.getByText('(+1 kept back)').waitFor();
  await page.getByText('Nothing: no recipient has anything that must come back.').waitFor();
  await page.getByRole('button', { name: 'Call it back…' }).click();
  await page.getByRole('button', { name: 'Call it back', exact: true }).click();
  await page.getByText('1 recipient to be told to give it back.').waitFor();
  await page.getByRole('row', { name: /a person said no/ }).waitFor();
  await page.getByRole('button', { name: 'Came back' }).click();
  await page.getByRole('button', { name: 'They confirmed it' }).click();
  await page.getByText('Nothing: no recipient has anything that must come back.').waitFor();
  await context.close();
});

test('a contract says when it ends and what is to be given back, and is ended', async () => {
  hand_on(acme(), kBen);
  const { page, context } = await visit();
  const row = page.getByRole('row', { name: /pay-2026/ });
  await row.getByText('nothing', { exact: true }).waitFor();
  assert.match(
    await row.innerText(),
    /payments-gmbh.*letter: name, email.*in force, 20 days left.*nothing/s,
  );
  await page.getByRole('button', { name: 'End contract pay-2026' }).click();
  await page.getByText(/Nothing more goes to payments-gmbh/).waitFor();
  await page.getByRole('button', { name: 'End it' }).click();
  await row.getByText('all it got').waitFor();
  assert.equal(await page.getByRole('button', { name: 'End contract pay-2026' }).count(), 0);
  await page.getByRole('row', { name: /the contract ended/ }).waitFor();
  await context.close();
});

test('erasures are listed with receipts to download, and name nobody', async () => {
  hand_on(acme(), kBen);
  const { page, context } = await visit(of(kBen));
  await page.getByText('Nobody was erased yet.').waitFor();
  await fill(page, kBen);
  await erase(page).click();
  const row = page.getByRole('row', { name: /request 17/ });
  await row.waitFor();
  assert.match(await row.innerText(), /from 1 recipient.*in files until.*2/s);
  assert.ok(!(await row.innerText()).includes(kBen));
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download receipt 1' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'erasure-1.jsonl');
  await page.getByRole('row', { name: /a person was erased/ }).waitFor();
  await context.close();
});

test('what is late is said in seconds and in words', async () => {
  const calm = await visit();
  assert.match(await calm.page.locator('.lateness dd').first().innerText(), /^0.s overdue$/);
  assert.equal(await calm.page.getByText('Removal is late').count(), 0);
  await calm.context.close();
  set_late(acme(), { logical_overdue: 1260, late: true });
  const { page, context } = await visit();
  await page.getByText('Removal is late').waitFor();
  assert.match(await page.locator('.lateness dd').first().innerText(), /^21.min 00.s overdue$/);
  await context.close();
});

for (const [width, height, scheme] of [
  [390, 844, 'light'],
  [390, 844, 'dark'],
  [1440, 900, 'light'],
  [1440, 900, 'dark'],
])
  test(`people's data stand in nobody's way at ${width} px in ${scheme}`, async () => {
    hand_on(acme(), kBen);
    hand_on(acme(), kAda, { id: 'pay-2025', days: -3 });
    const { page, context, complaints } = await visit(of(kBen), { width, height, scheme });
    const look = async (name) => {
      assert.deepEqual(await barriers(page), [], name);
      assert.equal(await overflow(page), 0, `${name} is wider than the screen`);
      if (shots)
        await page.screenshot({ path: `${shots}/${name}-${width}-${scheme}.png`, fullPage: true });
    };
    await page
      .getByRole('row', { name: /letter/ })
      .first()
      .waitFor();
    await page.locator('.lateness').waitFor();
    await page.getByRole('button', { name: 'letter', exact: true }).click();
    await page.getByRole('row', { name: /letter-3/ }).waitFor();
    await look('office-held');
    await page.getByRole('button', { name: 'Call it back…' }).click();
    await look('office-call-back');
    await page.getByRole('button', { name: 'Call it back', exact: true }).click();
    await page.getByRole('row', { name: /a person said no/ }).waitFor();
    await fill(page, kBen);
    await look('office-erase');
    await erase(page).click();
    await page.getByRole('link', { name: 'Receipt 1', exact: true }).waitFor();
    await look('office-erased');
    await page.getByRole('button', { name: 'Place a hold…' }).click();
    await look('office-hold');
    assert.deepEqual(complaints, []);
    await context.close();
  });
