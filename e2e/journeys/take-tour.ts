import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { loginOperator, transfer } from '../people.ts';
import { type Product, settled, startProduct, type Visitor } from './browser.ts';

// The pictures of the README, made from the product itself with a model that answers:
//   npx tsx e2e/journeys/take-tour.ts
const folder = resolve(import.meta.dirname, '../../docs/images');
const questions = [
  'What is the capital of France?',
  'Write a haiku about honesty.',
  'Give me three names for a grey cat.',
  'What does a ledger record?',
  'Summarise photosynthesis in one sentence.',
  'Translate “good morning” into French.',
];
const callsByKey = { production: 9, notebook: 4, 'nightly evaluation': 6 };

await mkdir(folder, { recursive: true });
const product = await startProduct(process.env['CANDOR_MODEL'] === 'generated' ? 'generated' : 'auto');
try {
  const visitor = await product.visitAsCustomer();
  await furnish(product, visitor);
  await takePictures(product, visitor);
  for (const fault of visitor.faults) process.stdout.write(`fault: ${fault}\n`);
} finally {
  await product.stop();
}

/** A customer as they come: some money, a few keys and an hour of calls. */
async function furnish({ server, url, modelId }: Product, visitor: Visitor): Promise<void> {
  const operator = await loginOperator(server);
  const call = async <T>(method: string, path: string, data?: object): Promise<T> => {
    const headers = { origin: url, 'x-candor-csrf': '1' };
    const answer = await visitor.context.request.fetch(path, { method, data, headers });
    if (!answer.ok())
      throw new Error(`${method} ${path} answered ${answer.status()}: ${await answer.text()}`);
    return answer.json();
  };
  for (const [model, outputMicros] of [
    [modelId, 16_000_000],
    [`${modelId}-embedding`, 0],
  ] as const) {
    const cached = { meter: 'gateway.cached-input-tokens', micros: 400_000, perUnits: 1_000_000 };
    await operator.call('POST', '/api/catalog/prices', {
      sku: model,
      prices: [
        { meter: 'gateway.input-tokens', micros: 4_000_000, perUnits: 1_000_000 },
        { meter: 'gateway.output-tokens', micros: outputMicros, perUnits: 1_000_000 },
        ...(model === modelId ? [cached] : []),
      ],
    });
  }
  await call('PATCH', '/api/identity/me', { displayName: 'Lin Xiao' });
  const { tenant } = await call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  await transfer(operator, tenant.id, 120_000_000, 'CMB20260301-0042');
  for (const [name, calls] of Object.entries(callsByKey)) {
    const { secret } = await call<{ secret: string }>('POST', '/api/identity/api-keys', { name });
    for (let index = 0; index < calls; index += 1) {
      const content = questions[(index + name.length) % questions.length];
      await ask(url, secret, '/v1/chat/completions', {
        model: modelId,
        max_tokens: 24 + 16 * (index % 5),
        messages: [{ role: 'user', content }],
      });
    }
    const input = Array.from({ length: 48 }, (_, index) => questions[index % questions.length]);
    await ask(url, secret, '/v1/embeddings', { model: `${modelId}-embedding`, input });
  }
}

async function ask(url: string, secret: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  await answer.text();
}

async function takePictures({ server }: Product, { page }: Visitor): Promise<void> {
  await page.goto('/playground');
  await page.getByLabel('Message').fill('Explain double-entry bookkeeping in a few sentences.');
  await page.keyboard.press('Enter');
  await page.getByText(/\d+ in · \d+ out tokens · ¥/).waitFor({ timeout: 120_000 });
  await takePicture(page, 'playground');
  await (await loginOperator(server)).call('POST', '/api/billing/settle');
  for (const [name, path] of Object.entries({
    overview: '/',
    usage: '/usage',
    bills: '/bills',
    privacy: '/privacy',
  })) {
    await page.goto(path);
    await takePicture(page, name);
  }
  await page.goto('/privacy/collection-list');
  await takePicture(page, 'collection-list');
}

async function takePicture(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', caret: 'hide' });
  process.stdout.write(`docs/images/${name}.png\n`);
}
