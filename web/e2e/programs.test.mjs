// Programs in a browser: kept, compared, had back, and sent only after a look. Against the
// stand-in, whose first machine has a file of the same name with other bytes in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, overflow } from '../mock/browser.mjs';
import { shots, use_stand_in } from './stand-in.mjs';

const { at, visit } = use_stand_in();

async function flange(options) {
  const opened = await visit('/o/acme/programs', options);
  await opened.page.getByRole('link', { name: 'O1234.nc' }).click();
  await opened.page.locator('.nc li').first().waitFor();
  return opened;
}

test('programs are found by a part of their name, and reached from the navigation', async () => {
  const { page, context, complaints } = await visit('/o/acme/floor');
  await page.getByRole('link', { name: 'Programs', exact: true }).click();
  await page.getByRole('link', { name: 'O1234.nc' }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await page.getByLabel('Find').fill('bush');
  await page.getByRole('link', { name: 'O1234.nc' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'BUSH-22.H' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a program shows its text, its revisions, and what differs between two', async () => {
  const { page, context } = await flange();
  await page.getByText('N50 X82.6 F950').first().waitFor();
  await page.getByRole('button', { name: 'Compare with current' }).first().click();
  await page.getByText('2 lines removed, 2 lines added.').waitFor();
  assert.equal(await page.locator('.diff mark').count(), 4);
  assert.deepEqual(await barriers(page), []);
  await page.getByLabel('Side by side').uncheck();
  await page.locator('.diff .sign.is-added').first().waitFor();
  await context.close();
});

test('a program says how long it takes, and a note leads to its line', async () => {
  const { page, context, complaints } = await visit('/o/acme/programs');
  await page.getByRole('link', { name: 'WAVE.nc' }).click();
  await page.getByText('from 143 cycles of 8 programs on this machine').waitFor();
  await page.getByText('1 to 500 of 1,404').waitFor();
  assert.equal(await page.locator('.nc li').count(), 500);
  assert.deepEqual(await barriers(page), []);
  await page.getByRole('button', { name: 'Line 1,403' }).click();
  const row = page.locator('.nc li[aria-current]');
  await row.getByText('depends on #100').waitFor();
  assert.match(await row.textContent(), /^1403G1 X#100 \(PROBED\)/);
  await page.getByText('1,001 to 1,404 of 1,404').waitFor();
  await page.getByLabel('To line').fill('600');
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await page.locator('.nc li[aria-current]', { hasText: /^600G1/ }).waitFor();
  await page.getByRole('button', { name: 'Earlier lines' }).click();
  await page.locator('.nc li', { hasText: '(WAVE)' }).waitFor();
  assert.equal(await page.locator('.nc li .nc-comment').count(), 1);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a program’s time is told by section, and a section leads to its line', async () => {
  const { page, context } = await visit('/o/acme/programs');
  await page.getByRole('link', { name: 'WAVE.nc' }).click();
  const table = page.getByRole('region', { name: 'Time by section' });
  const row = table.getByRole('row', { name: /SECOND SIDE/ });
  await row.waitFor();
  assert.match(await row.innerText(), /SECOND SIDE\s+701\s+\d+ min \d\d s\s+50 %/);
  await row.getByRole('button', { name: 'Show line 701' }).click();
  await page.locator('.nc li[aria-current]', { hasText: /^701/ }).waitFor();
  assert.deepEqual(await barriers(page), []);
  await context.close();
});

test('without a machine the estimate stands on no cycles; a machine can be chosen', async () => {
  const { page, context } = await flange();
  await page.getByText('choose a machine to learn from its cycles').waitFor();
  await page.getByLabel('On which machine').selectOption({ index: 1 });
  await page.getByText('Measured:').waitFor();
  await context.close();
});

test('a program that cannot be timed is shown all the same', async () => {
  const { page, context } = await visit('/o/acme/programs?words=bush');
  await page.getByRole('link', { name: 'BUSH-22.H' }).click();
  await page.getByText('can be shown, and not be timed').waitFor();
  await page.locator('.nc li', { hasText: 'TOOL CALL 4' }).waitFor();
  await context.close();
});

test('an upload of the same bytes says that nothing new was stored', async () => {
  const { page, context } = await flange();
  for (const [text, said] of [
    ['M30\n', 'has revision 3 now'],
    ['M30\n', 'nothing new was stored'],
  ]) {
    await page.getByRole('button', { name: 'Upload a revision…' }).click();
    await page.getByLabel('File').setInputFiles({
      name: 'O1234.nc',
      mimeType: 'text/plain',
      buffer: Buffer.from(text),
    });
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    await page.getByText(said).waitFor();
  }
  await page.getByRole('button', { name: 'Restore' }).first().click();
  await page.getByText('as revision 4').waitFor();
  await context.close();
});

test('sending looks first, and writing over a file wants its name', async () => {
  const { page, context } = await flange();
  await page.getByRole('button', { name: 'Send to a control…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('To').selectOption({ index: 1 });
  await dialog.getByRole('button', { name: 'Look first' }).click();
  await dialog.getByText('What is there', { exact: true }).waitFor();
  assert.deepEqual(await barriers(page), []);
  const write = dialog.getByRole('button', { name: 'Write over it' });
  assert.equal(await write.isDisabled(), true);
  if (shots) await page.screenshot({ path: `${shots}/send-1440-light.png` });
  await dialog.getByLabel('Write O1234.nc to write over it').fill('O1234.nc');
  const insist = dialog.getByLabel('I know what I do');
  if (await insist.count()) await insist.check();
  await write.click();
  await page.getByText(/read back and compared/).waitFor();
  await page.getByText(/^sent revision/).waitFor();
  await context.close();
});

test('a removed program is taken back', async () => {
  const { page, context } = await visit('/o/acme/programs?words=bush');
  await page.getByRole('link', { name: 'BUSH-22.H' }).click();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await page.getByText(/can be taken back until/).waitFor();
  await page.getByRole('button', { name: 'Remove it' }).click();
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('heading', { name: 'BUSH-22.H' }).waitFor();
  await context.close();
});

test('a machine’s page tells how its files are reached and what went there', async () => {
  const { page, context } = await visit('/o/acme/machines/m1/programs');
  await page.getByText('sftp://10.0.0.21:22/PROG').waitFor();
  await page.getByRole('button', { name: 'Fetch from it…' }).click();
  await page.getByRole('button', { name: 'List its files' }).click();
  await page.getByRole('row', { name: /O2000/ }).getByRole('button', { name: 'Fetch' }).click();
  await page.getByText('kept as revision 1').waitFor();
  await context.close();
});

test('all of it fits a phone, and is readable in the dark', async () => {
  for (const [width, scheme] of [
    [390, 'light'],
    [390, 'dark'],
    [1440, 'dark'],
    [1440, 'light'],
  ]) {
    const { page, context } = await flange({ width, scheme });
    await page
      .getByRole('button', { name: /Compare with/ })
      .first()
      .click();
    await page.locator('.diff').waitFor();
    assert.equal(await overflow(page), 0, `${width} ${scheme}`);
    if (shots)
      await page.screenshot({ path: `${shots}/program-${width}-${scheme}.png`, fullPage: true });
    await page.goto(at('/o/acme/programs'));
    await page.getByRole('link', { name: 'WAVE.nc' }).click();
    await page.getByRole('button', { name: 'Line 1,403' }).click();
    await page.locator('.nc li[aria-current]').waitFor();
    assert.equal(await overflow(page), 0, `${width} ${scheme}`);
    if (shots)
      await page.screenshot({ path: `${shots}/wave-${width}-${scheme}.png`, fullPage: true });
    await page.goto(at('/o/acme/programs'));
    await page.getByRole('link', { name: 'O1234.nc' }).waitFor();
    assert.equal(await overflow(page), 0, `${width} ${scheme}`);
    if (shots) await page.screenshot({ path: `${shots}/programs-${width}-${scheme}.png` });
    await context.close();
  }
});
