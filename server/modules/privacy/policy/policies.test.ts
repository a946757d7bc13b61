import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Registry } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { buildApp } from '../../../http/app.ts';
import { asSystem, type Ctx } from '../../../kernel/context.ts';
import { registry } from '../../../testing/registry.ts';
import { anOperator, aPerson, type Person } from '../../../testing/factories.ts';
import { confirmed } from '../../../testing/erasing.ts';
import { testConfig } from '../../../testing/test-config.ts';
import { test } from '../../../testing/test.ts';
import { unnamedInstallation } from './installation.ts';
import { openPolicies } from './policies.ts';
import { publishPolicy } from './publish-policy.ts';

const consoleSource = fileURLToPath(new URL('../../../../console/src', import.meta.url));

/** The same system in another release. */
function withRegistry(ctx: Ctx, release: Registry): Ctx {
  return { ...ctx, product: { ...ctx.product, registry: release } };
}

/** The declarations of another release, in which one sentence is worded otherwise. The hash of declarations is the old one. */
function reworded(words: { readonly zh: string } | { readonly en: string }): Registry {
  const { vocabulary } = registry;
  const { account } = vocabulary.purposes;
  if (account === undefined) throw new Error('the purpose is declared');
  const text = { ...account.text, ...words };
  return {
    ...registry,
    vocabulary: { ...vocabulary, purposes: { ...vocabulary.purposes, account: { ...account, text } } },
  };
}

const outsider = {
  name: 'Example Models Inc.',
  contact: 'privacy@models.example',
  region: 'CN',
  contract: 'Data processing agreement of 2026-10-01',
  retentionDays: 0,
  mechanism: null,
  trains: false,
};

async function addOutsider(operator: Person, name: string, wishes: object = {}) {
  const upstream = { name, baseUrl: 'http://10.0.0.9/v1', models: [], operator: { ...outsider, ...wishes } };
  return operator.call('POST', '/api/gateway/upstreams', upstream);
}

test('a changed sentence, in either language, is another version with another hash, and the earlier text is served by its own', async ({
  app,
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  const before = await publishPolicy(system);
  const inChinese = await publishPolicy(withRegistry(system, reworded({ zh: '用于照看账户' })));
  const after = await publishPolicy(withRegistry(system, reworded({ en: 'To look after the account' })));
  expect(after.registryHash).toBe(before.registryHash);
  expect(new Set([before.hash, inChinese.hash, after.hash]).size).toBe(3);
  expect(after.version).toMatch(/^2026-11-02 · \d+$/);
  const read = async (hash: string) =>
    (await app.inject(`/api/privacy/policies/${hash}?lang=en`)).json<{
      sections: unknown;
      version: string;
    }>();
  expect(await read(before.hash)).toMatchObject({
    version: before.version,
    sections: before.document.en.sections,
  });
  expect(JSON.stringify(await read(after.hash))).toContain('To look after the account');
  const compared = await app.inject(
    `/api/privacy/policies/${after.hash}/changes?since=${before.hash}&lang=en`,
  );
  const { change, sections } = compared.json<{
    change: { class: string };
    sections: { added: string[]; removed: string[] }[];
  }>();
  expect(change.class).toBe('editorial');
  expect(sections.flatMap(({ added }) => added).join('\n')).toContain('To look after the account');
  expect(sections.flatMap(({ removed }) => removed).join('\n')).toContain(
    'To manage the account and linked accounts',
  );
});

test('processes of two releases that start in turn keep two versions, and no person is asked twice', async ({
  app,
  ctx,
}) => {
  const system = asSystem(ctx, 'test');
  const wider: Registry = {
    ...registry,
    vocabulary: {
      ...registry.vocabulary,
      recipients: {
        ...registry.vocabulary.recipients,
        printer: { role: 'entrusted', region: 'CN', text: { zh: '印刷厂', en: 'Printer' } },
      },
    },
  };
  const numbers: number[] = [];
  for (const release of [registry, wider, registry, wider, registry]) {
    numbers.push((await publishPolicy(withRegistry(system, release))).number);
  }
  expect(new Set(numbers).size).toBe(2);
  expect(numbers[0]).toBe(numbers[2]);
  const person = await aPerson(app);
  const me = {
    ...ctx,
    actor: { ...ctx.actor, userId: person.user.id },
    tenantId: person.tenant.id,
  } as typeof ctx;
  const [old, fresh] = [registry, wider].map((release) =>
    openPolicies(withRegistry(system, release), { mustBeNamed: false }),
  );
  if (old === undefined || fresh === undefined) throw new Error('there are two');
  expect((await old.standingOf(me)).mustAccept).toBe(false);
  const standing = await fresh.standingOf(me);
  expect(standing.mustAccept).toBe(true);
  expect(standing.change?.changes).toContainEqual({ kind: 'recipient_added', about: 'printer' });
  await fresh.accept(me, standing.version);
  for (const policies of [old, fresh, old, fresh]) {
    expect((await policies.standingOf(me)).mustAccept).toBe(false);
  }
});

test('who accepted less is asked before anything goes on; seeing, taking along, erasing and leaving never wait', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  const order = (key: string) =>
    app.inject({
      method: 'POST',
      url: '/api/wallet/top-ups',
      headers: { ...person.headers, 'idempotency-key': key },
      payload: { amountMicros: 10_000_000, channel: 'sandbox' },
    });
  const chat = () =>
    person.call('POST', '/api/gateway/playground/chat', {
      model: 'none',
      messages: [{ role: 'user', content: 'hello' }],
    });
  const ordered = await order('before');
  expect(ordered.statusCode, ordered.body).toBe(201);
  expect((await addOutsider(operator, 'abroad-1', { name: 'First Company' })).statusCode).toBe(201);
  const refusals = [
    await person.call('POST', '/api/identity/api-keys', { name: 'waits' }),
    await order('waits'),
    await chat(),
  ];
  for (const refused of refusals)
    expect(refused.json()).toMatchObject({ status: 409, code: 'privacy.acceptance_required' });
  // An account cannot be closed while an order waits, so cancelling it is a way out.
  const { topUp } = ordered.json<{ topUp: { id: string } }>();
  expect((await person.call('POST', `/api/wallet/top-ups/${topUp.id}/cancel`)).statusCode).toBe(204);
  expect((await person.call('GET', '/api/privacy/my-data')).statusCode).toBe(200);
  const taken = await person.call('POST', '/api/privacy/exports', {
    language: 'en',
    proof: { password: person.password },
  });
  expect(taken.statusCode).toBe(202);
  expect((await person.call('POST', '/api/privacy/erasure/preview')).statusCode).toBe(200);
  const standing = await person.call('GET', '/api/privacy/policy-standing');
  expect(standing.json()).toMatchObject({
    mustAccept: true,
    change: {
      class: 'ask',
      changes: expect.arrayContaining([{ kind: 'recipient_added', about: 'First Company (CN)' }]),
    },
  });
  const { version } = standing.json<{ version: string }>();
  const stale = await person.call('POST', '/api/privacy/policy-standing/accept', {
    policyVersion: 'an older one',
  });
  expect(stale.json()).toMatchObject({
    status: 409,
    code: 'privacy.unknown_policy',
    currentVersion: version,
  });
  await person.call('POST', '/api/privacy/policy-standing/accept', { policyVersion: version });
  expect((await person.call('POST', '/api/identity/api-keys', { name: 'goes on' })).statusCode).toBe(201);
  expect((await order('goes on')).statusCode).toBe(201);
  expect((await chat()).json()).toMatchObject({ code: 'gateway.model_not_found' });
  expect((await operator.call('POST', '/api/identity/api-keys', { name: 'theirs' })).statusCode).toBe(201);
});

test('CHIPL-12.c who disagrees with a change is shown the way to cancel, and cancels without accepting', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  expect((await addOutsider(operator, 'abroad-3', { name: 'Third Company' })).statusCode).toBe(201);
  const refused = await person.call('POST', '/api/identity/api-keys', { name: 'waits' });
  expect(refused.json()).toMatchObject({ code: 'privacy.acceptance_required', leaveAt: '/privacy/erase' });
  for (const file of ['features/privacy/routes.ts', 'features/privacy/policy-prompt.tsx'])
    expect(readFileSync(join(consoleSource, file), 'utf8'), file).toMatch(
      /(path: |to=)['"]\/privacy\/erase['"]/,
    );
  await confirmed(person);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
  const { rows } = await database.admin.query(
    'select 1 from identity.policy_acceptances where user_id = $1',
    [person.user.id],
  );
  expect(rows, 'what was accepted at registration and nothing since').toHaveLength(1);
});

test('DRUN-0.b what was accepted is the very text: its hash is with the acceptance', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const { hash, version } = (await app.inject('/api/privacy/policy')).json<{
    hash: string;
    version: string;
  }>();
  const { rows } = await database.admin.query(
    'select policy_version, policy_hash from identity.policy_acceptances where user_id = $1',
    [person.user.id],
  );
  expect(rows).toEqual([{ policy_version: version, policy_hash: hash }]);
});

test('a production installation registers no customer before its operator is named', async ({
  app,
  database,
  ctx,
}) => {
  const operator = await anOperator(app, database);
  const production = await buildApp({
    ...ctx,
    databaseUrl: database.appUrl,
    config: { ...testConfig, isProduction: true },
  });
  await database.admin.query('delete from privacy.installation');
  const refused = await production.inject('/api/identity/policy');
  expect(refused.json()).toMatchObject({ status: 503, code: 'privacy.installation_not_named' });
  expect((await production.inject('/api/privacy/policy?lang=en')).body).toContain('for development only');
  const named = {
    ...unnamedInstallation,
    name: { zh: '深圳示例算力有限公司', en: 'Shenzhen Example Compute Ltd.' },
    privacyEmail: 'dpo@compute.example',
  };
  expect((await operator.call('PUT', '/api/privacy/installation', named)).statusCode).toBe(200);
  await production.close();
  const restarted = await buildApp({
    ...ctx,
    databaseUrl: database.appUrl,
    config: { ...testConfig, isProduction: true },
  });
  expect((await restarted.inject('/api/identity/policy')).statusCode).toBe(200);
  const text = (await restarted.inject('/api/privacy/policy?lang=zh')).body;
  expect(text).toContain('深圳示例算力有限公司');
  expect(text).not.toContain('开发使用');
  const person = await aPerson(app);
  expect((await person.call('PUT', '/api/privacy/installation', named)).statusCode).toBe(403);
  await restarted.close();
});

test('an upstream of another company is a recipient: in the list, in the policy, and asked for', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  expect(
    (await addOutsider(operator, 'abroad-2', { name: 'Far Models', region: 'SG' })).json(),
  ).toMatchObject({
    code: 'kernel.invalid_input',
  });
  const wishes = { name: 'Far Models', region: 'SG', mechanism: 'standard-contract', retentionDays: 30 };
  expect((await addOutsider(operator, 'abroad-2', wishes)).statusCode).toBe(201);
  const policy = (await app.inject('/api/privacy/policy?lang=zh')).body;
  expect(policy).toContain('Far Models（新加坡）');
  expect(policy).toContain('最长保存 30 天');
  expect(policy).toContain('订立个人信息出境标准合同');
  expect(policy).not.toContain('不向中华人民共和国境外提供');
  expect((await app.inject('/api/privacy/collection-list?lang=en')).body).toContain('Far Models (SG)');
  const versions = (await app.inject('/api/privacy/policies')).json<{
    items: { change: { class: string } }[];
  }>();
  expect(versions.items[0]?.change.class).toBe('ask');
});

test('a server that trains on what it receives cannot be entered as a recipient', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const answer = await addOutsider(operator, 'trainer', { trains: true });
  expect(answer.json()).toMatchObject({
    code: 'kernel.invalid_input',
    issues: [expect.objectContaining({ path: 'body.operator.trains' })],
  });
});
