import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, settled, startProduct } from './browser.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

test("the language is the browser's, changes at once for the whole page and is kept", async () => {
  const { page, faults } = await product.visitAsCustomer({ language: 'zh-CN' });
  const heading = page.getByRole('heading', { level: 1 });
  const language = () => page.evaluate(() => document.documentElement.lang);
  await page.goto('/wallet');
  expect(await heading.textContent()).toBe('钱包');
  expect([await language(), await page.title()]).toEqual(['zh-CN', '钱包 · Candor']);

  await page.getByRole('button', { name: '语言' }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await page.getByRole('heading', { level: 1, name: 'Wallet' }).waitFor();
  await expect.poll(language).toBe('en');
  expect(await page.title()).toBe('Wallet · Candor');
  await settled(page);
  expect(chineseIn(await page.getByRole('main').innerText())).toEqual([]);

  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Wallet' }).waitFor();
  expect(await language()).toBe('en');

  await page.getByRole('button', { name: 'Language' }).click();
  await page.getByRole('menuitem', { name: '简体中文' }).click();
  await page.getByRole('heading', { level: 1, name: '钱包' }).waitFor();
  await page.goto('/models');
  await page.getByRole('heading', { level: 1, name: '模型' }).waitFor();
  expect(faults).toEqual([]);
});

test('the language chosen before signing in is the language of the account and of its messages', async () => {
  const { page, faults } = await product.visit({ language: 'zh-CN' });
  await page.goto('/register');
  await page.getByRole('button', { name: '语言' }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Create your account' }).waitFor();
  const name = `lang${Date.now()}`;
  await page.getByRole('tab', { name: 'By username and e-mail' }).click();
  await page.getByRole('textbox', { name: 'Username' }).fill(name);
  await page.getByRole('textbox', { name: 'E-mail' }).fill(`${name}@example.com`);
  await page.getByRole('textbox', { name: 'Password' }).fill('horse battery staple');
  await page.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'Three steps to begin' }).waitFor();
  const me = await page.request.get('/api/identity/me');
  expect((await me.json()).user.language).toBe('en');
  expect(faults).toEqual([]);
});

test('light and dark follow the system until one is chosen, and the choice is kept', async () => {
  const { page, faults } = await product.visitAsCustomer({ colorScheme: 'dark' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const scheme = () => page.evaluate(() => document.documentElement.dataset['mantineColorScheme']);
  await page.goto('/');
  await settled(page);
  expect(await scheme()).toBe('dark');
  const dark = await background();

  await page.getByRole('button', { name: 'Appearance' }).click();
  await page.getByRole('menuitem', { name: 'Light' }).click();
  await expect.poll(scheme).toBe('light');
  const light = await background();
  expect(brightness(light)).toBeGreaterThan(brightness(dark) + 100);

  await page.reload();
  await settled(page);
  expect([await scheme(), await background()]).toEqual(['light', light]);
  expect(faults).toEqual([]);
});

function chineseIn(text: string): string[] {
  return text.match(/[\u4e00-\u9fff]+/g) ?? [];
}

/** From 0 to 255, of `rgb(r, g, b)`. */
function brightness(color: string): number {
  const channels = (color.match(/\d+/g) ?? []).slice(0, 3).map(Number);
  return channels.reduce((sum, channel) => sum + channel, 0) / 3;
}
