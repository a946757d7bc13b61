import { randomBytes } from 'node:crypto';
import { type Client, createClient } from '../../demo/client.ts';
import { loginOperator, transfer } from '../people.ts';
import type { Product } from './browser.ts';

const password = 'horse battery staple';
const proof = { password };
/** Why staff look at persons, as a person reads it. */
const why = { 'x-candor-reason': encodeURIComponent('客户来电，核对账户名称') };
const yuan = 1_000_000;

/** Somebody of a furnished installation, who can be visited as. */
export interface Resident {
  readonly username: string;
  readonly password: string;
  readonly tenantId: string;
  readonly client: Client;
}

export interface Furnished {
  readonly customer: Resident;
  /** A case of the customer that was answered. */
  readonly ownCaseId: string;
  /** A case of somebody without an account that waits for an officer. */
  readonly openCaseId: string;
}

/**
 * An installation that has been lived in: rows of every list of the console, in as many of their states as the public
 * interfaces can reach.
 */
export async function furnish(product: Product, language: 'zh-CN' | 'en'): Promise<Furnished> {
  const operator = await loginOperator(product.server);
  await installs(operator);
  const customer = await register(product, language, 'lin');
  await pays(operator, customer);
  await calls(product, operator, customer);
  await decides(customer);
  const ownCaseId = await asks(operator, customer, language);
  const openCaseId = await asksWithoutAccount(product, operator, language);
  await leaves(product, operator, language);
  await operates(operator, customer);
  await looks(operator, customer);
  return { customer, ownCaseId, openCaseId };
}

async function register({ server }: Product, language: 'zh-CN' | 'en', prefix: string): Promise<Resident> {
  const client = createClient(server.url);
  const username = `${prefix}${randomBytes(4).toString('hex')}`;
  const { version } = await client.call<{ version: string }>('GET', '/api/identity/policy');
  const email = `${username}@example.com`;
  const account = { method: 'password', username, email, password, language, policyVersion: version };
  await client.call('POST', '/api/identity/register', account);
  const { tenant } = await client.call<{ tenant: { id: string } }>('GET', '/api/identity/me');
  return { username, password, tenantId: tenant.id, client };
}

/** Who runs it, another version of the policy, and an upstream of somebody else. */
async function installs({ call }: Client): Promise<void> {
  await call('PUT', '/api/privacy/installation', {
    name: { zh: '深圳坦诚科技有限公司', en: 'Shenzhen Candor Technology Co., Ltd.' },
    brand: 'Candor',
    address: { zh: '深圳市南山区科苑路 1 号', en: '1 Keyuan Road, Nanshan, Shenzhen' },
    email: 'hello@example.com',
    phone: '0755-86000000',
    privacyOfficer: { zh: '陈静', en: 'Chen Jing' },
    privacyEmail: 'privacy@example.com',
    creditCode: '91440300MA5EXAMPL3',
    icpNumber: null,
    storagePlace: { zh: '深圳', en: 'Shenzhen' },
  });
  const name = `vllm-${randomBytes(3).toString('hex')}`;
  await call('POST', '/api/gateway/upstreams', {
    name,
    baseUrl: 'http://127.0.0.1:9/v1',
    models: [{ modelId: `${name}-chat`, upstreamModel: 'chat-large', kind: 'chat', contextTokens: 32_768 }],
    enabled: false,
  });
}

async function pays(operator: Client, { client, tenantId }: Resident): Promise<void> {
  const serial = `CMB${randomBytes(5).toString('hex')}`;
  await transfer(operator, tenantId, 120 * yuan, serial);
  await transfer(operator, tenantId, 35 * yuan, `${serial}X`);
  const { items } = await operator.call<{ items: { id: string; amountMicros: number }[] }>(
    'GET',
    `/api/wallet/bank-transfers?tenantId=${tenantId}`,
    undefined,
    why,
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

async function calls({ url, modelId }: Product, operator: Client, { client }: Resident): Promise<void> {
  const key = (name: string, limits: object = {}) =>
    client.call<{ apiKey: { id: string }; secret: string }>('POST', '/api/identity/api-keys', {
      name,
      ...limits,
    });
  const { secret } = await key('production');
  await key('notebook', { tokenQuota: 200_000, expiresAt: new Date(Date.now() + 30 * 86_400_000) });
  const off = await key('nightly');
  await client.call('PATCH', `/api/identity/api-keys/${off.apiKey.id}`, { disabled: true });
  const gone = await key('old');
  await client.call('DELETE', `/api/identity/api-keys/${gone.apiKey.id}`);
  for (let index = 0; index < 3; index += 1) {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: modelId,
        max_tokens: 8 + 8 * index,
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    });
    if (!answer.ok) throw new Error(`the model answered ${answer.status}: ${await answer.text()}`);
    await answer.text();
  }
  await client.until('the calls to be metered', async () => {
    const events = await client.call<{ items: unknown[] }>('GET', '/api/billing/usage/events');
    return events.items.length >= 3;
  });
  await operator.call('POST', '/api/billing/settle', {});
}

async function decides({ client: { call } }: Resident): Promise<void> {
  type Consents = { items: { purpose: string; shownToken: string | null }[] };
  const { items } = await call<Consents>('GET', '/api/privacy/consents');
  for (const { purpose, shownToken } of items)
    await call('POST', `/api/privacy/consents/${purpose}/give`, { shownToken });
  await call('POST', '/api/privacy/consents/improvement/withdraw');
  await call('PUT', '/api/privacy/objections/operations');
  await call('PATCH', '/api/identity/me', { displayName: '林晓' });
  await call('POST', '/api/privacy/exports', { language: 'zh', proof });
}

/** A request that was asked back, answered, granted and closed. */
async function asks(operator: Client, { client }: Resident, language: 'zh-CN' | 'en'): Promise<string> {
  const file = (type: string, description: string) =>
    client.call<{ id: string }>('POST', '/api/privacy/cases', {
      type,
      description,
      language: language === 'en' ? 'en' : 'zh',
      proof,
    });
  const { id } = await file('explain-rules', '请说明调用记录保存多久。');
  await officer(operator, `${id}/ask`, { text: '您指哪一个月？' });
  await client.call('POST', `/api/privacy/cases/${id}/answers`, { text: '上个月。' });
  await officer(operator, `${id}/close`, { outcome: 'fulfilled', results: '保存到账单结清后三年。' });
  const back = await file('complaint', '收到了两次验证码。');
  await client.call('POST', `/api/privacy/cases/${back.id}/withdraw`);
  await file('complaint', '退订之后仍收到邮件。');
  return id;
}

const officer = ({ call }: Client, path: string, body: object) =>
  call('POST', `/api/privacy/queue/${path}`, body, why);

async function asksWithoutAccount(
  { server }: Product,
  operator: Client,
  language: 'zh-CN' | 'en',
): Promise<string> {
  const { call } = createClient(server.url);
  const email = `reader${randomBytes(4).toString('hex')}@example.com`;
  const { reference } = await call<{ reference: string }>('POST', '/api/privacy/requests', {
    type: 'delete',
    role: 'relative',
    description: '父亲已经去世，请删除他的账户。',
    name: '王芳',
    relation: '女儿',
    language: language === 'en' ? 'en' : 'zh',
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
      why,
    );
    code = items.find(({ to }) => to === address)?.body.match(/\b\d{6}\b/)?.[0];
    return code !== undefined;
  });
  return code ?? '';
}

/** Two people who leave; money for one of them arrives afterwards. */
async function leaves(product: Product, operator: Client, language: 'zh-CN' | 'en'): Promise<void> {
  for (const prefix of ['zhou', 'qian']) {
    const { client, tenantId } = await register(product, language, prefix);
    await transfer(operator, tenantId, yuan, `ICBC${randomBytes(5).toString('hex')}`);
    const late = await orders(client, 10);
    await client.call('POST', `/api/wallet/top-ups/${late.topUp.id}/cancel`);
    const preview = await client.call<{ promiseHash: string; balanceMicros: number }>(
      'POST',
      '/api/privacy/erasure/preview',
    );
    await client.call('POST', '/api/privacy/erasure/confirm', {
      proof,
      promiseHash: preview.promiseHash,
      acknowledgedBalanceMicros: preview.balanceMicros,
    });
    await createClient(product.url)
      .payAtCashier(late.redirectUrl)
      .catch(() => {});
  }
}

async function operates({ call }: Client, { tenantId }: Resident): Promise<void> {
  const news = await call<{ id: string }>('POST', '/api/announcements/news', {
    titleZh: '新模型上线',
    titleEn: 'A larger model',
    bodyZh: '今天上线。',
    bodyEn: 'From today.',
  });
  await call('POST', `/api/announcements/news/${news.id}/send`);
  await call('POST', '/api/announcements/news', {
    titleZh: '维护通知',
    titleEn: 'Maintenance',
    bodyZh: '周日凌晨维护半小时。',
    bodyEn: 'Half an hour on Sunday.',
  });
  await call('POST', '/api/privacy/retention/sweep');
  await call('POST', '/api/audit/log/heads');
  await call('POST', '/api/audit/auditors', { days: 7 });
  void tenantId;
}

/** Staff look at persons for a reason, and somebody tries a password. */
async function looks(operator: Client, { username }: Resident): Promise<void> {
  await operator.call('GET', `/api/identity/tenants?search=${username}`, undefined, why);
}
