import { randomBytes } from 'node:crypto';
import { type Client, createClient } from '../../demo/client.ts';
import { aUsername, loginOperator, transfer } from '../people.ts';
import { type Account, journeyReason, type Product } from './browser.ts';
import { limits } from './furnish-limits.ts';
import { said, textsOf } from './furnished-words.ts';

const password = 'horse battery staple';
const proof = { password };
const yuan = 1_000_000;
const silentModel = 'chat-large';
/** What the clients of this installation call themselves. */
const userAgent = 'node';

const inWords = { 'x-candor-reason': encodeURIComponent(said.why) };

/** An installation with a past. */
export interface Furnished {
  readonly customer: Account;
  /** A case of the customer that was answered. */
  readonly ownCaseId: string;
  /** A case of a person without an account that waits for an officer. */
  readonly openCaseId: string;
  /** What persons wrote or chose themselves, longest first. */
  readonly written: readonly string[];
}

interface Resident extends Account {
  readonly tenantId: string;
  readonly client: Client;
}

/** Rows for every list of the console, in as many of their states as the public interfaces can reach. */
export async function furnish(product: Product): Promise<Furnished> {
  const operator = await loginOperator(product.server);
  const upstream = await installs(operator);
  const customer = await register(product);
  await pays(operator, customer);
  await limits(operator, customer.tenantId, `${upstream}-chat`);
  const secrets = await calls(product, operator, customer, `${upstream}-chat`);
  await decides(customer);
  const ownCaseId = await asks(operator, customer);
  const openCaseId = await asksWithoutAccount(product, operator);
  const leavers = await leaves(product, operator);
  await operates(operator);
  await isWatched(product, operator, customer);
  const chosen = [
    upstream,
    `${upstream}-chat`,
    silentModel,
    `${product.modelId}-embedding`,
    product.modelId,
    customer.username,
    'operator',
    journeyReason,
    'E2E Ltd',
    'Test Bank',
    userAgent,
    ...leavers,
    ...secrets.map((secret) => secret.slice(-4)),
  ];
  return {
    customer,
    ownCaseId,
    openCaseId,
    written: [...textsOf(said), ...chosen].sort((a, b) => b.length - a.length),
  };
}

async function register({ server }: Product): Promise<Resident> {
  const client = createClient(server.url);
  const username = aUsername();
  const { version } = await client.call<{ version: string }>('GET', '/api/identity/policy');
  await client.call('POST', '/api/identity/register', {
    method: 'password',
    username,
    email: `${username}@example.com`,
    password,
    language: 'zh-CN',
    policyVersion: version,
  });
  const { tenant } = await client.call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  return { username, password, tenantId: tenant.id, client };
}

/** The operator says who runs the installation, and adds an upstream. */
async function installs({ call }: Client): Promise<string> {
  await call('PUT', '/api/privacy/installation', {
    name: said.company,
    brand: 'Candor',
    address: said.address,
    email: 'hello@example.com',
    phone: '0755-86000000',
    privacyOfficer: said.officer,
    privacyEmail: 'privacy@example.com',
    creditCode: '91440300MA5EXAMPL3',
    icpNumber: null,
    storagePlace: said.place,
  });
  const name = `vllm-${randomBytes(3).toString('hex')}`;
  await call('POST', '/api/gateway/upstreams', {
    name,
    baseUrl: 'http://127.0.0.1:9/v1',
    models: [{ modelId: `${name}-chat`, upstreamModel: silentModel, kind: 'chat', contextTokens: 32_768 }],
  });
  await call('POST', '/api/catalog/prices', {
    sku: `${name}-chat`,
    prices: [
      { meter: 'gateway.input-tokens', micros: 4_000_000, perUnits: 1_000_000 },
      { meter: 'gateway.output-tokens', micros: 16_000_000, perUnits: 1_000_000 },
    ],
  });
  return name;
}

async function pays(operator: Client, { client, tenantId }: Resident): Promise<void> {
  const serial = `CMB${randomBytes(5).toString('hex').toUpperCase()}`;
  await transfer(operator, tenantId, 120 * yuan, serial);
  await transfer(operator, tenantId, 35 * yuan, `${serial}X`);
  const { items } = await operator.call<{ items: { id: string; amountMicros: number }[] }>(
    'GET',
    `/api/wallet/bank-transfers?tenantId=${tenantId}`,
    undefined,
    inWords,
  );
  const wrong = items.find(({ amountMicros }) => amountMicros === 35 * yuan);
  await operator.call('POST', `/api/wallet/bank-transfers/${wrong?.id}/reverse`, { reason: 'wrong_amount' });
  const paid = await orders(client, 20);
  await client.payAtCashier(paid.redirectUrl);
  await client.until('the payment notification', async () => {
    const topUp = await client.call<{ status: string }>('GET', `/api/wallet/top-ups/${paid.topUp.id}`);
    return topUp.status === 'paid';
  });
  const cancelled = await orders(client, 30);
  await client.call('POST', `/api/wallet/top-ups/${cancelled.topUp.id}/cancel`);
  await orders(client, 50);
}

async function orders({ call }: Client, amountYuan: number) {
  return call<{ topUp: { id: string }; redirectUrl: string }>(
    'POST',
    '/api/wallet/top-ups',
    { amountMicros: amountYuan * yuan, channel: 'sandbox' },
    { 'idempotency-key': randomBytes(8).toString('hex') },
  );
}

/** Keys of every state, calls that were answered, and one whose upstream does not answer. */
async function calls(
  { url, modelId }: Product,
  operator: Client,
  { client }: Resident,
  silentModelId: string,
): Promise<string[]> {
  const [production, notebook, nightly, old] = said.keys;
  const key = (name: string, limits: object = {}) =>
    client.call<{ apiKey: { id: string }; secret: string }>('POST', '/api/identity/api-keys', {
      name,
      ...limits,
    });
  const { secret } = await key(production);
  const limited = await key(notebook, {
    tokenQuota: 200_000,
    expiresAt: new Date(Date.now() + 30 * 86_400_000),
  });
  const off = await key(nightly);
  await client.call('PATCH', `/api/identity/api-keys/${off.apiKey.id}`, { disabled: true });
  const gone = await key(old);
  await client.call('DELETE', `/api/identity/api-keys/${gone.apiKey.id}`);
  const ask = (model: string, maxTokens: number) =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, max_tokens: maxTokens, messages: [{ role: 'user', content: 'Hello' }] }),
    });
  for (const maxTokens of [8, 16, 24]) {
    const answer = await ask(modelId, maxTokens);
    if (!answer.ok) throw new Error(`the model answered ${answer.status}: ${await answer.text()}`);
    await answer.text();
  }
  await (await ask(silentModelId, 8)).text();
  await client.until('the calls to be metered', async () => {
    const events = await client.call<{ items: unknown[] }>('GET', '/api/billing/usage/events');
    return events.items.length >= 3;
  });
  await operator.call('POST', '/api/billing/settle', {});
  return [secret, limited.secret, off.secret, gone.secret];
}

async function decides({ client: { call } }: Resident): Promise<void> {
  type Consents = { items: { purpose: string; shownToken: string | null }[] };
  const { items } = await call<Consents>('GET', '/api/privacy/consents');
  for (const { purpose, shownToken } of items)
    await call('POST', `/api/privacy/consents/${purpose}/give`, { shownToken });
  await call('POST', '/api/privacy/consents/improvement/withdraw');
  await call('PUT', '/api/privacy/objections/operations');
  await call('PATCH', '/api/identity/me', { displayName: said.name });
  await call('POST', '/api/privacy/exports', { language: 'zh', proof });
}

/** A request that was asked back, answered and closed; one withdrawn; one that waits. */
async function asks(operator: Client, { client }: Resident): Promise<string> {
  const file = (type: string, description: string) =>
    client.call<{ id: string }>('POST', '/api/privacy/cases', { type, description, language: 'zh', proof });
  const officer = (path: string, body: object) =>
    operator.call('POST', `/api/privacy/queue/${path}`, body, inWords);
  const { id } = await file('explain-rules', said.question);
  await officer(`${id}/ask`, { text: said.whichMonth });
  await client.call('POST', `/api/privacy/cases/${id}/answers`, { text: said.lastMonth });
  await officer(`${id}/close`, { outcome: 'fulfilled', results: said.result });
  const back = await file('complaint', said.twoCodes);
  await client.call('POST', `/api/privacy/cases/${back.id}/withdraw`);
  await file('complaint', said.stillMail);
  return id;
}

async function asksWithoutAccount({ server }: Product, operator: Client): Promise<string> {
  const { call } = createClient(server.url);
  const email = `${aUsername()}@example.com`;
  const { reference } = await call<{ reference: string }>('POST', '/api/privacy/requests', {
    type: 'delete',
    role: 'relative',
    description: said.relative.text,
    name: said.relative.name,
    relation: said.relative.relation,
    language: 'zh',
    email,
  });
  const code = await codeTo(operator, email);
  await call('POST', '/api/privacy/requests/enter', { reference, code });
  return reference;
}

async function codeTo(operator: Client, address: string): Promise<string> {
  let code: string | undefined;
  await operator.until('the code', async () => {
    const { items } = await operator.call<{ items: { to: string; body: string }[] }>(
      'GET',
      '/api/notifications/outbox',
      undefined,
      inWords,
    );
    code = items.find(({ to }) => to === address)?.body.match(/\b\d{6}\b/)?.[0];
    return code !== undefined;
  });
  return code ?? '';
}

/** Two people leave; money for them arrives afterwards. */
async function leaves(product: Product, operator: Client): Promise<string[]> {
  const names: string[] = [];
  for (const bank of ['ICBC', 'ABC']) {
    const { username, client, tenantId } = await register(product);
    names.push(username);
    await transfer(operator, tenantId, yuan, `${bank}${randomBytes(5).toString('hex').toUpperCase()}`);
    const preview = await client.call<{ promiseHash: string; balanceMicros: number }>(
      'POST',
      '/api/privacy/erasure/preview',
    );
    const { reference } = await client.call<{ reference: string }>('POST', '/api/privacy/erasure/confirm', {
      proof,
      promiseHash: preview.promiseHash,
      acknowledgedBalanceMicros: preview.balanceMicros,
    });
    await transfer(operator, tenantId, 2 * yuan, `LATE${randomBytes(5).toString('hex').toUpperCase()}`);
    await operator.until('the certificate', async () => {
      const { state } = await createClient(product.url).call<{ state: string }>(
        'POST',
        '/api/privacy/erasure/status',
        { reference },
      );
      return state === 'certified';
    });
  }
  return names;
}

async function operates({ call }: Client): Promise<void> {
  const write = ({ zh, en, bodyZh, bodyEn }: typeof said.news | typeof said.draft) =>
    call<{ id: string }>('POST', '/api/announcements/news', { titleZh: zh, titleEn: en, bodyZh, bodyEn });
  const { id } = await write(said.news);
  await call('POST', `/api/announcements/news/${id}/send`);
  await write(said.draft);
  await call('POST', '/api/privacy/retention/sweep');
  await call('POST', '/api/audit/log/heads');
  await call('POST', '/api/audit/auditors', { days: 7 });
}

/** Staff look at the customer for a reason, and a stranger tries a password. */
async function isWatched({ url }: Product, operator: Client, { username }: Resident): Promise<void> {
  await operator.call('GET', `/api/identity/tenants?search=${username}`, undefined, inWords);
  const stranger = createClient(url);
  await stranger
    .call('POST', '/api/identity/login', { method: 'password', login: username, password: 'not this one' })
    .catch((error: unknown) => {
      if (!String(error).includes(' 401')) throw error;
    });
}
