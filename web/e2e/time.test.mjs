// What a machine's time came to, in a browser: figures, the waterfall, a reason in two taps, shifts.
// Against the stand-in, whose shop has a stop whenever one is looked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, overflow, until } from '../mock/browser.mjs';
import { yesterday } from '../mock/moment.mjs';
import { shots, use_stand_in } from './stand-in.mjs';

const { at, visit, world } = use_stand_in();

const machine = (id) => world().organizations.get('acme').machine(id);
const kYesterday = `oee=day&oee_on=${yesterday()}`;

test('the figures say what they were made of, and the bars lead down to OEE', async () => {
  const { page, context } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`);
  await page.locator('.oee-figures').waitFor();
  const figures = await page.locator('.oee-figures > div').allInnerTexts();
  assert.equal(figures.length, 6);
  assert.match(figures[1], /Availability\n\d+\s%\n.* of /s);
  const rows = await page.locator('.fall-label').allInnerTexts();
  assert.equal(rows[0].trim(), 'Planned busy time');
  assert.equal(rows.at(-1).trim(), 'Fully productive');
  await context.close();
});

test('a bar opens to its intervals, and an interval to what the machine said', async () => {
  const { page, context } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`);
  const bar = page.getByRole('button', { name: /^Idle/ });
  await bar.click();
  assert.equal(await bar.getAttribute('aria-expanded'), 'true');
  const first = page.locator('.fall-open .stops li').first();
  await first.getByText('Waiting').waitFor();
  await first.getByRole('button', { name: 'Why?' }).click();
  await page.locator('dialog .rule').waitFor();
  await page.getByRole('link', { name: 'Show on the timeline' }).click();
  await page.locator('.explain .rule').waitFor();
  await context.close();
});

test('a stop gets its reason in two taps on a phone, and it can be taken back', async () => {
  const { page, context } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`, {
    width: 390,
    height: 844,
    touch: true,
  });
  const stop = page.locator('.unexplained .stops li').first();
  const when = await stop.locator('.stop-when').innerText();
  await stop.getByRole('button', { name: 'Give a reason' }).tap();
  await page.getByRole('button', { name: 'Tool broken' }).tap();
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.equal(machine('m1').tags.length, 1);
  assert.equal(machine('m1').tags[0].code, 'tool_broken');
  await until(
    page,
    (when) => document.querySelector('.unexplained .stop-when')?.innerText !== when,
    when,
  );

  await page.getByRole('button', { name: /^Unplanned stops/ }).tap();
  const said = page.locator('.fall-open li').filter({ hasText: 'you said so' });
  await said.getByText('Tool broken').waitFor();
  await said.getByRole('button', { name: 'Change' }).tap();
  await page.getByRole('button', { name: /Take back/ }).tap();
  await page.locator('dialog').waitFor({ state: 'detached' });
  assert.equal(machine('m1').tags[1].code, null);
  await context.close();
});

test('a part of a stop gets a reason of its own', async () => {
  const { page, context } = await visit(`/o/acme/machines/m2/oee?${kYesterday}`);
  await page
    .locator('.unexplained .stops li')
    .first()
    .getByRole('button', { name: 'Give a reason' })
    .click();
  await page.getByText('Only a part of it').click();
  await page.getByLabel('to minute').fill('1.5');
  await page.getByRole('button', { name: 'No material' }).click();
  await page.locator('dialog').waitFor({ state: 'detached' });
  const [tag] = machine('m2').tags;
  assert.equal(tag.to - tag.from, 90_000);
  await context.close();
});

test('buttons that are tapped at the machine are 44 px high', async () => {
  const { page, context } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`, {
    width: 390,
    height: 844,
  });
  const give = page.getByRole('button', { name: 'Give a reason' }).first();
  await give.waitFor();
  assert.ok((await give.boundingBox()).height >= 44);
  await give.click();
  for (const button of await page.locator('.reasons button').all())
    assert.ok((await button.boundingBox()).height >= 44);
  await context.close();
});

test('an ideal time that is wrong is said at its field, one that is too long at the figures', async () => {
  const { page, context } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`);
  await page.getByText('Ideal time and scrap').click();
  const ideal = page.getByLabel('Ideal time per part, in seconds');
  await ideal.fill('-3');
  await page.getByRole('button', { name: 'Apply to all that was too' }).click();
  await page.locator('.field-wrong').getByText('An ideal time is above 0').waitFor();
  await ideal.fill('200');
  await page.getByRole('button', { name: 'Apply to all that was too' }).click();
  await page.getByText('The ideal time is wrong:').waitFor();
  await page.getByText('Faster than ideal').waitFor();
  await context.close();
});

test('the self-audit says to what it agrees, and flags what drifts', async () => {
  const { page, context } = await visit('/o/acme/machines/m3/oee');
  await page.getByText(/agrees with the control’s own counter to 0\.4 %/).waitFor();
  await page.goto(at('/o/acme/machines/m1/oee'));
  await page.getByText(/differs from the control’s own counter by 8\.7 %/).waitFor();
  await page.goto(at('/o/acme/machines/m2/oee'));
  await page.getByText(/counts no time of its own/).waitFor();
  await context.close();
});

test('shifts, days and weeks are a tap away, and the ones before', async () => {
  const { page, context } = await visit('/o/acme/machines/m3/oee');
  const words = page.locator('.oee > .hint').first();
  await words.waitFor();
  assert.match(await words.innerText(), /^(Early|Late|Night), /);
  await page.getByRole('button', { name: 'By week' }).click();
  await until(page, () => / to /.test(document.querySelector('.oee > .hint')?.innerText ?? ''));
  const week = await words.innerText();
  await page.getByRole('button', { name: 'The one before' }).click();
  await until(page, (w) => document.querySelector('.oee > .hint')?.innerText !== w, week);
  await page.getByRole('button', { name: 'The one after' }).click();
  await until(page, (w) => document.querySelector('.oee > .hint')?.innerText === w, week);
  await context.close();
});

test('shifts are set up in the settings, and what is wrong is said where it stands', async () => {
  const { page, context } = await visit('/o/borea/settings', { width: 390, height: 844 });
  await page.getByRole('button', { name: 'Change', exact: true }).first().click();
  const form = page.locator('.calendar-form');
  const first = form.locator('.shift-row').first();
  for (const day of await first.locator('.weekdays button').all()) await day.click();
  await form.getByRole('button', { name: 'Apply from now on' }).click();
  await first.getByText('The shift is on no day.').waitFor();
  await first.getByRole('button', { name: 'Mon' }).click();
  await form.getByRole('button', { name: 'Apply from now on' }).click();
  await form.waitFor({ state: 'detached' });
  const [kept] = world().organizations.get('borea').calendars;
  assert.deepEqual(kept.shifts[0].days, ['mon']);
  await context.close();
});

test('a machine without shifts says so and leads to where they are set up', async () => {
  const { page, context } = await visit('/o/borea/settings');
  await page.getByRole('button', { name: 'Remove', exact: true }).first().click();
  await page.getByRole('button', { name: 'Set up shifts: All other places' }).waitFor();
  await page.goto(at('/o/borea/machines/m1/oee'));
  await page.getByText(/every moment counts as planned/).waitFor();
  await page.getByRole('link', { name: 'Set up shifts' }).click();
  await page.getByRole('heading', { name: 'Shifts' }).waitFor();
  await context.close();
});

for (const [width, height] of [
  [390, 844],
  [1440, 900],
])
  for (const scheme of ['light', 'dark'])
    test(`nothing stands in anybody's way at ${width} px in ${scheme}`, async () => {
      const { page, context, complaints } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`, {
        width,
        height,
        scheme,
      });
      const look = async (name, of) => {
        assert.deepEqual(await barriers(page), [], name);
        assert.equal(await overflow(page), 0, `${name} is wider than the screen`);
        if (!shots) return;
        const path = `${shots}/${name}-${width}-${scheme}.png`;
        await (of ? of.screenshot({ path }) : page.screenshot({ path }));
      };
      await page.getByRole('button', { name: /^Idle/ }).click();
      await page.locator('.audit').waitFor();
      await page.locator('.audit summary').click();
      await look('oee', page.locator('.oee'));
      await page.getByRole('button', { name: 'Give a reason' }).first().click();
      await page.locator('dialog[open]').waitFor();
      await look('reasons');
      await page.goto(at('/o/acme/settings'));
      await page.getByRole('button', { name: 'Change', exact: true }).first().click();
      await look('shifts', page.locator('#shifts'));
      assert.deepEqual(complaints, []);
      await context.close();
    });

test('other rules show what would have been before they are applied, and are taken back', async () => {
  const { page, context, problems } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`);
  await page.getByText('Ideal time and scrap').click();
  await page.getByLabel('Ideal time per part, in seconds').fill('45');
  await page.getByRole('button', { name: 'See what would have been' }).click();
  const would = page.getByRole('region', { name: 'What would have been' });
  await would.getByText('Effectiveness').waitFor();
  assert.match(await would.innerText(), /OEE\s+\d+\s%\s+\d+\s%\s+−\d/);
  assert.notEqual(machine('m1').goal?.ideal_seconds, 45, 'nothing is stored');
  if (shots) await page.screenshot({ path: `${shots}/what-if-1440.png`, fullPage: true });
  await page.getByRole('button', { name: 'Apply from now on' }).click();
  await page.getByText('It holds from now on.').waitFor();
  assert.equal(machine('m1').goal.ideal_seconds, 45);
  await page.getByText('Earlier versions').first().click();
  await page.getByRole('button', { name: 'Take it back' }).first().click();
  await page.getByText('The newest change was taken back.').waitFor();
  assert.equal(problems?.length ?? 0, 0);
  await context.close();
});

test('rules for reasons are kept in their order, and say what they would have caught', async () => {
  const { page, context } = await visit('/o/acme/settings', { width: 390, height: 844 });
  await page.getByRole('button', { name: 'Change codes and rules' }).click();
  await page.getByLabel('Another code').fill('Tea time');
  await page.getByRole('button', { name: 'Add it' }).click();
  for (const code of ['No operator', 'Tea time']) {
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('Reason').last().selectOption({ label: code });
  }
  await page.locator('.rule-row').last().getByRole('button', { name: 'Waiting' }).click();
  await page.getByRole('button', { name: 'Rule 2 earlier' }).click();
  await page.getByRole('button', { name: 'See what would have been' }).click();
  await page
    .getByText(/Would have caught/)
    .first()
    .waitFor();
  assert.equal(await overflow(page), 0);
  assert.deepEqual(await barriers(page), []);
  if (shots) await page.screenshot({ path: `${shots}/reasons-390.png`, fullPage: true });
  await page.getByRole('button', { name: 'Apply to all that was too' }).click();
  await page.getByText('2 rules').first().waitFor();
  const kept = world().organizations.get('acme').reasons;
  assert.deepEqual(
    kept.rules.map((rule) => rule.code),
    ['tea_time', 'operator'],
  );
  await context.close();
});

test('parts say where they come from, and lead to every reset of the counter', async () => {
  const { page, context } = await visit(`/o/acme/machines/m1/oee?${kYesterday}`);
  await page.getByText(/told by its part counter/).click();
  await page.getByText(/the counter rose by 412/).waitFor();
  const resets = page.getByRole('list', { name: 'What became of the counter' });
  await resets.getByText('put back from 388 to 0').waitFor();
  await resets.getByRole('button', { name: 'The line' }).first().click();
  await page.getByText('As it came').waitFor();
  await context.close();
});
