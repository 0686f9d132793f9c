// A machine's tools in a browser: which wants to be changed, its life set and begun anew. Against
// the stand-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, overflow } from '../mock/browser.mjs';
import { shots, use_stand_in } from './stand-in.mjs';

const { visit: go } = use_stand_in();

async function visit(options = {}) {
  const opened = await go('/o/acme/machines/m1/tools', options);
  await opened.page.locator('.tools table').waitFor();
  return opened;
}
const row = (page, tool) =>
  page.locator('.tools tbody tr').filter({ has: page.locator(`td b:text-is("${tool}")`) });

test('the tool that is nearest to its end stands first, and its control is heard', async () => {
  const { page, context } = await visit();
  const rows = await page.locator('.tools tbody tr').allInnerTexts();
  assert.match(rows[0], /^2\s/);
  assert.match(rows[0], /92\s%.*Change it soon/s);
  assert.match(await row(page, '1').innerText(), /available · Pot 8\n160 of 240 min/);
  await context.close();
});

test('a life is set, corrected at its field, and begun anew with a way back', async () => {
  const { page, context } = await visit();
  await row(page, '7').getByRole('button', { name: 'Set life' }).click();
  await page.getByLabel('Minutes in cycle').fill('90');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Tool 7 has its life.').waitFor();
  await row(page, '7').getByText('of 1').waitFor();

  await row(page, '2').getByRole('button', { name: 'Changed now' }).click();
  await page.getByText('The life of tool 2 begins anew.').waitFor();
  await row(page, '2')
    .getByText(/^0\s%$/)
    .waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await row(page, '2')
    .getByText(/^92\s%$/)
    .waitFor();
  await context.close();
});

test('tools fit a phone and a wide screen, by day and by night', async () => {
  for (const [width, height] of [
    [390, 844],
    [1440, 900],
  ]) {
    for (const scheme of ['light', 'dark']) {
      const { page, context } = await visit({ width, height, scheme });
      assert.ok((await overflow(page)) <= 0);
      const section = page.locator('.tools');
      await section.scrollIntoViewIfNeeded();
      if (shots) await section.screenshot({ path: `${shots}/tools-${width}-${scheme}.png` });
      if (width > 400) assert.deepEqual(await barriers(page), []);
      await context.close();
    }
  }
});
