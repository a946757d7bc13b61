import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../demo/use-server.ts';
import { aPhone, codeFromOutbox, expectWrong, type Product, startProduct, type Visitor } from './browser.ts';

let product: Product;
let operator: Visitor;

beforeAll(async () => {
  product = await startProduct();
  operator = await product.visitAsOperator();
});
afterAll(() => product.stop());

test('a tenant is found, credited by bank transfer once, and sees the money', async () => {
  const { page } = operator;
  const customer = await product.visitAsCustomer();
  await product.visitAsCustomer();
  await page.goto('/operator/tenants');
  const tenants = page.getByRole('table', { name: 'Tenants' });
  await tenants.getByText(customer.username).first().waitFor();
  expect(await tenants.locator('tbody tr').count()).toBeGreaterThan(1);
  await page.getByLabel('Whole username, e-mail, phone or id').fill(customer.username);
  await expect.poll(() => tenants.locator('tbody tr').count(), { timeout: 10_000 }).toBe(1);
  await tenants.getByRole('link', { name: 'Credit' }).click();

  await page.getByRole('textbox', { name: 'Amount' }).waitFor();
  const serial = `B${randomBytes(5).toString('hex')}`;
  await fillTransfer('88.50', serial);
  await page.getByRole('button', { name: 'Credit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Credit this transfer?' });
  await dialog.getByText('¥88.50').waitFor();
  await dialog.getByText(serial).waitFor();
  await dialog.getByRole('button', { name: 'Credit' }).click();
  await page.getByText('¥88.50 credited').waitFor();
  await dialog.waitFor({ state: 'hidden' });

  // The serial number of another transfer: refused at its field, and the form keeps what was typed.
  await fillTransfer('99', serial);
  await page.getByRole('button', { name: 'Credit' }).click();
  await dialog.getByRole('button', { name: 'Credit' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expectWrong(page.getByLabel('Bank serial number'), 'belongs to another transfer', serial);
  expect(await page.getByRole('textbox', { name: 'Amount' }).inputValue()).toBe('99');
  await page.getByRole('button', { name: 'Check now' }).click();
  await page.getByText('The books balance').waitFor();

  await customer.page.goto('/wallet');
  const rows = customer.page.getByRole('table', { name: 'Transactions' }).locator('tbody tr');
  await rows.first().waitFor();
  expect(await rows.allTextContents()).toEqual([expect.stringMatching(/Top-up.*Bank transfer.*\+¥88\.50/)]);
  expect(customer.faults).toEqual([]);
  expect(operator.faults.splice(0)).toEqual(['409 POST /api/wallet/bank-transfers']);
});

test('CHIPL-10.2.b before a page shows persons it asks why, and the person reads the answer', async () => {
  const customer = await product.visitAsCustomer();
  const { page, faults } = await product.visitAsOperator({ isSilent: true });
  await page.goto('/operator/tenants');
  const field = page.getByLabel('Reason');
  await field.fill('because');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expectWrong(field, 'Give a reason in words, 10 to 200 characters', 'because');
  await field.fill('客户来电，核对账户名称');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('table', { name: 'Tenants' }).getByText(customer.username).first().waitFor();
  await page.goto('/operator/outbox');
  await page.getByText('客户来电，核对账户名称').waitFor();
  const looks = await customer.page.request.get('/api/audit/staff-reads');
  expect(((await looks.json()) as { items: { reason: string }[] }).items[0]?.reason).toBe(
    '客户来电，核对账户名称',
  );
  expect(faults).toEqual([]);
});

test('a new price version is what the next customer reads, and the old one stays in the history', async () => {
  const { page } = operator;
  const customer = await product.visitAsCustomer();
  await page.goto('/operator/prices');
  const current = page.getByRole('table', { name: 'In force' });
  const rowOfModel = current.getByRole('row').filter({ hasText: product.modelId }).first();
  await rowOfModel.getByRole('button', { name: 'Change' }).click();
  const dialog = page.getByRole('dialog', { name: 'New version' });
  const input = dialog.getByLabel('Input / 1M tokens', { exact: true });
  await input.fill('0.1234567');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await expectWrong(input, 'at most six decimals', '0.1234567');
  await input.fill('1.25');
  await dialog.getByLabel('Output / 1M tokens', { exact: true }).fill('5.000001');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await page.getByText('The new version is published').waitFor();
  await dialog.waitFor({ state: 'hidden' });

  await page.getByLabel('Model', { exact: true }).first().click();
  await page.getByRole('option', { name: product.modelId, exact: true }).click();
  const history = page.getByRole('table', { name: 'History' }).locator('tbody tr');
  await expect.poll(() => history.count(), { timeout: 10_000 }).toBeGreaterThan(1);
  await history.filter({ hasText: '¥5.000001' }).getByText('In force').waitFor();
  expect(await history.filter({ hasText: 'Past' }).count()).toBeGreaterThan(0);

  await customer.page.goto(`/models/${product.modelId}`);
  await customer.page.getByText('¥5.000001').waitFor();
  expect([...operator.faults, ...customer.faults]).toEqual([]);
});

test('an upstream is added with a key that is never shown again, never at an own address, switched off and deleted', async () => {
  const { page } = operator;
  const name = `vllm-${randomBytes(3).toString('hex')}`;
  await page.goto('/operator/upstreams');
  await page.getByRole('button', { name: 'Add upstream' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add upstream' });
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await dialog.getByLabel('Address').fill('ftp://nowhere');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expectWrong(dialog.getByLabel('Address'), 'Enter an http(s) address', 'ftp://nowhere');
  // The console itself is a service of this installation, which no upstream may be.
  await dialog.getByLabel('Address').fill(`${product.url}/v1`);
  await dialog.getByRole('textbox', { name: 'Access key' }).fill('sk-a-secret-of-the-upstream');
  await dialog.getByRole('combobox', { name: 'Name in calls' }).fill(`${name}-chat`);
  await dialog.getByLabel('Name at the upstream').fill('chat-large');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expectWrong(
    dialog.getByLabel('Address'),
    'an address of this installation itself',
    `${product.url}/v1`,
  );
  await dialog.getByLabel('Address').fill(`http://127.0.0.1:${await freePort()}/v1`);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });

  const card = page.getByRole('article').filter({ hasText: name });
  await card.getByText('chat-large').waitFor();
  await page.reload();
  await card.getByText('chat-large').waitFor();
  expect(await page.content()).not.toContain('sk-a-secret-of-the-upstream');
  await card.getByRole('switch').press('Space');
  await card.getByText('Disabled').waitFor();
  await page.reload();
  await card.getByText('Disabled').waitFor();

  await card.getByRole('button', { name: 'Delete' }).click();
  const confirm = page.getByRole('dialog', { name: 'Delete upstream' });
  expect(await confirm.getByRole('button', { name: 'Delete upstream' }).isDisabled()).toBe(true);
  await confirm.getByLabel(`Type “${name}” to confirm`).fill(name);
  await confirm.getByRole('button', { name: 'Delete upstream' }).click();
  await card.waitFor({ state: 'detached' });
  expect(operator.faults.splice(0)).toEqual(['400 POST /api/gateway/upstreams']);
});

test('the outbox shows what was sent to whom, and only the operator sees it', async () => {
  const visitor = await product.visit();
  const phone = aPhone();
  await visitor.page.goto('/register');
  await visitor.page.getByLabel('Phone number').fill(phone);
  await visitor.page.getByRole('button', { name: 'Send code' }).click();
  await visitor.page.getByText('a code is on its way').waitFor();
  expect(await codeFromOutbox(operator, phone)).toMatch(/^\d{6}$/);
  await operator.page.getByText('Mail', { exact: true }).click();
  await operator.page.getByText('No message matches').waitFor();
  expect(operator.faults).toEqual([]);

  const customer = await product.visitAsCustomer();
  for (const path of ['outbox', 'tenants', 'bank-transfers', 'prices', 'upstreams']) {
    await customer.page.goto(`/operator/${path}`);
    await customer.page.getByText('There is no such page').waitFor();
  }
  expect(await customer.page.getByRole('link', { name: 'Outbox' }).count()).toBe(0);
  expect([...visitor.faults, ...customer.faults]).toEqual([]);
});

test('a model of a new upstream is hidden from customers until the operator prices it from its card', async () => {
  const { page } = operator;
  const modelId = `unpriced-${randomBytes(3).toString('hex')}`;
  const customer = await product.visitAsCustomer();
  await page.goto('/operator/upstreams');
  await page.getByRole('button', { name: 'Add upstream' }).first().click();
  const upstream = page.getByRole('dialog', { name: 'Add upstream' });
  await upstream.getByRole('textbox', { name: 'Name', exact: true }).fill(modelId);
  await upstream.getByLabel('Address').fill(`http://127.0.0.1:${await freePort()}/v1`);
  await upstream.getByRole('combobox', { name: 'Name in calls' }).fill(modelId);
  await upstream.getByLabel('Name at the upstream').fill('chat-large');
  await upstream.getByRole('button', { name: 'Save' }).click();
  await upstream.waitFor({ state: 'hidden' });
  await customer.page.goto(`/models/${modelId}`);
  await customer.page.getByText('There is no such model').waitFor();

  await page.goto('/models');
  const card = page.getByRole('article').filter({ hasText: modelId });
  await card.getByText('customers neither see it nor can call it').waitFor();
  await card.getByRole('link', { name: 'Set a price' }).click();
  const dialog = page.getByRole('dialog', { name: 'New version' });
  await dialog.getByLabel('Input / 1M tokens', { exact: true }).fill('1');
  await dialog.getByLabel('Output / 1M tokens', { exact: true }).fill('3.210001');
  await dialog.getByRole('button', { name: 'Publish' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const row = page.getByRole('table', { name: 'In force' }).getByRole('row').filter({ hasText: modelId });
  await row.getByText('¥3.210001').waitFor();
  expect(await row.getByText('No price yet').count()).toBe(0);
  expect(new URL(page.url()).searchParams.has('pricing'), 'a reload opens no dialog').toBe(false);
  await customer.page.reload();
  await customer.page.getByText('¥3.210001').waitFor();
  expect([...operator.faults, ...customer.faults]).toEqual([]);
});

test('a model that the operator withdraws leaves the catalogue of the next customer', async () => {
  const { page } = operator;
  const modelId = `${product.modelId}-embedding`;
  await page.goto('/operator/prices');
  const row = page.getByRole('table', { name: 'In force' }).getByRole('row').filter({ hasText: modelId });
  await row.getByRole('button', { name: 'Withdraw' }).click();
  const dialog = page.getByRole('dialog', { name: `Withdraw ${modelId}?` });
  await dialog.getByRole('button', { name: 'Withdraw' }).click();
  await row.waitFor({ state: 'detached' });
  const customer = await product.visitAsCustomer();
  await customer.page.goto(`/models/${modelId}`);
  await customer.page.getByText('There is no such model').waitFor();
  expect([...operator.faults, ...customer.faults]).toEqual([]);
});

async function fillTransfer(amount: string, serial: string): Promise<void> {
  const { page } = operator;
  await page.getByRole('textbox', { name: 'Amount' }).fill(amount);
  await page.getByLabel('Bank serial number').fill(serial);
  await page.getByLabel('Account name').fill('Lin Xiao');
  await page.getByLabel('Bank', { exact: true }).fill('China Merchants Bank');
  await page.getByLabel('Account number').fill('6222020000001234');
}
