import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import OpenAI from 'openai';
import type { Ctx } from '../kernel/context.ts';
import { newId } from '../kernel/id.ts';
import { type MeterPrice, type ModelKind, registerModel, setPrice } from '../modules/catalog/index.ts';
import { checkLedger, clearingAccount, postTransfers } from '../modules/wallet/index.ts';
import { aPerson, anApiKey, anOperator, type Person } from './factories.ts';
import { type FakeUpstream, startFakeUpstream } from './fake-upstream.ts';
import { type buildTestApp, contextWith, test as base, type TestClock } from './test.ts';

export interface Customer {
  readonly person: Person;
  readonly apiKeyId: string;
  readonly secret: string;
  readonly client: OpenAI;
}

export interface UsageEvent {
  readonly request_id: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly charge_micros: bigint;
  readonly is_estimated: boolean;
  readonly is_streamed: boolean;
  readonly outcome: string;
}

export interface Cloud {
  readonly app: FastifyInstance;
  readonly url: string;
  readonly upstream: FakeUpstream;
  readonly operator: Person;
  readonly system: Ctx;
  /** A model of the catalogue at ¥1 per thousand input and ¥2 per thousand output tokens, served by `upstream`. */
  readonly modelId: string;
  /** A person with money and a key. */
  customer(balanceMicros: bigint, key?: object): Promise<Customer>;
  /** Usage rows of an account, oldest first, once as many are in the books. */
  usage(customer: Customer, count: number): Promise<UsageEvent[]>;
  balance(customer: Customer): Promise<{ posted: bigint; held: bigint }>;
  /** Resolves when the gateway has heard of every change made before. */
  untilHeard(): Promise<void>;
  ledger(): Promise<Awaited<ReturnType<typeof checkLedger>>>;
}

type DatabaseOfTest = Parameters<typeof buildTestApp>[0];

/** `test` with a listening application, one scripted upstream and one priced model. */
export const test = base.extend<{ cloud: Cloud }>({
  cloud: async ({ app, database, clock }, use) => {
    const upstream = await startFakeUpstream();
    await use(await openCloud(app, database, clock, upstream));
    // Clients keep connections open for their next request, and the application would wait for them.
    app.server.closeAllConnections();
    await upstream.close();
  },
});

/** A listening application with an operator, one upstream and one priced model. */
export async function openCloud(
  app: FastifyInstance,
  database: DatabaseOfTest,
  clock: TestClock,
  upstream: FakeUpstream,
): Promise<Cloud> {
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const operator = await anOperator(app, database);
  const modelId = `model-${randomBytes(4).toString('hex')}`;
  await offerModel(system, modelId);
  const added = await operator.call('POST', '/api/gateway/upstreams', {
    name: modelId,
    baseUrl: upstream.baseUrl,
    apiKey: 'upstream-secret',
    models: [{ modelId, upstreamModel: 'vendor/model' }],
  });
  if (added.statusCode !== 201)
    throw new Error(`adding the upstream answered ${added.statusCode}: ${added.body}`);
  await untilOffered(app, modelId, operator);
  return {
    app,
    url,
    upstream,
    operator,
    system,
    modelId,
    async customer(balanceMicros, key) {
      const person = await aPerson(app);
      await fund(system, person.tenant.id, balanceMicros);
      const { id, secret } = await anApiKey(person, key);
      return {
        person,
        apiKeyId: id,
        secret,
        client: new OpenAI({ baseURL: `${url}/v1`, apiKey: secret, maxRetries: 0 }),
      };
    },
    usage: (customer, count) => settledUsage(database, customer, count),
    async balance({ person }) {
      const { rows } = await database.admin.query<{ posted: bigint; held: bigint }>(
        'select posted_micros as posted, held_micros as held from wallet.accounts where id = $1',
        [`cash:${person.tenant.id}`],
      );
      return rows[0] ?? { posted: 0n, held: 0n };
    },
    async untilHeard() {
      // Notifications arrive in the order of their transactions, so a listener that sees the last change has seen all.
      const marker = `marker-${randomBytes(4).toString('hex')}`;
      await offerModel(system, marker);
      await operator.call('POST', '/api/gateway/upstreams', {
        name: marker,
        baseUrl: upstream.baseUrl,
        models: [{ modelId: marker, upstreamModel: 'x' }],
      });
      await untilOffered(app, marker, operator);
    },
    ledger: () => checkLedger(system),
  };
}

/** Asks as a client without an SDK would, so that a test reads every byte of the answer. */
export function postChat(cloud: Cloud, { secret }: Customer, more: object = {}): Promise<Response> {
  return fetch(`${cloud.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: cloud.modelId,
      messages: [{ role: 'user', content: 'Say hello' }],
      ...more,
    }),
  });
}

/** What a version must price at least, and all that it priced before there were other meters. */
export function tokenPrices(price: { input: bigint; output: bigint }, perUnits: bigint): MeterPrice[] {
  return [
    { meter: 'gateway.input-tokens', micros: price.input, perUnits },
    { meter: 'gateway.output-tokens', micros: price.output, perUnits },
  ];
}

/** One micro-yuan a token, as an operator sends it. */
export const jsonPrices = ['input', 'output'].map((way) => ({
  meter: `gateway.${way}-tokens`,
  micros: 1,
  perUnits: 1,
}));

/** Registers a model and gives it the default price. */
export async function offerModel(
  system: Ctx,
  modelId: string,
  price: { input: bigint; output: bigint } = { input: 1_000_000n, output: 2_000_000n },
  kind: ModelKind = 'chat',
): Promise<void> {
  await registerModel(system, {
    id: modelId,
    displayName: { zh: modelId, en: modelId },
    description: { zh: '测试', en: 'for tests' },
    provider: 'test',
    kind,
    contextTokens: 8192,
    tags: [],
    isNonsense: false,
  });
  await setPrice(system, { sku: modelId, prices: tokenPrices(price, 1000n) });
}

export async function fund(system: Ctx, tenantId: string, amountMicros: bigint): Promise<void> {
  if (amountMicros === 0n) return;
  const id = newId('tr');
  await postTransfers(system, [
    {
      id,
      kind: 'post',
      code: 'top_up',
      debit: clearingAccount('test'),
      credit: `cash:${tenantId}`,
      amountMicros,
      refType: 'top_up',
      refId: id,
    },
  ]);
}

/** The caches hear of a new model by notification, which takes a moment. */
async function untilOffered(app: FastifyInstance, modelId: string, operator: Person): Promise<void> {
  const { secret } = await anApiKey(operator);
  for (;;) {
    const answer = await app.inject({ url: '/v1/models', headers: { authorization: `Bearer ${secret}` } });
    if (answer.json<{ data: { id: string }[] }>().data.some(({ id }) => id === modelId)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** SQL for what was used of one meter. */
const quantityOf = (direction: 'input' | 'output') =>
  `select coalesce(sum(quantity), 0)::int from unnest(meters, quantities) as line (meter, quantity) where meter = 'gateway.${direction}-tokens'`;

/** Settlement happens some hundred milliseconds after the reply; a test asks until it is there. */
async function settledUsage(
  database: DatabaseOfTest,
  { person }: Customer,
  count: number,
): Promise<UsageEvent[]> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const { rows } = await database.admin.query<UsageEvent>(
      `select request_id, charge_micros, is_estimated, is_streamed, outcome,
         (${quantityOf('input')}) as input_tokens, (${quantityOf('output')}) as output_tokens
       from billing.usage_events where tenant_id = $1 order by id`,
      [person.tenant.id],
    );
    if (rows.length >= count) return rows;
    if (performance.now() > deadline)
      throw new Error(`${rows.length} of ${count} usage rows after ten seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
