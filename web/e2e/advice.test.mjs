// What to expect and what to do, in a browser: the forecast's line, the ranked list, its evidence,
// and what somebody says back. Against the stand-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, overflow } from '../mock/browser.mjs';
import { shots, use_stand_in } from './stand-in.mjs';

const { visit } = use_stand_in();

/** All machines have been looked at. */
const looked = (page) => page.getByText(/things?, .* h a week, from four weeks/).waitFor();

test('a machine says when its batch is done and what that rests on', async () => {
  const { page, context } = await visit('/o/acme/machines/m1');
  const line = page.locator('.forecast summary');
  await line.getByText(/Done about/).waitFor();
  assert.match(
    await line.innerText(),
    /Done about .*\d\d:\d\d\s+\(.*\d\d:\d\d–.*\d\d:\d\d\)\s*\d+ of \d+ parts to go, from 28 cycles/s,
  );
  await line.click();
  await page.getByText('Standing between two').waitFor();
  await page.getByLabel('Parts of the batch').fill('31');
  await page.getByRole('button', { name: 'Foresee' }).click();
  await line.getByText('2 of 31 parts to go').waitFor();
  await page.reload();
  await line.getByText('2 of 31 parts to go').waitFor();
  await context.close();
});

test('all machines stand with the greatest loss first, and each thing opens to its evidence', async () => {
  const { page, context, complaints } = await visit('/o/acme/what-to-do');
  await looked(page);
  const lost = await page.locator('.advice-lost').allInnerTexts();
  const hours = lost.map((text) => (text.startsWith('No') ? -1 : Number.parseFloat(text)));
  assert.ok(hours.length > 3);
  assert.deepEqual(
    hours,
    [...hours].sort((a, b) => b - a),
  );
  const first = page.locator('.advice').first();
  await first.locator('summary').click();
  await first.locator('.advice-evidence a').first().click();
  await page.locator('.explain').first().waitFor();
  assert.match(page.url(), /\/machines\/m\d+\?at=/);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('hours become money once somebody says what an hour costs', async () => {
  const { page, context } = await visit('/o/acme/what-to-do');
  await looked(page);
  await page.getByLabel('An hour costs').fill('80');
  await page.getByRole('button', { name: 'Keep' }).click();
  await page
    .getByText(/about \d+ EUR \(\d+ to \d+\)/)
    .first()
    .waitFor();
  await context.close();
});

test('what is not followed needs a reason, goes from the list, and comes back', async () => {
  const { page, context } = await visit('/o/acme/what-to-do');
  await looked(page);
  const before = await page.locator('.advice:not(.is-dismissed)').count();
  const first = page.locator('.advice').first();
  await first.getByRole('button', { name: 'Not for us…' }).click();
  await first.getByRole('button', { name: 'Do not show it' }).click();
  await first.locator('.field-error').waitFor();
  await first.getByLabel('Why it is not followed').fill('Thin walls');
  await first.getByRole('button', { name: 'Do not show it' }).click();
  await page.getByText('It is not shown any more.').waitFor();
  await page.getByText(/Not followed\s*1/).waitFor();
  assert.equal(await page.locator('.advice:not(.is-dismissed)').count(), before - 1);
  await page.getByText(/Not followed\s*1/).click();
  await page.getByText('Thin walls').waitFor();
  await page.getByRole('button', { name: 'Show it again' }).click();
  await page.getByText('Thin walls').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.advice:not(.is-dismissed)').count(), before);
  await context.close();
});

for (const [width, scheme] of [
  [1440, 'light'],
  [1440, 'dark'],
  [390, 'light'],
  [390, 'dark'],
])
  test(`it has no barriers and does not overflow at ${width} pixels, ${scheme}`, async () => {
    const options = { width, height: 900, scheme, touch: width < 600 };
    for (const [name, path] of [
      ['what-to-do', '/o/acme/what-to-do'],
      ['machine', '/o/acme/machines/m3/oee'],
      ['forecast', '/o/acme/machines/m3'],
    ]) {
      const { page, context } = await visit(path, options);
      if (name === 'what-to-do') await looked(page);
      await page
        .locator(name === 'forecast' ? '.forecast summary' : '.advice summary')
        .first()
        .click();
      assert.deepEqual(await barriers(page), []);
      assert.ok((await overflow(page)) <= 0);
      if (shots)
        await page.screenshot({
          path: `${shots}/advice-${name}-${width}-${scheme}.png`,
          fullPage: true,
        });
      await context.close();
    }
  });
