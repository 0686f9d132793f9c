// The floor and the board with five hundred machines, against the stand-in of mock/.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { barriers, overflow, until } from '../mock/browser.mjs';
import { use_stand_in } from './stand-in.mjs';

const kMachines = 500;

const { open_page, visit: go, world } = use_stand_in();

async function visit(query = '', options = {}) {
  const opened = await go(`/o/plant/floor${query}`, options);
  await opened.page.locator('[data-machine]').first().waitFor();
  return opened;
}

const places = (page) => page.locator('.place');

test('of five hundred machines only those on screen are drawn, wherever the reader scrolls', async () => {
  const { page, context } = await visit();
  for (const share of [0, 0.5, 1]) {
    await page.evaluate((s) => scrollTo(0, s * document.documentElement.scrollHeight), share);
    await until(page, () => {
      const card = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('.cards');
      const boxes = [...document.querySelectorAll('.place')].map((p) => p.getBoundingClientRect());
      const middle = boxes.some(
        (b) => b.top < innerHeight / 2 + 20 && b.bottom > innerHeight / 2 - 20,
      );
      return card && middle && boxes.length < 80;
    });
  }
  await context.close();
});

test('keys lead to every machine, and each says which of how many it is', async () => {
  const { page, context } = await visit();
  await page.locator('.place [data-machine][tabindex="0"]').focus();
  const here = () =>
    page.evaluate(() => {
      const item = document.activeElement.closest('.place');
      return item && [item.getAttribute('aria-posinset'), item.getAttribute('aria-setsize')];
    });
  assert.deepEqual(await here(), ['1', '500']);
  await page.keyboard.press('End');
  assert.deepEqual(await here(), ['500', '500']);
  const focused = page.locator(':focus');
  const box = await focused.boundingBox();
  assert.ok(box.y >= 0 && box.y + box.height <= 900, 'what has the focus is on screen');
  await page.keyboard.press('ArrowUp');
  assert.deepEqual(await here(), ['496', '500']);
  // Scrolled away it keeps the focus, and an arrow comes back to it.
  await page.evaluate(() => scrollTo(0, 0));
  await until(page, () => scrollY === 0);
  await page.keyboard.press('ArrowLeft');
  assert.deepEqual(await here(), ['495', '500']);
  assert.equal(await page.locator('.place [data-machine][tabindex="0"]').count(), 1);
  await page.keyboard.press('Enter');
  await page.locator('.timeline-canvas').waitFor();
  await context.close();
});

test('a view of the floor stands in the address and is saved as it is shown', async () => {
  const { page, context } = await visit();
  await page.getByLabel('Location', { exact: true }).selectOption({ label: 'Hall 2 (180)' });
  await page.locator('.count.look-stopped').click();
  await page.getByRole('button', { name: 'By location' }).click();
  await page.getByRole('button', { name: 'List', exact: true }).click();
  await until(
    page,
    () => location.search.includes('is=stopped') && location.search.includes('in=Hall'),
  );
  const again = await open_page({ state: await context.storageState() });
  await again.page.goto(page.url());
  await again.page.locator('.machine-row[data-machine]').first().waitFor();
  assert.equal(await again.page.locator('.place .look-running').count(), 0);
  const shown = Number(await again.page.locator('.floor-group .num').innerText());
  const [saved] = await Promise.all([
    again.page.waitForEvent('download'),
    again.page.getByRole('button', { name: 'CSV of the machines shown' }).click(),
  ]);
  assert.equal(saved.suggestedFilename(), 'floor.csv');
  const lines = (await readFile(await saved.path(), 'utf8')).trim().split('\r\n');
  assert.ok(Math.abs(lines.length - 1 - shown) < 3, `${lines.length - 1} of ${shown}`);
  for (const line of lines.slice(1)) assert.match(line, /^[^,]+,Hall 2,(STOPPED|HELD),/);
  await again.context.close();
  await context.close();
});

test('a card that no longer fits stays while the reader points at it', async () => {
  const { page, context } = await visit('?is=stopped');
  await page.mouse.move(300, 400);
  const card = page.locator('.place .card').nth(1);
  const id = await card.getAttribute('data-machine');
  const top = (await card.boundingBox()).y;
  const plant = world().organizations.get('plant');
  const machine = plant.machine(id);
  machine.enter('IN_CYCLE', Date.now());
  plant.tell('machine', machine.card(Date.now()));
  const there = page.locator(`.place .card[data-machine="${id}"]`);
  await page.locator(`.card.look-running[data-machine="${id}"]`).waitFor();
  assert.equal((await there.boundingBox()).y, top);
  await page.mouse.move(300, 5);
  await there.waitFor({ state: 'detached' });
  await context.close();
});

for (const [width, form] of [
  [1440, 'Cards'],
  [1440, 'List'],
  [390, 'List'],
]) {
  test(`${form} of five hundred have no barriers at ${width} px`, async () => {
    const { page, context } = await visit('', { width });
    await page.getByRole('button', { name: form, exact: true }).click();
    await page.getByRole('button', { name: 'By location' }).click();
    await page.locator('.floor-group').first().waitFor();
    assert.deepEqual(await barriers(page), []);
    assert.ok((await overflow(page)) <= 0);
    await context.close();
  });
}

test('a card says when its batch is done, and where its figures are not to be believed', async () => {
  const { page, context } = await go('/o/acme/floor');
  const done = page.locator('.card .reading', { hasText: 'Done' }).first();
  await done.waitFor();
  assert.match(await done.innerText(), /\d\d:\d\d–.*\(80 %\)\s*(now|\d+.(s|min))/);

  const flag = page.locator('.card-audit').first();
  assert.match(await flag.innerText(), /8\.7 % off its own counter/);
  assert.equal(
    await page.locator('.place', { has: page.locator('.card-audit') }).count(),
    await page.locator('.card.is-flagged').count(),
  );
  assert.deepEqual(await barriers(page), []);
  await flag.click();
  const days = page.getByRole('region', { name: 'Self-audit by day' });
  await days.waitFor();
  await until(page, () => {
    const box = document.querySelector('.audit')?.getBoundingClientRect();
    return box && box.top >= 0 && box.top < innerHeight;
  });
  await context.close();
});

test('on paper stands every machine', async () => {
  const { page, context } = await visit();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await until(page, (count) => document.querySelectorAll('.place').length === count, kMachines);
  await context.close();
});

test('the board of five hundred shows whom somebody must go to, and all others as a crowd', async () => {
  const { page, context } = await visit('?tv=1', { width: 1920, height: 1080 });
  await page.locator('.crowd-cell').first().waitFor();
  const { tiles, cells, least, outside } = await page.evaluate(() => {
    const of = (selector) => [...document.querySelectorAll(selector)];
    return {
      tiles: of('.tile').map((t) => t.className),
      cells: of('.crowd-cell').map((c) => c.className),
      least: Math.min(...of('.tile').map((t) => t.getBoundingClientRect().height)),
      outside: of('.crowd-cell').filter((c) => c.getBoundingClientRect().bottom > innerHeight)
        .length,
    };
  });
  assert.ok(tiles.length > 0 && least >= 130, `${tiles.length} tiles of ${least} px`);
  assert.ok(tiles.every((name) => !/look-running|look-setup/.test(name)));
  assert.ok(cells.length > 200 && cells.every((name) => !/look-alarm|look-stopped/.test(name)));
  assert.equal(outside, 0);
  assert.deepEqual(await barriers(page), []);
  await context.close();
});
