import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoServer, startServer } from '../../demo/use-server.ts';
import { type Product, settled, startProduct, type Visitor } from './browser.ts';

let product: Product;
let elsewhere: DemoServer;
let visitor: Visitor;
const name = `p${Date.now().toString(36)}`;
const password = 'horse battery staple';

beforeAll(async () => {
  // Another machine: a cloud of its own with keys of its own, which knows nothing of the first.
  [product, elsewhere] = await Promise.all([
    startProduct(),
    startServer({ environment: { CANDOR_MODEL: 'none' } }),
  ]);
  visitor = await product.visit();
});
afterAll(async () => {
  await elsewhere.stop();
  await product.stop();
});

test('DRUN-7.1 DRUN-7.2 DRUN-7.3 DRUN-7.4 DRUN-7.5 a person signs up, uses, looks, exports, corrects, withdraws and erases, and the certificate is verified on another machine', async () => {
  await signsUp();
  await uses();
  await looks();
  await decides();
  await exports();
  await corrects();
  await restrictsAndLifts();
  const certificate = await erases();
  const { page } = visitor;
  const keys = await (await page.request.get('/.well-known/candor-keys.json')).text();
  await verifiesElsewhere(certificate, keys);
  await isGone();
  expect(visitor.faults).toEqual(['401 POST /api/identity/login']);
});

async function signsUp(): Promise<void> {
  const { page } = visitor;
  await page.goto('/register');
  await page.getByRole('tab', { name: 'By username and e-mail' }).click();
  await page.getByRole('textbox', { name: 'Username' }).fill(name);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(`${name}@example.com`);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();
}

async function uses(): Promise<void> {
  const { page } = visitor;
  await page.goto('/wallet?open=top-up');
  await page.getByRole('dialog').getByRole('button', { name: '¥10', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Go to the cashier' }).click();
  await page.getByRole('button', { name: 'Pay ¥10.00' }).click();
  await page.getByText('¥10.00 has arrived').waitFor();
  await page.goto('/playground');
  await page.getByLabel('Message').fill('Hello');
  await page.keyboard.press('Enter');
  await page.getByText(/\d+ in · \d+ out tokens · ¥/).waitFor({ timeout: 60_000 });
}

/** Every kind of data with the day it goes, its values, its reasons and its records. */
async function looks(): Promise<void> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'What Candor knows', exact: true }).click();
  await page.getByRole('heading', { name: 'When each kind is deleted automatically' }).waitFor();
  const kinds = page.getByRole('list', { name: 'Records of each kind and when they go' });
  expect(await kinds.getByRole('listitem').count()).toBeGreaterThan(5);
  expect(await kinds.getByText(/goes (on|from) \d{4}-\d\d-\d\d/).count()).toBeGreaterThan(2);
  const account = page.getByRole('region', { name: 'Your account', exact: true });
  await account.getByText(`${name}@example.com`).waitFor();
  await account.getByText('by no staff').waitFor();
  await account.getByRole('button', { name: 'Field by field' }).click();
  await page
    .getByRole('table', { name: 'Your account: field by field' })
    .getByText('Personal Information Protection Law, Art. 13')
    .first()
    .waitFor();
  // The account is theirs alone, so its rows are theirs.
  await page.getByRole('region', { name: 'Movements of your account' }).waitFor();
  const visits = page.getByRole('region', { name: 'Visits and requests' });
  await visits.getByRole('button', { name: 'Show records' }).click();
  const rows = page.getByRole('table', { name: 'Visits and requests: records' }).locator('tbody tr');
  await rows.first().waitFor();
  const before = await rows.count();
  await visits.getByRole('button', { name: 'Load more' }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(before);
  await page.getByRole('searchbox', { name: 'Search in my data' }).fill(`${name}@example.com`);
  await visits.waitFor({ state: 'hidden' });
  await page.goto('/privacy/looked');
  await page.getByText('No staff member has looked at your data').waitFor();
}

/** Agreeing and refusing are one click each, and a receipt says what was done. */
async function decides(): Promise<void> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'My choices' }).click();
  const news = page.locator('#marketing');
  await news.getByText('Not decided').waitFor();
  expect(await page.getByRole('checkbox').or(page.getByRole('switch')).count()).toBe(0);
  const [yes, no] = await Promise.all(
    ['I agree', 'No'].map((label) => news.getByRole('button', { name: label, exact: true }).boundingBox()),
  );
  expect([yes?.width, yes?.height, yes?.y]).toEqual([no?.width, no?.height, no?.y]);
  await news.getByRole('button', { name: 'I agree' }).click();
  await news.getByText('Agreed. You can withdraw here at any time.').waitFor();
  await page.locator('#improvement').getByRole('button', { name: 'No', exact: true }).click();
  await page.getByText('Refused. Nothing else changes').waitFor();
  await news.getByRole('button', { name: 'Withdraw' }).click();
  await news.getByText('Withdrawn. The processing has stopped.').waitFor();
  const decided = page.getByRole('table', { name: 'What I decided' });
  await expect.poll(() => decided.locator('tbody tr').count()).toBe(3);
  const receipt = await downloadedBy(decided.getByRole('link', { name: 'Download receipt' }).first());
  await page.goto('/verify');
  await page.getByRole('textbox', { name: 'Proof' }).fill(receipt);
  await page.getByRole('heading', { name: 'Genuine, to the letter' }).waitFor();
  await page.getByText(/the person withdrew their consent to “Product news by mail”/).waitFor();
}

/** Needs a proof, and is watched. */
async function exports(): Promise<void> {
  const { page } = visitor;
  await page.goto('/privacy');
  await page.getByRole('link', { name: 'Take it along' }).click();
  await page.getByRole('button', { name: 'Prepare a copy' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Prepare a copy' }).click();
  await dialog.getByText('Enter your password').waitFor();
  await dialog.getByRole('textbox', { name: 'Password' }).fill(password);
  await dialog.getByRole('button', { name: 'Prepare a copy' }).click();
  const link = page.getByRole('link', { name: 'Download', exact: true });
  await link.waitFor({ timeout: 60_000 });
  const archive = await downloadedBy(link);
  expect(archive.slice(0, 2)).toBe('PK');
  await page.getByText(/Downloaded at .* fetch it again until/).waitFor();
}

async function corrects(): Promise<void> {
  const { page } = visitor;
  await page.goto('/privacy/correct');
  await page.getByRole('button', { name: 'Correct: Display name' }).click();
  await page.getByRole('textbox', { name: 'New value' }).fill('Lin Xiao');
  await page.getByRole('button', { name: 'Save' }).click();
  await page
    .getByRole('status')
    .getByText(/^Corrected/)
    .waitFor();
  await page.getByRole('complementary').getByText('Lin Xiao').first().waitFor();
}

async function restrictsAndLifts(): Promise<void> {
  const { page } = visitor;
  await page.goto('/privacy/restrict');
  await page.getByRole('button', { name: 'Restrict processing' }).click();
  await page.getByRole('heading', { name: 'Processing is restricted' }).waitFor();
  await page.getByRole('button', { name: 'Lift the restriction' }).click();
  await page.getByRole('heading', { name: 'Nothing is restricted' }).waitFor();
}

/** Preview, balance, words by hand, password; then the session is over and the page goes on. */
async function erases(): Promise<string> {
  const { page } = visitor;
  await page.goto('/privacy/erase');
  await page.getByRole('heading', { name: /^Goes at once/ }).waitFor();
  await page.getByRole('heading', { name: /^Kept because a law says so/ }).waitFor();
  await page
    .getByText(/deleted by 20\d\d-\d\d-\d\d/)
    .first()
    .waitFor();
  await page.getByRole('heading', { name: 'Kept without a link to you' }).waitFor();
  await page.getByText('Movements of your account').waitFor();
  const begin = page.getByRole('button', { name: 'Close the account and erase everything' });
  await begin.click();
  await page.getByText('Please confirm the balance first').waitFor();
  await page.getByRole('checkbox', { name: /give up the balance of ¥9\.99/ }).check();
  await begin.click();
  const dialog = page.getByRole('dialog');
  const last = dialog.getByRole('button', { name: 'Erase everything' });
  await dialog.getByRole('textbox', { name: 'Password' }).fill(password);
  await last.click();
  await dialog.getByText('This is not what it says above').waitFor();
  await dialog.getByRole('textbox', { name: 'Type “erase everything”' }).fill('erase everything');
  await last.click();
  await page.getByRole('heading', { level: 1, name: 'Erased' }).waitFor({ timeout: 120_000 });
  expect((await visitor.context.cookies()).map(({ name: cookie }) => cookie)).not.toContain('candor_session');
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Erased' }).waitFor();
  return downloadedBy(page.getByRole('button', { name: 'Download certificate' }));
}

/** Without a connection, and with nothing but the keys that were saved. */
async function verifiesElsewhere(certificate: string, keys: string): Promise<void> {
  const stranger = await product.visit();
  const { page, context } = stranger;
  await page.goto(`${elsewhere.url}/verify`);
  await settled(page);
  await page.getByText('Download the keys').waitFor();
  await context.setOffline(true);
  const proof = page.getByRole('textbox', { name: 'Proof' });
  await proof.fill(certificate);
  await page.getByText('It was not signed with one of these keys').waitFor();
  await page.getByText('another cloud', { exact: true }).click();
  await page.getByRole('textbox', { name: 'Public keys (JSON)' }).fill(keys);
  await page.getByRole('heading', { name: 'Genuine, to the letter' }).waitFor();
  const words = page.getByRole('region', { name: 'What it says' });
  await words.getByText(/closed a person’s account and erased \d+ records?/).waitFor();
  await words.getByText(/: 0 found\.$/).waitFor();
  expect(await words.innerText()).not.toContain(name);
  await proof.fill(certificate.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A')));
  await page.getByRole('heading', { name: 'Not confirmed' }).waitFor();
  await context.setOffline(false);
}

async function isGone(): Promise<void> {
  const { page } = visitor;
  await page.goto('/login');
  await page.getByRole('textbox', { name: 'Username or e-mail' }).fill(name);
  await page.getByRole('textbox', { name: 'Password' }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The name or the password is wrong.').waitFor();
}

async function downloadedBy(control: Locator): Promise<string> {
  const [download] = await Promise.all([control.page().waitForEvent('download'), control.click()]);
  return readFile(await download.path(), 'utf8');
}
