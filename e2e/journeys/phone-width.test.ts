import { afterAll, beforeAll, expect, test } from 'vitest';
import { aPhone, codeFromOutbox, type Product, scrollsSideways, settled, startProduct } from './browser.ts';

const phone = { width: 390, height: 844 };
let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

test('the main job is possible on a phone: register, top up, create a key, ask, see the usage', async () => {
  const [visitor, operator] = await Promise.all([product.visit(phone), product.visitAsOperator()]);
  const { page } = visitor;
  const number = aPhone();
  const wide: string[] = [];
  const goTo = async (name: string) => {
    wide.push(...(await scrollsSideways(page)));
    await page.getByRole('button', { name: 'Open menu' }).click();
    await page.getByRole('dialog').getByRole('link', { name, exact: true }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await settled(page);
  };

  await page.goto('/register');
  await page.getByLabel('Phone number').fill(number);
  await page.getByRole('button', { name: 'Send code' }).click();
  await page.getByText('a code is on its way').waitFor();
  await page.getByLabel('Code', { exact: true }).fill(await codeFromOutbox(operator, number));
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();

  await goTo('Wallet');
  await page.getByRole('main').getByRole('button', { name: 'Top up' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '¥10', exact: true }).click();
  wide.push(...(await scrollsSideways(page)));
  await page.getByRole('button', { name: 'Go to the cashier' }).click();
  await page.waitForURL('**/sandbox-cashier/**');
  wide.push(...(await scrollsSideways(page)));
  await page.getByRole('button', { name: 'Pay ¥10.00' }).click();
  await page.getByText('¥10.00 has arrived').waitFor();
  await page.getByRole('status').getByRole('button', { name: 'Close' }).click();

  await goTo('API keys');
  await page.getByRole('button', { name: 'Create key' }).first().click();
  await page.getByRole('dialog').getByLabel('Name').fill('my phone');
  await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  await page.getByLabel('I have stored it safely').check();
  wide.push(...(await scrollsSideways(page)));
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });

  await goTo('Playground');
  await page.getByLabel('Message').fill('Hello from the underground');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText(/\d+ in · \d+ out tokens · ¥/).waitFor({ timeout: 60_000 });

  await goTo('Request log');
  await page.getByRole('table', { name: 'Request log' }).getByText(product.modelId).waitFor();
  await goTo('What Candor knows');
  await page.getByText(number).first().waitFor();
  expect([...wide, ...(await scrollsSideways(page))]).toEqual([]);
  expect(visitor.faults).toEqual([]);
});
