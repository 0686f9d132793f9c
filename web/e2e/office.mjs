// People's data against a real server: from a record to the receipt of its person's erasure. Part
// of live.test.mjs, as a one-time link signs in once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barriers } from '../mock/browser.mjs';

const kPassword = 'correct horse battery';
const kKind = '\nkind letter 901 record of usage "what somebody wrote" { body text }\n';

/** Runs in the page: declares a kind of record, files one about whoever is signed in. */
async function prepare({ organization, kind, password }) {
  const { csrf, person } = await (await fetch('/api/v1/session')).json();
  const send = async (path, body, method = 'POST', token = csrf) => {
    const answer = await fetch(`/api/v1${path}`, {
      method,
      headers: { 'X-Heed-Csrf': token, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? null : answer.json();
  };
  const text = await (await fetch('/privacy/policy.txt')).text();
  await send('/policy/activate', { text: text + kind });
  await send(`/organizations/${organization}/records/letter`, {
    id: 'letter-1',
    source: 'api',
    subject: person.id,
    fields: { body: 'a canary' },
  });
  await send('/session/password', { password });
  return person.id;
}

/** `visit` opens a page that is signed in; `floor()` is its address; `keep` takes its cookies. */
export function office_tests({ visit, floor, keep }) {
  // The stand-in has tests of its own: office.test.mjs.
  const skip = !process.env.HEED_URL;

  test('who has something held about them erases it and takes the receipt', { skip }, async () => {
    const { page, context } = await visit();
    await page.goto(floor());
    await page.locator('.card').first().waitFor();
    const organization = decodeURIComponent(new URL(floor()).pathname.split('/')[2]);
    const id = await page.evaluate(prepare, { organization, kind: kKind, password: kPassword });
    keep(await context.storageState());
    await page.goto(floor().replace('/floor', '/privacy-office'));
    await page.getByRole('button', { name: 'About me' }).click();
    await page.getByText('1 record of 1 kind about you.').waitFor();
    await page.locator('.lateness dd').first().waitFor();
    assert.deepEqual(await barriers(page), []);
    await page.getByRole('button', { name: 'Erase…' }).click();
    await page.getByLabel('Why').fill('request 17');
    await page.getByLabel(/^Type the person’s id/).fill(id);
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('Clause 6.2').waitFor();
    await page.getByLabel('Your password, once more').fill(kPassword);
    await page.getByRole('button', { name: 'Erase for good' }).click();
    await page.getByText('You were erased.').waitFor();
    await page.getByRole('link', { name: 'Download receipt 1' }).waitFor();
    const link = page.getByRole('link', { name: 'Receipt 1', exact: true });
    const lines = await page.request.get(new URL(await link.getAttribute('href'), floor()).href);
    assert.equal(lines.headers()['content-type'], 'application/jsonl');
    assert.ok(!(await lines.text()).includes(id), 'the receipt names nobody');
    const metrics = await page.request.get(new URL('/metrics', floor()).href);
    assert.match(
      await metrics.text(),
      new RegExp(`heed_erasures_total\\{[^}]*${organization}"\\} 1`),
    );
    await context.close();
  });
}
