import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from '../../server/modules/gateway/model-server.fixture.ts';
import { expectWrong, type Product, startProduct, type Visitor } from './browser.ts';

const key = 'sk-key-of-a-vendor';
let product: Product;
let operator: Visitor;
let vendor: ModelServer;

beforeAll(async () => {
  const many = Array.from({ length: 300 }, (_, index) => ({
    id: `vendor/chat-${index}`,
    context_length: 32_000,
  }));
  vendor = await startModelServer({
    key,
    protocols: ['chat', 'messages'],
    models: [...many, { id: 'bge-m3' }],
  });
  product = await startProduct();
  operator = await product.visitAsOperator();
});
afterAll(async () => {
  await product.stop();
  await vendor.close();
});

test('before it is saved a server is tried as typed, its 301 models are searched, ticked and given public names, and later it is tried again, gets a header, a weight and costs, and shows a loss', async () => {
  const { page, faults } = operator;
  const name = `vendor-${randomBytes(3).toString('hex')}`;
  await page.goto('/operator/upstreams');
  await page.getByRole('button', { name: 'Add upstream' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add upstream' });
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await dialog.getByLabel('Address').fill(vendor.baseUrl);
  const secret = dialog.getByRole('textbox', { name: 'Access key' });
  await secret.fill('sk-wrong');
  await dialog.getByRole('button', { name: 'Test', exact: true }).click();
  await dialog.getByText('The key is not accepted').waitFor();

  await secret.fill(key);
  await dialog.getByText('The key is not accepted').waitFor({ state: 'detached' });
  await dialog.getByRole('button', { name: 'Fetch models' }).click();
  await dialog.getByText('The key is accepted').waitFor();
  await dialog.getByText('Lists 301 models').waitFor();
  await dialog.getByRole('button', { name: 'Tick these protocols' }).click();
  expect(await dialog.getByRole('checkbox', { name: 'Messages (Anthropic)' }).isChecked()).toBe(true);

  const search = dialog.getByRole('textbox', { name: 'Search the models of the upstream' });
  await search.fill('chat 299');
  await search.press('Enter');
  const list = dialog.getByRole('list', { name: 'Models of the upstream' });
  await list.getByRole('checkbox').check();
  await search.fill('bge');
  await list.getByRole('checkbox').check();
  const publicNames = dialog.getByRole('combobox', { name: 'Name in calls' });
  await expect.poll(() => publicNames.count(), { timeout: 10_000 }).toBe(2);
  await publicNames.first().fill(`${name}-chat`);
  await publicNames.last().fill(`${name}-vectors`);
  await dialog.getByRole('button', { name: 'Test', exact: true }).click();
  await dialog.getByText(/vendor\/chat-299 answered in \d+ ms/).waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'hidden' });

  const card = page.getByRole('article').filter({ hasText: name });
  await card.getByText('vendor/chat-299').waitFor();
  await card.getByRole('button', { name: 'Test' }).click();
  const again = page.getByRole('dialog', { name: `Test ${name}` });
  await again.getByRole('button', { name: 'Run the test' }).click();
  await again.getByText('The key is accepted').waitFor();
  await page.keyboard.press('Escape');
  await again.waitFor({ state: 'hidden' });

  await card.getByRole('button', { name: 'Edit' }).click();
  const edit = page.getByRole('dialog', { name: 'Edit upstream' });
  await edit.getByRole('button', { name: 'Add a header' }).click();
  await edit.getByRole('textbox', { name: 'Header' }).fill('Connection');
  await edit.getByRole('checkbox', { name: 'Secret' }).check();
  await edit.getByRole('textbox', { name: 'Value' }).fill('a-secret-of-the-vendor');
  await edit.getByRole('button', { name: 'Save' }).click();
  await expectWrong(edit.getByRole('textbox', { name: 'Header' }), 'is not accepted', 'Connection');
  await edit.getByRole('textbox', { name: 'Header' }).fill('X-Token');
  await edit.getByRole('button', { name: 'Save' }).click();
  await edit.waitFor({ state: 'hidden' });
  expect(faults.splice(0)).toEqual([expect.stringMatching(/^400 PATCH /)]);
  await page.reload();
  await card.waitFor();
  expect(await page.content()).not.toContain('a-secret-of-the-vendor');

  await card.getByRole('button', { name: 'Routing and costs' }).click();
  const routing = page.getByRole('dialog', { name: `${name}: routing and costs` });
  await routing.getByLabel('Weight').fill('3');
  const cost = routing.getByLabel('Input / 1M tokens', { exact: true });
  await cost.fill('1.2345678');
  await routing.getByRole('button', { name: 'Save' }).click();
  await expectWrong(cost, 'at most six decimals', '1.2345678');
  await cost.fill('1.5');
  await routing.getByRole('button', { name: 'Save' }).click();
  await routing.getByText('Not priced yet').waitFor();
  await page.keyboard.press('Escape');
  await routing.waitFor({ state: 'hidden' });
  await card.getByText('Priority 1 · weight 3').waitFor();
  const price = (micros: number) => [
    { meter: 'gateway.input-tokens', micros, perUnits: 1_000_000 },
    { meter: 'gateway.output-tokens', micros: 1, perUnits: 1 },
  ];
  const sku = `${name}-chat`;
  const sell = (micros: number) =>
    page.request.post('/api/catalog/prices', {
      data: { sku, prices: price(micros) },
      headers: { 'x-candor-csrf': '1', origin: product.url },
    });
  expect((await sell(2_000_000)).status()).toBe(201);
  await page.reload();
  await card.getByText('Margin 25 %').waitFor();
  expect((await sell(1_000_000)).status()).toBe(201);
  await page.reload();
  await card.getByText('Loss 50 %').waitFor();
  await card.getByRole('button', { name: 'Routing and costs' }).click();
  await routing.getByText('Sold at ¥1').waitFor();
  // Also where the page was loaded anew, the cost is read in the units it was typed in.
  expect(await cost.inputValue()).toMatch(/^1\.50?$/);
  await page.keyboard.press('Escape');
  await routing.waitFor({ state: 'hidden' });
  await vendor.close();
  await card.getByRole('button', { name: 'Test' }).click();
  await again.getByRole('button', { name: 'Run the test' }).click();
  await again.getByText('Not reachable: no server listens at this address').waitFor();
  expect(faults).toEqual([]);
});
