import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPersonWithKey, loginOperator } from '../people.ts';
import { expectWrong, type Product, startProduct, type Visitor } from './browser.ts';

let product: Product;
let operator: Visitor;

beforeAll(async () => {
  product = await startProduct();
  operator = await product.visitAsOperator({ isSilent: true });
});
afterAll(() => product.stop());

test('D-KEY-3 an operator limits a model for every account and makes an exception for one, the customer reads it beside the keys, and calls are refused by it', async () => {
  const { page, faults } = operator;
  const customer = await product.visitAsCustomer({ amountMicros: 5_000_000 });
  const other = await product.visitAsCustomer();
  await page.goto('/operator/limits');
  await page.getByText('Accounts may call models without a limit').waitFor();
  await page.getByRole('button', { name: 'Set a limit' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set a limit' });
  await dialog.getByRole('combobox', { name: 'Model' }).click();
  await page.getByRole('option', { name: product.modelId, exact: true }).click();
  const requests = dialog.getByRole('textbox', { name: 'Requests per minute' });
  await requests.fill('0');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expectWrong(requests, 'Enter a whole number from 1 to 1,000,000', '0');
  await requests.fill('40');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const all = page.getByRole('table', { name: 'Every account' });
  await all.getByRole('row', { name: new RegExp(`${product.modelId}.*40.*No limit.*No limit`) }).waitFor();

  await page.getByRole('button', { name: 'Add exception' }).click();
  const exception = page.getByRole('dialog', { name: 'Add exception' });
  await exception.getByLabel('Reason').fill('customer wrote: too many answers 429');
  await exception.getByRole('button', { name: 'Continue' }).click();
  await exception.getByRole('combobox', { name: 'Account' }).fill(customer.username);
  await page.getByRole('option', { name: customer.username }).click();
  await exception.getByRole('textbox', { name: 'Requests per minute' }).fill('1');
  await exception.getByRole('button', { name: 'Save' }).click();
  await exception.waitFor({ state: 'hidden' });
  const exceptions = page.getByRole('table', { name: 'Exceptions for one account' });
  await exceptions.getByRole('row', { name: /Each model.*1.*No limit.*No limit/ }).waitFor();

  const keys = await product.visitAs(customer);
  await keys.page.goto('/keys');
  const own = keys.page.getByRole('table', { name: 'Rate limits of your account' });
  await own
    .getByRole('row', { name: new RegExp(`${product.modelId}.*1.*No limit`) })
    .first()
    .waitFor();
  await other.page.goto('/keys');
  await other.page
    .getByRole('table', { name: 'Rate limits of your account' })
    .getByRole('row', { name: new RegExp(`${product.modelId}.*40.*No limit`) })
    .waitFor();

  await exceptions.getByRole('button', { name: 'Remove the limit of “Each model”' }).click();
  await page.getByRole('button', { name: 'Remove limit' }).click();
  await page.getByText('No exceptions').waitFor();
  await all.getByRole('button', { name: `Change the limit of “${product.modelId}”` }).click();
  const change = page.getByRole('dialog', { name: `Change the limit of “${product.modelId}”` });
  await change.getByRole('textbox', { name: 'Requests per minute' }).fill('1');
  await change.getByRole('button', { name: 'Save' }).click();
  await change.waitFor({ state: 'hidden' });
  const { secret } = await aPersonWithKey(product.server, await loginOperator(product.server), 5_000_000);
  const statusOf = async () => {
    const answer = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: product.modelId,
        max_tokens: 4,
        messages: [{ role: 'user', content: 'Hi' }],
      }),
    });
    return [answer.status, await answer.text()];
  };
  // The second call may be of the next minute, the third is not of a third one.
  const answers = [await statusOf(), await statusOf(), await statusOf()];
  expect(answers[0]?.[0]).toBe(200);
  expect(answers.find(([status]) => status === 429)?.[1]).toContain(
    `Rate limit reached for the model ${product.modelId} in this account: 1 request per minute.`,
  );
  expect([faults, keys.faults, other.faults]).toEqual([[], [], []]);
});
