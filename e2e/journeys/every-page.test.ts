import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Product, settled, startProduct, type Visitor } from './browser.ts';
import { customerPaths, operatorPaths, signedOutPaths } from './paths.ts';
import { shortcomings } from './shortcomings.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.stop());

test.each([
  { language: 'en-US', lang: 'en' },
  { language: 'zh-CN', lang: 'zh-CN' },
] as const)(
  'every page renders in $lang without an error, named and labelled throughout',
  async ({ language, lang }) => {
    const [stranger, customer, operator] = await Promise.all([
      product.visit({ language }),
      product.visitAsCustomer({ language, amountMicros: 20_000_000 }),
      product.visitAsOperator({ language }),
    ]);
    await asksOnce(customer);
    const found = await Promise.all([
      walk(stranger, signedOutPaths, lang),
      walk(customer, [...customerPaths(product.modelId), '/wallet?open=top-up'], lang),
      walk(operator, operatorPaths, lang),
    ]);
    expect(found.flat()).toEqual([]);
  },
);

/** What is wrong with these pages, page by page. */
async function walk(
  { page, context, faults }: Visitor,
  paths: readonly string[],
  lang: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    await page.goto(path);
    await settled(page);
    const wrong = await page.evaluate(shortcomings, lang);
    found.push(...[...wrong, ...faults.splice(0)].map((what) => `${path}: ${what}`));
  }
  await context.close();
  return found;
}

/** So that the pages of usage and calls have something to show. */
async function asksOnce({ context }: Visitor): Promise<void> {
  const answer = await context.request.post('/api/gateway/playground/chat', {
    headers: { origin: product.url, 'x-candor-csrf': '1' },
    data: { model: product.modelId, max_tokens: 4, messages: [{ role: 'user', content: 'Hello' }] },
  });
  expect(answer.status()).toBe(200);
}
