import { randomInt } from 'node:crypto';
import OpenAI from 'openai';
import { createClient, type Client } from './client.ts';
import { checkFigures, say, step } from './transcript.ts';
import { useServer } from './use-server.ts';

// The whole story over public interfaces: sign up by phone, top up, create a key, talk to a model, read the bill.
const server = await useServer();
try {
  await tell();
} finally {
  await server.stop();
}

async function tell(): Promise<void> {
  const person = createClient(server.url);
  const operator = createClient(server.url);
  const { call } = person;

  step('The operator logs in');
  await operator.call('POST', '/api/identity/login', { method: 'password', ...server.operator });

  step('A person signs up by phone');
  const phone = `+86138${String(randomInt(0, 100_000_000)).padStart(8, '0')}`;
  const policy = await call<{ version: string }>('GET', '/api/identity/policy');
  await call('POST', '/api/identity/codes', { phone, use: 'register' });
  const code = await codeFromOutbox(operator, phone);
  say(`the code arrives in the outbox, the policy accepted is ${policy.version}`);
  const { user } = await call<{ user: { id: string } }>('POST', '/api/identity/register', {
    method: 'phone',
    phone,
    code,
    policyVersion: policy.version,
  });
  say(`registered as ${user.id}`);

  step('They top up ¥10 through the sandbox channel');
  const { topUp, redirectUrl } = await call<{ topUp: { id: string }; redirectUrl: string }>(
    'POST',
    '/api/wallet/top-ups',
    { amountMicros: 10_000_000, channel: 'sandbox' },
    { 'idempotency-key': `demo-${user.id}` },
  );
  await person.payAtCashier(redirectUrl);
  await person.until('the payment notification', async () => {
    const { status } = await call<{ status: string }>('GET', `/api/wallet/top-ups/${topUp.id}`);
    return status === 'paid';
  });
  const before = await call<Wallet>('GET', '/api/wallet');
  checkFigures('balance after the top-up', before.balanceMicros, 10_000_000);

  step('They create an API key');
  const { apiKey, secret } = await call<{ apiKey: { id: string; maskedKey: string }; secret: string }>(
    'POST',
    '/api/identity/api-keys',
    { name: 'demo' },
  );
  say(`${apiKey.maskedKey}, shown once`);

  step('They talk to the model with the official openai package');
  const openai = new OpenAI({ apiKey: secret, baseURL: `${server.url}/v1`, maxRetries: 0 });
  const model = await servedModel(person, openai);
  say(`${model.id}${model.isNonsense ? ' (generated weights, speaks nonsense)' : ''}`);
  const messages = [{ role: 'user' as const, content: 'In one sentence: what is a privacy policy?' }];
  const answer = await openai.chat.completions.create({
    model: model.id,
    messages,
    max_completion_tokens: 48,
  });
  say(`answer: ${short(answer.choices[0]?.message.content ?? '')}`);
  const first = { input: answer.usage?.prompt_tokens ?? 0, output: answer.usage?.completion_tokens ?? 0 };
  say(`tokens: ${first.input} in, ${first.output} out`);
  const second = { input: 0, output: 0 };
  let streamed = '';
  const stream = await openai.chat.completions.create({
    model: model.id,
    messages,
    max_completion_tokens: 48,
    stream: true,
    stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    streamed += chunk.choices[0]?.delta.content ?? '';
    second.input = chunk.usage?.prompt_tokens ?? second.input;
    second.output = chunk.usage?.completion_tokens ?? second.output;
  }
  say(`streamed: ${short(streamed)}`);
  say(`tokens: ${second.input} in, ${second.output} out`);

  step('They read their usage');
  let events: UsageEvent[] = [];
  await person.until('both calls to be metered', async () => {
    events = (await call<{ items: UsageEvent[] }>('GET', `/api/billing/usage/events?apiKeyId=${apiKey.id}`))
      .items;
    return events.length === 2;
  });
  const expected = [first, second].map((tokens) => chargeOf(tokens, model));
  const expectedMicros = expected.reduce((sum, micros) => sum + micros, 0);
  const chargedMicros = events.reduce((sum, event) => sum + event.chargeMicros, 0);
  checkFigures('input metered', quantityOf(events, 'gateway.input-tokens'), first.input + second.input);
  checkFigures('output metered', quantityOf(events, 'gateway.output-tokens'), first.output + second.output);
  checkFigures('quantity × price = charge', chargedMicros, expectedMicros);

  step('The hour is settled and they read the bill');
  await operator.call('POST', '/api/billing/settle', {});
  const bills = await call<{ items: { listMicros: number; cashMicros: number; carriedMicros: number }[] }>(
    'GET',
    '/api/billing/bills',
  );
  checkFigures(
    'list price on the bill',
    bills.items.reduce((sum, row) => sum + row.listMicros, 0),
    chargedMicros,
  );
  await person.until(
    'the held money to come back',
    async () => (await call<Wallet>('GET', '/api/wallet')).heldMicros === 0,
  );
  const after = await call<Wallet>('GET', '/api/wallet');
  checkFigures('balance', after.balanceMicros, 10_000_000 - chargedMicros);

  step('The operator checks the books');
  const books = await operator.call<{ sumMicros: number; accountsChecked: number; mismatches: unknown[] }>(
    'GET',
    '/api/wallet/ledger-check',
  );
  checkFigures('Σ of the ledger', books.sumMicros, 0);
  checkFigures(
    `accounts that disagree with their postings (of ${books.accountsChecked})`,
    books.mismatches.length,
    0,
  );

  step('They look at what Candor knows about them');
  const data = await call<{ categories: { title: string; items: { totalRows: number }[] }[] }>(
    'GET',
    '/api/privacy/my-data?lang=en',
  );
  for (const { title, items } of data.categories)
    say(`${title}: ${items.reduce((sum, item) => sum + item.totalRows, 0)} rows`);
  checkFigures('the page knows the phone number', JSON.stringify(data).includes(phone.slice(-4)) ? 1 : 0, 1);
  say('every figure agrees');
}

/** A priced chat model that answers now: the weights of the local one are loaded, or fetched, while the server serves. */
async function servedModel(
  { call, until }: Client,
  openai: OpenAI,
): Promise<Model & { price: NonNullable<Model['price']> }> {
  const found: Model[] = [];
  await until('a chat model that is served', async () => {
    const served = new Set((await openai.models.list()).data.map(({ id }) => id));
    const { items } = await call<{ items: Model[] }>('GET', '/api/catalog/models');
    found.push(...items.filter(({ id, kind }) => kind === 'chat' && served.has(id)));
    return found.length > 0;
  });
  const [model] = found;
  if (model?.price === undefined || model.price === null)
    throw new Error('a model without a price was served');
  return { ...model, price: model.price };
}

interface Wallet {
  balanceMicros: number;
  heldMicros: number;
}
interface Model {
  id: string;
  kind: string;
  isNonsense: boolean;
  price: { prices: { meter: string; micros: number; perUnits: number }[] } | null;
}
interface UsageEvent {
  lines: { meter: string; quantity: number }[];
  chargeMicros: number;
}

/** The published rule: all lines as exact fractions, rounded up once to a micro-yuan. */
function chargeOf(tokens: { input: number; output: number }, { price }: Model): number {
  if (price === null) return 0;
  const priceOf = (meter: string) =>
    price.prices.find((one) => one.meter === meter) ?? { micros: 0, perUnits: 1 };
  const [input, output] = [priceOf('gateway.input-tokens'), priceOf('gateway.output-tokens')];
  const numerator =
    BigInt(tokens.input) * BigInt(input.micros) * BigInt(output.perUnits) +
    BigInt(tokens.output) * BigInt(output.micros) * BigInt(input.perUnits);
  const denominator = BigInt(input.perUnits) * BigInt(output.perUnits);
  return Number((numerator + denominator - 1n) / denominator);
}

async function codeFromOutbox(operator: Client, phone: string): Promise<string> {
  let code = '';
  await operator.until('the code in the outbox', async () => {
    const { items } = await operator.call<{ items: { to: string; body: string }[] }>(
      'GET',
      '/api/notifications/outbox',
      undefined,
      { 'x-candor-reason': encodeURIComponent('the demo reads the code it has sent itself') },
    );
    code = items.find((message) => message.to === phone)?.body.match(/\d{6}/)?.[0] ?? '';
    return code !== '';
  });
  return code;
}

function quantityOf(events: readonly UsageEvent[], meter: string): number {
  const lines = events.flatMap((event) => event.lines.filter((line) => line.meter === meter));
  return lines.reduce((total, { quantity }) => total + quantity, 0);
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 100 ? `${line.slice(0, 100)}…` : line;
}
