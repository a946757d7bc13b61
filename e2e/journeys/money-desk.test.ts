import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../demo/client.ts';
import { type Account, patienceMs, type Product, startProduct, type Visitor } from './browser.ts';

let product: Product;
let operator: Visitor;

beforeAll(async () => {
  product = await startProduct();
  operator = await product.visitAsOperator();
});
afterAll(() => product.stop());

const patience = { timeout: patienceMs };
const payer = { accountName: 'Lin Xiao', bankAccount: '6222020000001234', bankName: 'Test Bank' };
const serial = () => `J${randomBytes(5).toString('hex')}`.toUpperCase();

/** A client of the API with the session of a visitor's account. */
async function clientOf({ username, password }: Account) {
  const client = createClient(product.url);
  await client.call('POST', '/api/identity/login', { method: 'password', login: username, password });
  return client;
}

async function tenantOf(account: Account): Promise<string> {
  const me = await (await clientOf(account)).call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  return me.tenant.id;
}

/** What the operator enters, without the detour over the form, which a journey of its own fills in. */
async function enter(tenantId: string, serialNumber: string, amountMicros: number): Promise<void> {
  const client = createClient(product.url);
  await client.call('POST', '/api/identity/login', { method: 'password', ...product.server.operator });
  await client.call('POST', '/api/wallet/bank-transfers', {
    tenantId,
    amountMicros,
    serialNumber,
    paymentSource: payer,
  });
}

function rowOf({ page }: Visitor, table: string, text: string) {
  return page.getByRole('table', { name: table }).locator('tbody tr').filter({ hasText: text });
}

async function act(visitor: Visitor, row: ReturnType<typeof rowOf>, name: string): Promise<void> {
  await row.getByRole('button', { name, exact: true }).click();
  const dialog = visitor.page.getByRole('dialog', { name });
  await dialog.getByRole('button', { name, exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

test('the audit page shows what was done, filters it in its address and gives the filtered log as a file', async () => {
  const { page } = operator;
  await enter(await tenantOf(await product.visitAsCustomer()), serial(), 10_000_000);
  await page.goto('/operator/audit-log');
  const rows = page.getByRole('table', { name: 'What was done' }).locator('tbody tr');
  await rows.first().waitFor();
  await page.getByRole('combobox', { name: 'Action' }).click();
  await page.getByRole('combobox', { name: 'Action' }).fill('bank transfer');
  await page.getByRole('option', { name: 'Bank transfer credited' }).click();
  await expect
    .poll(() => new URL(page.url()).searchParams.get('action'), patience)
    .toContain('wallet.bank_transfer_credited');
  await rows.first().waitFor();
  await page.reload();
  await rows.first().waitFor();
  const action = new URL(page.url()).searchParams.get('action') ?? '';
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  const [head, ...lines] = (await readFile(await (await saving).path(), 'utf8')).trim().split('\r\n');
  expect(head).toContain('action 操作');
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => !line.includes(action.replaceAll('"', '')))).toEqual([]);
  await page.getByRole('button', { name: 'Reset filters' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('action'), patience).toBeNull();
  expect(operator.faults).toEqual([]);
});

test('with two operators one enters a bank transfer and another approves it; it is reversed in the same way, and the customer sees both', async () => {
  const customer = await product.visitAsCustomer();
  const second = await product.visitAsCustomer();
  const { page } = operator;
  await page.goto('/operator/tenants');
  await page.getByLabel('Username, whole').fill(second.username);
  await page.getByRole('textbox', { name: 'Your own password' }).fill(product.server.operator.password);
  await page.getByRole('button', { name: 'Appoint an operator' }).click();
  await page.getByText(`${second.username} is an operator now`).waitFor();

  const number = serial();
  await enter(await tenantOf(customer), number, 50_000_000);
  await page.goto('/operator/bank-transfers?status=waiting');
  const own = rowOf(operator, 'Credits', number);
  await own.getByRole('button', { name: 'Approve' }).click();
  const dialog = page.getByRole('dialog', { name: 'Approve' });
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await dialog.getByText('another operator must approve it').waitFor();
  expect(operator.faults.splice(0)).toEqual([expect.stringMatching(/^409 POST .*approve$/)]);

  await second.context.addInitScript(() =>
    sessionStorage.setItem('candor.reason', 'the second operator of a journey'),
  );
  await second.page.goto('/operator/bank-transfers');
  await act(second, rowOf(second, 'Credits', number), 'Approve');
  await rowOf(second, 'Credits', number).getByText('Credited').waitFor();
  await customer.page.goto('/wallet');
  await customer.page.getByText('+¥50.00').first().waitFor();

  await act(second, rowOf(second, 'Credits', number), 'Reverse');
  await rowOf(second, 'Credits', number).getByText('Reversal waits for approval').waitFor();
  await page.goto('/operator/bank-transfers?status=reversing');
  await act(operator, rowOf(operator, 'Credits', number), 'Approve reversal');
  await second.page.reload();
  await rowOf(second, 'Credits', number).getByText('Reversed').waitFor();
  await customer.page.reload();
  await customer.page.getByRole('table', { name: 'Transactions' }).getByText('Reversal').first().waitFor();
  expect([...customer.faults, ...second.faults, ...operator.faults]).toEqual([]);
});

test('money for a closed account waits in suspense until it is booked back, or assigned with a second operator', async () => {
  const leaver = await product.visitAsCustomer();
  const heir = await product.visitAsCustomer();
  const closedTenant = await tenantOf(leaver);
  const client = await clientOf(leaver);
  const { promiseHash } = await client.call<{ promiseHash: string }>('POST', '/api/privacy/erasure/preview');
  const proof = { password: leaver.password };
  await client.call('POST', '/api/privacy/erasure/confirm', { proof, promiseHash });
  const [refunded, assigned] = [serial(), serial()];
  await enter(closedTenant, refunded, 7_000_000);
  await enter(closedTenant, assigned, 9_000_000);

  const { page } = operator;
  await page.goto('/operator/bank-transfers?suspense=open');
  await rowOf(operator, 'Payments in suspense', refunded)
    .getByRole('button', { name: 'Book refund' })
    .click();
  const refund = page.getByRole('dialog', { name: 'Book refund' });
  await refund.getByRole('button', { name: 'Book refund' }).click();
  await refund.getByText('Required').waitFor();
  await refund.getByLabel('Reference of the refund').fill('R-2026-1');
  await refund.getByRole('button', { name: 'Book refund' }).click();
  await refund.waitFor({ state: 'hidden' });
  await rowOf(operator, 'Payments in suspense', refunded).waitFor({ state: 'detached' });

  await rowOf(operator, 'Payments in suspense', assigned).getByRole('button', { name: 'Assign' }).click();
  const assign = page.getByRole('dialog', { name: 'Assign' });
  await assign.getByPlaceholder('Search by name or username').fill(heir.username);
  await page.getByRole('option').filter({ hasText: heir.username }).first().click();
  await assign.getByRole('button', { name: 'Assign' }).click();
  await assign.waitFor({ state: 'hidden' });
  await page.goto('/operator/bank-transfers');
  await rowOf(operator, 'Payments in suspense', refunded).getByText('Refunded').waitFor();
  await rowOf(operator, 'Payments in suspense', assigned).getByText('Waits for approval').waitFor();
  expect(operator.faults).toEqual([]);
});
