import { afterAll, beforeAll, expect, test } from 'vitest';
import { patienceMs, type Product, settled, startProduct, type Visitor } from './browser.ts';

let product: Product;
let operator: Visitor;

beforeAll(async () => {
  product = await startProduct();
  operator = await product.visitAsOperator({ language: 'zh-CN' });
});
afterAll(() => product.stop());

const facts = {
  '运营者名称（中文）': '青瓷云计算有限公司',
  '运营者名称（英文）': 'Celadon Cloud Ltd',
  '地址（中文）': '深圳市南山区一路 1 号',
  '地址（英文）': '1 First Road, Nanshan, Shenzhen',
  '个人信息保护负责人（中文）': '王小明',
  '个人信息保护负责人（英文）': 'Wang Xiaoming',
  '个人信息存放地点（中文）': '中国深圳',
  '个人信息存放地点（英文）': 'Shenzhen, China',
  品牌: '青瓷',
  电子邮箱: 'hello@example.com',
  个人信息保护邮箱: 'privacy@example.com',
};

test('运营者换了负责人，客户得知变化；存放地点变了，客户看清改了什么、接受，然后留在原处；旧版本按其哈希仍可阅读', async () => {
  await publishes(facts);
  const first = await inForce();
  const customer = await product.visitAsCustomer({ language: 'zh-CN' });
  const { page, faults } = customer;

  await publishes({ '个人信息保护负责人（中文）': '李清' });
  await page.goto('/wallet?direction=in');
  const notice = page.getByRole('status').filter({ hasText: '隐私政策有变化' });
  await notice.getByText('您无需再次接受').waitFor();
  await notice.getByRole('button', { name: '知道了' }).click();
  await notice.waitFor({ state: 'detached' });
  const second = await inForce();
  expect(second.hash).not.toBe(first.hash);

  await publishes({ '个人信息存放地点（中文）': '中国上海', '个人信息存放地点（英文）': 'Shanghai, China' });
  await page.reload();
  const question = page.getByRole('alert').filter({ hasText: '请接受后继续' });
  await question.getByText('存放地点').waitFor();
  await question.getByRole('link', { name: '逐句比较' }).click();
  await page.locator('del').filter({ hasText: '中国深圳' }).first().waitFor();
  await page.locator('ins').filter({ hasText: '中国上海' }).first().waitFor();
  await page.goBack();
  await question.getByRole('button', { name: '接受现行版本' }).click();
  await question.waitFor({ state: 'detached' });
  const { pathname, search } = new URL(page.url());
  expect(pathname + search).toBe('/wallet?direction=in');
  await page.reload();
  await settled(page);
  expect(await page.getByText('请接受后继续').count()).toBe(0);

  await page.goto('/privacy/policies');
  const versions = page.getByRole('main').getByRole('listitem');
  const old = versions.filter({ hasText: first.version });
  await old.getByRole('button', { name: '阅读全文' }).click();
  await page.getByRole('article').getByText('王小明').first().waitFor();
  expect(await kept(first.hash)).toEqual(first.sections);
  expect(faults).toEqual([]);
  expect(operator.faults).toEqual([]);
});

/** The operator says on the page who runs the installation; what is not named stays. */
async function publishes(changes: Readonly<Record<string, string>>): Promise<void> {
  const { page } = operator;
  await page.goto('/operator/installation');
  for (const [label, value] of Object.entries(changes))
    await page.getByRole('textbox', { name: label, exact: true }).fill(value);
  const saved = page.waitForResponse(
    (answer) => answer.url().endsWith('/api/privacy/installation') && answer.request().method() === 'PUT',
  );
  await page.getByRole('button', { name: '保存' }).click();
  expect((await saved).status()).toBe(200);
  await page.getByText('已保存，新的政策版本已发布').waitFor({ timeout: patienceMs });
}

interface Version {
  readonly version: string;
  readonly hash: string;
  readonly sections: unknown;
}

/** The newest version and its text, as the public reads them. */
async function inForce(): Promise<Version> {
  const { request } = operator.context;
  const { items } = await (await request.get('/api/privacy/policies')).json();
  const { version, hash } = items[0];
  return { version, hash, sections: await kept(hash) };
}

async function kept(hash: string): Promise<unknown> {
  const answer = await operator.context.request.get(`/api/privacy/policies/${hash}?lang=zh`);
  expect(answer.status()).toBe(200);
  return (await answer.json()).sections;
}
