// The policy's desk against a real server: from an edit to the page that everybody reads. Part of
// live.test.mjs, as a one-time link signs in once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers, overflow } from '../mock/browser.mjs';

const kPromise = 'unless opted_out, minor';
const kWeaker = 'unless opted_out';

/** `visit` opens a page that is signed in; `base()` is the server's URL. */
export function policy_tests({ visit, base, shots }) {
  // The stand-in has no policy.
  const skip = !process.env.HEED_URL;

  async function desk(options) {
    const opened = await visit(options);
    await opened.page.goto(`${base()}/policy`);
    await opened.page.locator('.verdict b').waitFor();
    return { ...opened, area: opened.page.getByLabel('Text of the policy') };
  }
  const replace = async (area, from, to) => {
    const text = await area.inputValue();
    assert.equal(text.split(from).length, 2, `the text has once: ${from}`);
    await area.fill(text.replace(from, to));
  };

  test('a text under work outlives a reload, and can be put aside', { skip }, async () => {
    const { page, area, context } = await desk();
    const before = await area.inputValue();
    await area.fill(`${before}# of today\n`);
    await page.reload();
    await page.locator('.verdict b').waitFor();
    assert.match(await area.inputValue(), /# of today/);
    await page.getByRole('button', { name: 'Start over' }).click();
    assert.equal(await area.inputValue(), before);
    await page.getByRole('button', { name: 'Undo' }).click();
    assert.match(await area.inputValue(), /# of today/);
    await page.getByRole('button', { name: 'Start over' }).click();
    await page.getByText('The same as the version in force').waitFor();
    await context.close();
  });

  test('what would be decided is told with its clause and its reasons', { skip }, async () => {
    const { page, context } = await desk();
    await page.getByRole('tab', { name: 'What if' }).click();
    await page.getByLabel('May this').selectOption('personal.contact');
    await page.getByLabel('be used for').selectOption('marketing');
    await page.getByLabel('and go to').selectOption('engine');
    await page.locator('.answer.is-refused').waitFor();
    for (const fact of ['opted_out', 'minor'])
      await page
        .getByRole('group', { name: fact, exact: true })
        .getByRole('button', { name: 'Does not' })
        .click();
    await page.locator('.answer.is-allowed').waitFor();
    await page.getByText('by clause 3.5', { exact: true }).waitFor();
    assert.ok((await page.locator('.reasons li').count()) >= 1);
    await context.close();
  });

  test(
    'edit, finding, mend, weaker, notice, activation, and the page says so',
    { skip },
    async () => {
      const { page, area, context } = await desk();
      const begun = Math.floor(Date.now() / 1000) * 1000;
      const old = await page.request.get(`${base()}/privacy/policy.txt`);
      await replace(area, kPromise, 'unless opted_aut, minor');
      await page.locator('.verdict.is-wrong').waitFor();
      await page.locator('.finding-error .finding').first().click();
      assert.ok(await area.evaluate((input) => input === document.activeElement));
      assert.equal(
        await area.evaluate((input) => input.value.slice(input.selectionStart).split(/\W/)[0]),
        'opted_aut',
      );
      await page.locator('.says-error').waitFor();

      await replace(area, 'unless opted_aut, minor', kWeaker);
      await page.getByText(/^Weakens \d+ promises?: a notice must be given first$/).waitFor();
      await page.getByRole('tab', { name: /Changes/ }).click();
      assert.match(await page.locator('.widened li').first().innerText(), /marketing/);
      await page.getByRole('button', { name: 'Why?' }).first().click();
      await page.locator('.answer').waitFor();

      await page.getByRole('button', { name: 'Notice and activation…' }).click();
      await page.getByLabel('What people are told').fill('From today on, news go to minors, too.');
      await page.getByRole('button', { name: 'Give the notice' }).click();
      const activate = page.locator('dialog button[type=submit]');
      await page.getByLabel(/^Type/).waitFor();
      assert.ok(await activate.isDisabled());
      await page.getByLabel(/^Type/).fill('heed');
      await activate.click();
      await page.getByText('The policy is in force.').waitFor();
      await page.getByText(/^Version 2, in force since/).waitFor();
      await page.getByText('The same as the version in force').waitFor();

      await page.getByRole('tab', { name: 'Versions' }).click();
      await page.locator('.versions li').first().waitFor();
      assert.equal(await page.locator('.versions li').count(), 2);
      await page.locator('.versions summary').first().click();
      await page.getByText('From today on, news go to minors, too.').waitFor();

      const now = await page.request.get(`${base()}/privacy/policy.txt`);
      assert.notEqual(now.headers()['heed-policy-hash'], old.headers()['heed-policy-hash']);
      assert.ok(!(await now.text()).includes(kPromise));
      await page.getByRole('link', { name: 'Privacy policy' }).click();
      await page.waitForURL(/\/privacy$/);
      const since = await page.locator('time').first().getAttribute('datetime');
      assert.ok(Date.parse(since) >= begun, `in force since ${since}`);
      assert.ok((await page.content()).includes(now.headers()['heed-policy-hash']));
      await context.close();
    },
  );

  test('replay and coverage answer', { skip }, async () => {
    const { page, context } = await desk();
    await page.getByRole('tab', { name: 'Replay' }).click();
    await page.getByRole('button', { name: 'Decide again' }).click();
    await page
      .getByText(/decisions?:/)
      .first()
      .waitFor();
    await page.getByRole('tab', { name: /Coverage/ }).click();
    await page.getByText('The version in force: no gap').waitFor();
    await context.close();
  });

  for (const [width, height, scheme] of [
    [390, 844, 'light'],
    [390, 844, 'dark'],
    [1440, 900, 'light'],
    [1440, 900, 'dark'],
  ])
    test(`the policy stands in nobody's way at ${width} px in ${scheme}`, { skip }, async () => {
      const { page, area, context } = await desk({ width, height, scheme });
      const look = async (name, whole = false) => {
        assert.deepEqual(await barriers(page), [], name);
        assert.equal(await overflow(page), 0, `${name} is wider than the screen`);
        if (shots)
          await page.screenshot({
            path: `${shots}/${name}-${width}-${scheme}.png`,
            fullPage: whole,
          });
      };
      await look('desk-findings');
      await replace(
        area,
        'allow usage for improvement to engine, staff',
        'allow usage for improvement, marketing to engine, staff, processor',
      );
      await page.locator('.verdict.is-weakens').waitFor();
      for (const tab of ['Changes', 'What if', 'Coverage', 'Versions']) {
        await page.getByRole('tab', { name: new RegExp(tab) }).click();
        await page.locator('.tab-panel h3, .versions, .answer').first().waitFor();
        await look(`desk-${tab.toLowerCase().replace(' ', '-')}`, width < 500);
      }
      await page.getByRole('button', { name: 'Notice and activation…' }).click();
      await page.getByLabel('What people are told').waitFor();
      await look('desk-notice');
      await page.goto(`${base()}/privacy`);
      await look('privacy', true);
      await context.close();
    });
}
