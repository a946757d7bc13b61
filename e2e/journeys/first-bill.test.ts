import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPhone, codeFromOutbox, patienceMs, type Product, startProduct, type Visitor } from './browser.ts';

let product: Product;
let operator: Visitor;
let visitor: Visitor;
const phone = aPhone();

beforeAll(async () => {
  product = await startProduct();
  [operator, visitor] = await Promise.all([product.visitAsOperator(), product.visit()]);
});
afterAll(() => product.stop());

test('a person comes from registration to the first bill, and sees what Candor knows about them', async () => {
  await registersByPhone();
  await topsUp();
  const secret = await createsKey();
  await readsSample(secret);
  await asksInPlayground();
  await seesUsage();
  await operatorSettles();
  await readsBill();
  await seesOwnData(secret);
  expect(visitor.faults).toEqual([]);
  expect(operator.faults).toEqual([]);
});

async function registersByPhone(): Promise<void> {
  const { page } = visitor;
  await page.goto('/');
  await page.getByRole('link', { name: 'Create account' }).click();
  await page.getByLabel('Phone number').fill(phone);
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.getByText('a code is on its way').waitFor();
  await page.getByLabel('Code', { exact: true }).fill(await codeFromOutbox(operator, phone));
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
}

async function topsUp(): Promise<void> {
  const { page } = visitor;
  await page.getByRole('main').getByRole('link', { name: 'Top up' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '¥10', exact: true }).click();
  expect(await dialog.getByRole('textbox', { name: 'Amount' }).inputValue()).toBe('10');
  await dialog.getByRole('button', { name: 'Go to the cashier' }).click();
  await page.waitForURL('**/sandbox-cashier/**');
  await page.getByRole('button', { name: 'Pay ¥10.00' }).click();
  await page.waitForURL('**/wallet?topUp=*');
  await page.getByText('¥10.00 has arrived').waitFor();
  await page.getByRole('status').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('table', { name: 'Transactions' }).getByText('Top-up').waitFor();
  expect(await rowTexts('Transactions')).toEqual([
    expect.stringMatching(/Top-up.*Sandbox.*\+¥10\.00.*¥10\.00/),
  ]);
}

/** The secret, which the page shows once. */
async function createsKey(): Promise<string> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'API keys' }).click();
  await page.getByRole('button', { name: 'Create key' }).first().click();
  const form = page.getByRole('dialog', { name: 'Create key' });
  await form.getByLabel('Name').fill('my laptop');
  await form.getByRole('button', { name: 'Create key' }).click();
  const once = page.getByRole('dialog', { name: 'The key “my laptop”' });
  const secret = (await once.getByLabel('Key', { exact: true }).textContent()) ?? '';
  expect(secret).toMatch(/^sk-\S{20,}$/);
  await once.getByRole('button', { name: 'Copy key' }).click();
  await once.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  expect(await once.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
  await once.getByLabel('I have stored it safely').check();
  await once.getByRole('button', { name: 'Done' }).click();
  await once.waitFor({ state: 'hidden' });
  await page.reload();
  await page.getByRole('table').getByText(secret.slice(-4)).waitFor();
  expect(await page.content()).not.toContain(secret);
  return secret;
}

/** The sample is code that works: the request it writes is sent, with the secret in its place. */
async function readsSample(secret: string): Promise<void> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'Model catalogue' }).click();
  await page.getByRole('article').filter({ hasText: 'Chat' }).getByRole('link').first().click();
  await page.getByRole('heading', { name: 'How to call it' }).waitFor();
  expect(await page.getByText(product.modelId, { exact: true }).count()).toBe(1);
  for (const language of ['curl', 'Python', 'Node']) {
    await page.getByRole('button', { name: new RegExp(`^${language}`, 'i') }).click();
    const sample = (await page.locator('pre').textContent()) ?? '';
    expect(sample).toContain(`${product.url}/v1`);
    expect(sample).toContain(product.modelId);
    await page.getByRole('button', { name: 'Copy code' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sample);
  }
  const answer = await fetch(`${product.url}/v1/models`, { headers: { authorization: `Bearer ${secret}` } });
  expect(answer.status).toBe(200);
}

async function asksInPlayground(): Promise<void> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'Try it' }).click();
  await page.getByText('Random weights').first().waitFor();
  await page.getByLabel('Message').fill('Hello! Who are you?');
  await page.keyboard.press('Enter');
  await page.getByRole('log').getByText('Hello! Who are you?').waitFor();
  await page.getByText(/\d+ in · \d+ out tokens · ¥0\.\d{2,} · \d+\.\d s/).waitFor({ timeout: 60_000 });
}

async function seesUsage(): Promise<void> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'Usage', exact: true }).click();
  await page.getByLabel(/^Bars of/).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'request log' }).click();
  await page.getByRole('table', { name: 'Request log' }).waitFor();
  expect(await rowTexts('Request log')).toEqual([
    expect.stringMatching(
      new RegExp(`${product.modelId}.*playground.*Input \\d+ · Output \\d+ tokens.*Completed.*¥0\\.\\d{6}`),
    ),
  ]);
}

async function operatorSettles(): Promise<void> {
  const { page } = operator;
  await page.goto('/operator/bank-transfers');
  await page.getByText('The books balance').waitFor();
  await page.getByRole('button', { name: 'Settle now' }).click();
  await page.getByText(/Settled: [1-9]\d* tenants?, [1-9]\d* bill rows?/).waitFor();
}

async function readsBill(): Promise<void> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'Bills' }).click();
  await page.getByRole('table', { name: 'Rows' }).waitFor();
  const rows = await rowTexts('Rows');
  // List price and carried to six decimals, cash to two.
  for (const row of rows)
    expect(row).toMatch(new RegExp(`${product.modelId}.*¥0\\.\\d{6}.*¥0\\.\\d{6}.*¥0\\.\\d{2}$`));
  expect(rows.length).toBeGreaterThan(0);
}

async function seesOwnData(secret: string): Promise<void> {
  const { page } = visitor;
  await page.getByRole('link', { name: 'What Candor knows', exact: true }).click();
  const account = page.getByRole('region', { name: 'Your account', exact: true });
  await account.getByText(phone).waitFor({ timeout: patienceMs });
  const text = await page.getByRole('main').textContent();
  expect(text).not.toContain(secret);
}

/** The rows of a table by its caption, each as one line of text. */
async function rowTexts(caption: string): Promise<string[]> {
  const rows = visitor.page.getByRole('table', { name: caption }).locator('tbody tr');
  return (await rows.allTextContents()).map((text) => text.replaceAll(/\s+/g, ' ').trim());
}
