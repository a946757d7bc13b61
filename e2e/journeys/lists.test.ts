import { randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../demo/client.ts';
import { loginOperator, transfer } from '../people.ts';
import { expectFocus, patienceMs, type Product, startProduct, type Visitor } from './browser.ts';

let product: Product;
let customer: Visitor;
const rowCount = 65;
const patience = { timeout: patienceMs };

beforeAll(async () => {
  product = await startProduct();
  const resident = await product.visitAsCustomer();
  customer = resident;
  const client = createClient(product.url);
  const { username, password } = resident;
  await client.call('POST', '/api/identity/login', { method: 'password', login: username, password });
  const { tenant } = await client.call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  const operator = await loginOperator(product.server);
  for (let count = 0; count < rowCount; count += 1)
    await transfer(operator, tenant.id, 1_000_000, `L${randomBytes(6).toString('hex')}`.toUpperCase());
  const { secret } = await client.call<{ secret: string }>('POST', '/api/identity/api-keys', {
    name: 'lists',
  });
  for (let count = 0; count < rowCount; count += 1) await ask(secret);
  await client.until('the calls to be metered', async () => {
    const { items } = await client.call<{ items: unknown[] }>('GET', '/api/billing/usage/events?limit=200');
    return items.length === rowCount;
  });
});
afterAll(() => product.stop());

async function ask(secret: string): Promise<void> {
  const answer = await fetch(`${product.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: product.modelId,
      max_tokens: 1,
      messages: [{ role: 'user', content: 'Hi' }],
    }),
  });
  if (!answer.ok) throw new Error(`the model answered ${answer.status}: ${await answer.text()}`);
  await answer.text();
}

const lists = [
  { path: '/wallet', table: 'Transactions', filter: 'Direction', choice: 'Money in', search: 'direction=in' },
  {
    path: '/requests',
    table: 'Request log',
    filter: 'Range',
    choice: 'Last 24 hours',
    search: 'range=24h',
  },
];

test.each(lists)(
  'E31: filtered and followed to its second page by keyboard, the list of $table is found again at the same place by Back and by a reload',
  async ({ path, table, filter, choice, search }) => {
    const { page, faults } = customer;
    await page.goto(path);
    const rows = page.getByRole('table', { name: table, exact: true }).locator('tbody tr');
    await expect.poll(() => rows.count(), patience).toBe(20);
    await choose(page, filter, choice);
    await expect.poll(() => page.url(), patience).toContain(search);
    await expect.poll(() => rows.count(), patience).toBe(20);
    const panel = page
      .locator('section')
      .filter({ has: page.getByRole('table', { name: table, exact: true }) });
    const more = panel.getByRole('button', { name: 'Load more' });
    await more.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => rows.count(), patience).toBe(40);
    await expectFocus(more, 'the button that loads more');
    await rows.nth(35).scrollIntoViewIfNeeded();
    await drawn(page);
    const [address, place] = [page.url(), await scrolled(page)];
    expect(place).toBeGreaterThan(600);

    const isBack = async () => {
      await expect.poll(() => rows.count(), patience).toBe(40);
      await expect.poll(() => scrolled(page).then((y) => Math.abs(y - place) < 40), patience).toBe(true);
      expect(page.url()).toBe(address);
      expect(await page.getByRole('combobox', { name: filter, exact: true }).inputValue()).toBe(choice);
    };
    const elsewhere = page.getByRole('complementary').getByRole('link', { name: 'API keys', exact: true });
    await elsewhere.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor();
    await page.goBack();
    await isBack();
    await page.reload();
    await isBack();
    expect(faults).toEqual([]);
  },
);

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).focus();
  await page.keyboard.press('Enter');
  const options = page.getByRole('option');
  await options.first().waitFor();
  for (let left = await options.count(); left > 0; left -= 1) {
    const active = page.locator('[role="option"][data-combobox-selected]');
    if ((await active.count()) > 0 && (await active.innerText()) === option) break;
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}

/** A browser tells a page that it was scrolled when it draws the next frame; no reader follows a link before that. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise<number>((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

function scrolled(page: Page): Promise<number> {
  return page.evaluate(() => window.scrollY);
}
