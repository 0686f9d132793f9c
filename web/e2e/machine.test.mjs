// The parts of a machine's page: the first answers what it does and why it stood, each has its own
// address and asks for what it shows and nothing else. Against the stand-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { barriers, overflow, until } from '../mock/browser.mjs';
import { yesterday } from '../mock/moment.mjs';
import { shots, use_stand_in } from './stand-in.mjs';

const { at, open_page, visit, world } = use_stand_in();

const kPage = '/o/acme/machines/m1';
const kYesterday = `?on=${yesterday()}`;
const nav = (page) => page.getByRole('navigation', { name: 'Parts of this machine’s page' });
const here = (page) => nav(page).locator('[aria-current=page]').innerText();

/** Each part: its name, its address, where its content begins, and what it alone asks for below the
 *  machine's path; "^" is the organization's. */
const kParts = [
  ['Now', '', '.stops li', ['activities/overview', 'forecast', 'oee', '^/reasons']],
  ['Cycles', '/cycles', '.cycle-row', ['activities/overview', 'cycles', 'cycles/statistics']],
  [
    'OEE',
    '/oee',
    '.advice',
    ['^/reasons', '^/rule-versions', 'oee', 'recommendations', 'self-audit', 'shifts'],
  ],
  ['Alarms', '/alarms', '.pareto-row', ['alarms']],
  ['Tools', '/tools', '.tools tbody tr', ['tools']],
  [
    'Programs',
    '/programs',
    '.program-tools button',
    ['^/members', '^/machines', 'program-ledger', 'transfer-settings'],
  ],
  ['Data items', '/items', '.items tbody tr', ['items']],
  ['Settings', '/settings', '.link-history li', ['link']],
];
/** What the head above all parts needs, and the cycle under way, which only some machines have. */
const kHead = new Set(['^/live', '']);
const kUnderWay = ['activities', 'cycles', 'cycles/statistics'];

const asked_below = (requests) =>
  requests.flatMap((url) => {
    const [, path] = /\/api\/v1\/organizations\/acme(\/[^?]*)/.exec(url) ?? [];
    if (path === undefined) return [];
    return path.startsWith('/machines/m1') ? [path.slice('/machines/m1/'.length)] : [`^${path}`];
  });

for (const [name, path, content, wanted] of kParts)
  test(`${name} asks for what it shows, and for nothing of another part`, async () => {
    const { page, context, requests, complaints } = await visit(kPage + path + kYesterday);
    await page.locator(content).first().waitFor();
    await page.waitForTimeout(400);
    assert.equal(await here(page), name);
    const asked = new Set(asked_below(requests).filter((one) => !kHead.has(one)));
    if (name === 'Now') for (const one of kUnderWay) asked.delete(one);
    assert.deepEqual([...asked].sort(), [...wanted].sort());
    assert.deepEqual(complaints, []);
    await context.close();
  });

test('values are told only while data items are on screen', async () => {
  const { page, context, requests } = await visit(kPage + kYesterday);
  const streams = () =>
    requests.filter((url) => url.includes('/live')).map((url) => url.split('/live')[1]);
  await page.locator('.stops li').first().waitFor();
  assert.deepEqual(streams(), ['']);
  await nav(page).getByRole('link', { name: 'Data items' }).click();
  await page.locator('.items tbody tr').first().waitFor();
  assert.deepEqual(streams(), ['', '?machine=m1']);
  await nav(page).getByRole('link', { name: 'Alarms' }).click();
  await page.locator('.pareto-row').first().waitFor();
  assert.deepEqual(streams(), ['', '?machine=m1', '']);
  await context.close();
});

test('what it does and why it stood is on screen at 1440 by 900, without scrolling', async () => {
  const machine = world().organizations.get('acme').machine('m2');
  machine.enter('ALARM', Date.now() - 600_000);
  machine.until = Infinity;
  const { page, context } = await visit(`/o/acme/machines/m2${kYesterday}`);
  await page.locator('.stops li').nth(2).waitFor();
  for (const answer of [
    page.locator('.machine-state .chip'),
    page.locator('.machine-condition'),
    page.locator('.timeline-canvas'),
    page.locator('.stops li').nth(2),
  ]) {
    const box = await answer.boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= 900, `${box.y} + ${box.height}`);
  }
  assert.match(await page.locator('.machine-condition').innerText(), /^Fault /);
  await page.locator('.stops').getByRole('button', { name: 'Why?' }).first().click();
  await page.locator('.explain .rule').waitFor();
  if (shots) await page.screenshot({ path: `${shots}/machine-alarm-1440.png` });
  await context.close();
});

test('a stop gets its reason where the first part lists it', async () => {
  const { page, context } = await visit(`/o/acme/machines/m3${kYesterday}`, {
    width: 390,
    touch: true,
  });
  const stop = page.locator('.stops li').first();
  const give = stop.getByRole('button', { name: 'Give a reason' });
  await give.waitFor();
  assert.ok((await give.boundingBox()).height >= 44);
  await give.tap();
  await page.getByRole('button', { name: 'No material' }).tap();
  await stop.getByText('you said so').waitFor();
  await context.close();
});

test('parts are steps in the history, and the period goes along', async () => {
  const { page, context } = await visit(`${kPage}${kYesterday}&by=week`);
  await page.locator('.stops li').first().waitFor();
  const title = await page.title();
  const oee = nav(page).getByRole('link', { name: 'OEE' });
  await oee.click();
  await page.locator('.oee-figures').waitFor();
  assert.match(page.url(), /\/machines\/m1\/oee\?by=week&on=[^&]+$/);
  assert.match(await page.title(), /^OEE · /);
  assert.ok(await oee.evaluate((link) => document.activeElement === link), 'focus stays');
  await nav(page).getByRole('link', { name: 'Cycles' }).click();
  await page.locator('.cycle-row').first().waitFor();
  assert.equal(
    await page.getByRole('button', { name: 'Week', exact: true }).getAttribute('aria-pressed'),
    'true',
  );
  await page.goBack();
  await page.locator('.oee-figures').waitFor();
  await page.goBack();
  await page.locator('.stops li').first().waitFor();
  assert.equal(await page.title(), title);
  assert.equal(await here(page), 'Now');
  await context.close();
});

test('addresses from before there were parts lead to the part that they meant', async () => {
  const { page, context } = await open_page();
  const instant = new Date(Date.now() - 3_600_000).toISOString();
  for (const [tail, part] of [
    ['?oee=week', 'OEE'],
    ['?days=1', 'Alarms'],
    ['#cycles-title', 'Cycles'],
    ['#programs-title', 'Programs'],
    [`?at=${instant}`, 'Now'],
  ]) {
    await page.goto('about:blank');
    await page.goto(at(kPage + tail));
    await until(
      page,
      (wanted) => document.querySelector('.local-nav [aria-current]')?.textContent === wanted,
      part,
    );
  }
  await page.locator('.explain .rule').waitFor();
  await page.goto(at(`${kPage}/elsewhere`));
  await page.getByRole('heading', { name: 'Nothing here' }).waitFor();
  await context.close();
});

test('parts are reached by keys alone', async () => {
  const { page, context } = await visit(kPage + kYesterday);
  await page.locator('.stops li').first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('5');
  await page.locator('.tools tbody tr').first().waitFor();
  assert.equal(await here(page), 'Tools');
  await nav(page).getByRole('link', { name: 'Tools' }).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.program-tools').waitFor();
  assert.equal(await here(page), 'Programs');
  await context.close();
});

test('an item that is plotted has an address', async () => {
  const { page, context } = await visit(`${kPage}/items`);
  await page.getByRole('button', { name: 'Plot S1load' }).click();
  await page.locator('.plot .uplot canvas').waitFor();
  assert.match(page.url(), /\/items\?item=S1load$/);
  await page.reload();
  await page.locator('.plot .uplot canvas').waitFor();
  await page.getByRole('button', { name: 'Hide S1load' }).click();
  await page.locator('.plot').waitFor({ state: 'detached' });
  assert.equal(await page.locator('.timeline-canvas').count(), 0);
  await context.close();
});

test('a machine’s page that is opened first stays within 150 KB gzipped, whichever part', async () => {
  for (const [, path, content] of kParts) {
    const { page, context } = await open_page();
    const sizes = [];
    page.on('response', (response) => {
      if (!response.url().includes('/api/'))
        sizes.push(response.body().then((body) => gzipSync(body, { level: 9 }).length));
    });
    await page.goto(at(kPage + path + kYesterday));
    await page.locator(content).first().waitFor();
    const total = (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
    assert.ok(total > 10_000 && total <= 150 * 1024, `${path}: ${total} bytes`);
    await context.close();
  }
});

for (const [width, height] of [
  [390, 844],
  [1440, 900],
])
  for (const scheme of ['light', 'dark'])
    test(`no part stands in anybody's way at ${width} px in ${scheme}`, async () => {
      const { page, context, complaints } = await visit(kPage + kYesterday, {
        width,
        height,
        scheme,
      });
      for (const [name, path, content] of kParts) {
        await nav(page).getByRole('link', { name, exact: true }).click();
        await page.locator(content).first().waitFor();
        for (const link of await nav(page).getByRole('link').all()) {
          const { x, width: wide } = await link.boundingBox();
          assert.ok(x >= 0 && x + wide <= width, `${await link.innerText()} is cut off`);
        }
        assert.deepEqual(await barriers(page), [], name);
        assert.ok((await overflow(page)) <= 0, `${name} is wider than the screen`);
        if (shots)
          await page.screenshot({
            path: `${shots}/machine${path.replace('/', '-')}-${width}-${scheme}.png`,
            fullPage: true,
          });
      }
      assert.deepEqual(complaints, []);
      await context.close();
    });
