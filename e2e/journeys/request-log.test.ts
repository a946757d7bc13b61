import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, startProduct, type Visitor } from './browser.ts';

let product: Product;
let customer: Visitor;

beforeAll(async () => {
  product = await startProduct();
  customer = await product.visitAsCustomer({ amountMicros: 5_000_000 });
});
afterAll(() => product.stop());

test('a customer finds a call by the id that its answer carries, filters the log, and reads in its details what it cost; an operator who says why finds it too, without the name of the key', async () => {
  const { page, faults } = customer;
  const headers = { 'x-candor-csrf': '1', origin: product.url };
  const made = await page.request.post('/api/identity/api-keys', { data: { name: 'laptop' }, headers });
  const { secret } = (await made.json()) as { secret: string };
  const ask = async (more: object) => {
    const answer = await fetch(`${product.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: product.modelId,
        max_tokens: 8,
        messages: [{ role: 'user', content: 'Hello' }],
        ...more,
      }),
    });
    expect(answer.status, await answer.text()).toBe(200);
    return answer.headers;
  };
  const whole = await ask({});
  const streamed = await ask({ stream: true });
  await page.goto('/requests');
  const rows = page.getByRole('table', { name: 'Request log' }).locator('tbody tr');
  await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(2);
  await page.getByRole('combobox', { name: 'Outcome' }).click();
  await page.getByRole('option', { name: 'Upstream failed' }).click();
  await page.getByText('No calls in this time').waitFor();
  await page.getByRole('button', { name: 'Reset filters' }).click();
  await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(2);

  const search = page.getByRole('textbox', { name: 'Request id' });
  await search.fill('req_1');
  await search.blur();
  await page.getByText('A request id begins with req_').waitFor();
  await search.fill(streamed.get('x-request-id') ?? '');
  await expect.poll(() => rows.count(), { timeout: 10_000 }).toBe(1);
  await rows.getByText(/first \d+\.\d\d s/).waitFor();
  await search.fill(whole.get('x-request-id') ?? '');
  await rows.getByText(/first \d+\.\d\d s/).waitFor({ state: 'detached' });
  await rows.getByRole('button', { name: /^Details of/ }).click();
  const details = page.getByRole('dialog', { name: 'Details of a call' });
  await details.getByText(whole.get('x-request-id') ?? 'none').waitFor();
  await details.getByText('/v1/chat/completions').waitFor();
  await details.getByText('The whole answer was delivered.').waitFor();
  await details.getByText('laptop').waitFor();
  const total = await details.getByRole('row', { name: /^Total/ }).textContent();
  expect(total).toContain(`¥${whole.get('x-candor-cost') ?? 'none'}`);
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'hidden' });
  await search.fill(`req_0${'0'.repeat(25)}`);
  await page.getByText('No call has this id').waitFor();
  expect(faults).toEqual([]);

  const operator = await product.visitAsOperator();
  await operator.page.goto('/operator/calls');
  await operator.page.getByText('Enter a request id, or choose an account').waitFor();
  await operator.page.getByRole('textbox', { name: 'Request id' }).fill(whole.get('x-request-id') ?? '');
  await operator.page.getByRole('button', { name: /^Details of/ }).click();
  await operator.page
    .getByRole('dialog', { name: 'Details of a call' })
    .getByText(whole.get('x-request-id') ?? 'none')
    .waitFor();
  expect(await operator.page.content()).not.toContain('laptop');
  const looks = await page.request.get('/api/audit/staff-reads');
  expect(await looks.text()).toContain('billing.usage_events.charge_micros');
  expect(operator.faults).toEqual([]);
});
