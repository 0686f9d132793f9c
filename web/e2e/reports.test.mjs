// Alarms, comparison, hand-over and reports in a browser, against the stand-in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, overflow, until } from '../mock/browser.mjs';
import { yesterday } from '../mock/moment.mjs';
import { shots, use_stand_in } from './stand-in.mjs';

const { at, visit, world } = use_stand_in();
const kYesterday = yesterday();
const kHandOver = `/o/acme/reports/hand-over?shift_at=${kYesterday}`;

test('a hand-over has each machine in a row, and leads to the shift before', async () => {
  const { page, context } = await visit(kHandOver);
  await page.locator('.hand-over-row').first().waitFor();
  assert.equal(await page.locator('.hand-over-row').count(), 14);
  const words = page.locator('.hand-over > .hint').first();
  assert.match(await words.innerText(), /^Early, .*06:00–14:00/);
  await page.getByRole('button', { name: 'The shift before' }).click();
  await until(page, () =>
    document.querySelector('.hand-over > .hint')?.innerText.startsWith('Night'),
  );
  await context.close();
});

test('a stop without a reason is tagged on the hand-over, on a phone', async () => {
  const { page, context } = await visit(kHandOver, { width: 390, height: 844, touch: true });
  const give = page.getByRole('button', { name: 'Give a reason' }).first();
  await give.waitFor();
  assert.ok((await give.boundingBox()).height >= 44);
  const before = await page.getByRole('button', { name: 'Give a reason' }).count();
  await give.tap();
  await page.getByRole('button', { name: 'No material' }).tap();
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.locator('.hand-over-stops').getByText('No material').first().waitFor();
  assert.ok((await page.getByRole('button', { name: 'Give a reason' }).count()) < before + 1);
  await context.close();
});

test('a note is written to the next shift, and taken back by who wrote it', async () => {
  const { page, context } = await visit(kHandOver);
  await page.getByLabel('Note').fill('Coolant is low on the lathe.');
  await page.getByLabel('About', { exact: true }).selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Write it down' }).click();
  const note = page.locator('.shift-note');
  await note.getByText('Coolant is low').waitFor();
  assert.match(await note.locator('.hint').innerText(), /you, /);
  await note.getByRole('button', { name: 'Take back' }).click();
  await note.waitFor({ state: 'detached' });
  await context.close();
});

test('a note says who wrote it, as far as there is somebody', async () => {
  const acme = world().organizations.get('acme');
  acme.keys.push({ id: '01hf0keykeykeykeykeykeyke1', name: 'ERP', scopes: ['write'] });
  const whos = {
    '01hf0benbenbenbenbenbenben': 'Ben Okoro',
    'p:4f1d0c': 'somebody who is gone',
    '01hf0leftleftleftleftleftl': 'somebody who left',
    '01hf0keykeykeykeykeykeyke1': 'the key “ERP”',
  };
  acme.notes = Object.keys(whos).map((who, i) => ({
    id: `20000/w${i}`,
    location: '',
    begins: `${kYesterday.slice(0, 10)}T06:00:00.000Z`,
    machine: null,
    text: `Note ${i}`,
    written: new Date().toISOString(),
    who,
  }));
  const { page, context } = await visit(kHandOver);
  for (const [i, words] of Object.values(whos).entries())
    await page
      .locator('.shift-note')
      .filter({ hasText: `Note ${i}` })
      .getByText(`${words},`)
      .waitFor();
  assert.equal(await page.getByRole('button', { name: 'Take back' }).count(), 0);
  await context.close();

  world().faults.fail = 'members';
  const refused = await visit(kHandOver);
  await refused.page.getByText('somebody,').first().waitFor();
  assert.equal(await refused.page.getByText('Ben Okoro').count(), 0);
  await refused.context.close();
  world().faults.fail = null;
  acme.notes = acme.keys = [];
});

test('a shift of fourteen machines prints on one sheet of A4', async () => {
  const { page, context } = await visit(kHandOver);
  await page.locator('.hand-over-row').first().waitFor();
  const pdf = await page.pdf({
    format: 'A4',
    margin: { top: '8mm', bottom: '8mm', left: '8mm', right: '8mm' },
    ...(shots && { path: `${shots}/hand-over.pdf` }),
  });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? [];
  assert.equal(pages.length, 1);
  await context.close();
});

test('a comparison is ordered by any column, what is not known last, and opens to its evidence', async () => {
  const { page, context } = await visit('/o/borea/reports/compare?days=7');
  const rows = page.locator('.compare tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), 5);
  await page.getByRole('button', { name: 'OEE' }).click();
  const cells = await page.locator('.compare tbody tr td:nth-child(2)').allInnerTexts();
  assert.equal(cells.at(-1).trim(), '–');
  const known = cells.map((c) => parseFloat(c)).filter(Number.isFinite);
  assert.deepEqual(
    known,
    [...known].sort((a, b) => b - a),
  );
  await page.locator('.compare tbody tr td:nth-child(2) a').first().click();
  await page.locator('.oee').waitFor();
  await context.close();
});

test('shifts and programs are compared too, against the time before', async () => {
  const { page, context } = await visit('/o/borea/reports/compare?days=7&by=shift');
  await page.locator('.compare').getByText('Early').waitFor();
  await page.getByRole('button', { name: 'Programs' }).click();
  await page.locator('.compare').getByText('O1001.NC').waitFor();
  await page.getByRole('button', { name: 'Machines' }).click();
  await page.getByLabel('Against the time before').check();
  await page
    .getByText(/[+−].* points/)
    .first()
    .waitFor();
  await context.close();
});

test('an alarm opens to its intervals, and an interval to its machine', async () => {
  const { page, context } = await visit('/o/acme/reports/alarms?days=7');
  const first = page.locator('.pareto-row').first();
  await first.waitFor();
  await first.click();
  await page.locator('.pareto-open a').first().click();
  await page.locator('.explain').waitFor();
  await context.close();
});

test('a machine’s own page has its alarms', async () => {
  const { page, context } = await visit('/o/acme/machines/m4/alarms?days=7');
  await page.locator('.alarms .reliability').waitFor();
  assert.match(await page.locator('.alarms').innerText(), /Mean time between failures/);
  await context.close();
});

test('a report is chosen and opened as a page of the server', async () => {
  const { page, context } = await visit('/o/acme/reports/report');
  await page.getByRole('button', { name: 'Month' }).click();
  const [report] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('link', { name: 'Open the report' }).click(),
  ]);
  await report.waitForLoadState();
  assert.match(report.url(), /\/report\?of=month&on=\d{4}-\d\d-\d\d$/);
  await context.close();
});

test('who may not have reports is told the clause', async () => {
  world().faults.fail = 'hand-over';
  try {
    const { page, context } = await visit('/o/acme/reports');
    await page.getByText(/3\.2/).waitFor();
    await context.close();
  } finally {
    world().faults.fail = null;
  }
});

for (const [width, height] of [
  [390, 844],
  [1440, 900],
])
  for (const scheme of ['light', 'dark'])
    test(`nothing stands in anybody's way at ${width} px in ${scheme}`, async () => {
      const { page, context, complaints } = await visit(kHandOver, { width, height, scheme });
      const look = async (name) => {
        assert.deepEqual(await barriers(page), [], name);
        assert.equal(await overflow(page), 0, `${name} is wider than the screen`);
        if (shots)
          await page.screenshot({
            path: `${shots}/${name}-${width}-${scheme}.png`,
            fullPage: true,
          });
      };
      await page.locator('.hand-over-row').first().waitFor();
      await look('hand-over');
      await page.goto(at('/o/borea/reports/compare?days=7&before=true'));
      await page.locator('.compare').waitFor();
      await look('compare');
      await page.goto(at('/o/acme/reports/alarms?days=7'));
      await page.locator('.pareto-row').first().click();
      await look('alarms');
      await page.goto(at('/o/acme/reports/report'));
      await page.getByRole('link', { name: 'Open the report' }).waitFor();
      await look('report');
      assert.deepEqual(complaints, []);
      await context.close();
    });
