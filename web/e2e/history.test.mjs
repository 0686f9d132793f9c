// A machine's past from the year to the second, against the stand-in of mock/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, overflow, until } from '../mock/browser.mjs';
import { use_stand_in } from './stand-in.mjs';

const { at, open_page } = use_stand_in();

/** A year that is over, so that nothing in it changes. */
const kYear = `by=year&on=${new Date().getFullYear() - 1}-06-01T12:00:00.000Z`;

const about = (request) => request.url().includes('/activities/overview');

async function visit(query, options = {}) {
  const opened = await open_page(options);
  const asked = [];
  opened.page.on('request', (request) => about(request) && asked.push(request.url()));
  await opened.page.goto(at(`/o/acme/machines/m3?${query}`));
  await opened.page.locator('.timeline-canvas').waitFor();
  return { ...opened, asked };
}

const zoom_in = async (page, times) => {
  await page.locator('.timeline-canvas').focus();
  for (let i = 0; i < times; i++) await page.keyboard.press('+');
};
/** Whether anything of a state is drawn in the middle of the canvas. */
const drawn = () => {
  const canvas = document.querySelector('.timeline-canvas');
  const at = canvas.getContext('2d').getImageData(canvas.width / 4, canvas.height / 2, 1, 1).data;
  const [red, green, blue] = at;
  return Math.max(red, green, blue) - Math.min(red, green, blue) > 40;
};
const fault = (given) => fetch(at('/mock/fault'), { method: 'POST', body: JSON.stringify(given) });

test('a year comes in one answer, and its table says what each part was filled with', async () => {
  const { page, context, asked } = await visit(kYear);
  await page.locator('.legend-states li').first().waitFor();
  await page.waitForTimeout(500);
  assert.equal(asked.length, 1);
  await page.getByText('The same as a table').click();
  const row = page.locator('.history table tbody tr').first();
  assert.match(await row.innerText(), /Running \d/);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.table-actions button').click(),
  ]);
  assert.match(saved.suggestedFilename(), /shares\.csv$/);
  await page.locator('.timeline-canvas').hover({ position: { x: 200, y: 50 } });
  await page.locator('.readout-part').first().waitFor();
  assert.deepEqual(await barriers(page), []);
  assert.ok((await overflow(page)) <= 0);
  await context.close();
});

test('closer it is drawn at once from what is there, and again when finer parts have come', async () => {
  const { page, context } = await visit(kYear);
  await until(page, drawn);
  await fault({ slow_ms: 600_000 });
  await zoom_in(page, 7);
  await page.waitForTimeout(150);
  assert.ok(await page.evaluate(drawn), 'the year’s cells are drawn meanwhile');
  await fault({});
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.locator('#timeline-readout .chip').waitFor();
  await context.close();
});

test('what a view that moved on no longer needs is given up', async () => {
  const { page, context } = await visit(kYear);
  await until(page, drawn);
  await fault({ slow_ms: 600_000 });
  await Promise.all([page.waitForRequest(about), zoom_in(page, 5)]);
  const given_up = page.waitForEvent('requestfailed', about);
  await page.keyboard.press('0');
  await zoom_in(page, 9);
  await given_up;
  await fault({});
  await context.close();
});

test('from the year to the second it is a few requests, and back again none', async () => {
  const { page, context, asked } = await visit(kYear);
  await until(page, drawn);
  const lengths = [];
  const length = page.locator('.zoom-length');
  await page.locator('.timeline-canvas').focus();
  for (let i = 0; i < 25 && !/^1\s?s$/.test(await length.innerText()); i++) {
    await page.keyboard.press('+');
    await page.waitForTimeout(250);
    lengths.push(await length.innerText());
  }
  assert.match(lengths.at(-1), /^1\s?s$/);
  assert.ok(asked.length <= 40, `${asked.length} requests`);
  await page.waitForTimeout(500);
  const before = asked.length;
  for (let i = 0; i < 12; i++) await page.keyboard.press('-');
  await page.waitForTimeout(500);
  assert.ok(asked.length - before <= 3, `${asked.length - before} requests on the way back`);
  await context.close();
});

test('from a day the view can be widened to the year around it', async () => {
  const { page, context } = await visit('');
  await page.locator('.timeline-canvas').focus();
  for (let i = 0; i < 12; i++) await page.keyboard.press('-');
  await until(page, () => /^36\d/.test(document.querySelector('.zoom-length').innerText));
  await page.locator('.history-line').waitFor();
  await until(page, drawn);
  await page.getByRole('button', { name: 'Whole period' }).click();
  await until(page, () => /h/.test(document.querySelector('.zoom-length').innerText));
  await context.close();
});
