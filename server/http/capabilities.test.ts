import { expect } from 'vitest';
import { buildApp } from './app.ts';
import { parseConfig } from '../config/config.ts';
import { createLog } from '../kernel/log.ts';
import { registerModel, setPrice } from '../modules/catalog/index.ts';
import { ask, aPhoneOwner, here, loginBy } from '../modules/identity/codes.fixture.ts';
import { anOperator, aPerson, personOf, readCode } from '../testing/factories.ts';
import { tokenPrices } from '../testing/gateway.ts';
import { testConfig } from '../testing/test-config.ts';
import { buildTestApp, contextWith, test } from '../testing/test.ts';
import { createCandor } from '../candor.ts';

/** As in production: what no channel takes stays unread. */
const withoutChannels = { ...testConfig, rules: { ...testConfig.rules, showsUnsentMessages: false } };

test('development offers the sandbox, and codes are read in the outbox', async ({ app }) => {
  const person = await aPerson(app);
  expect((await app.inject({ url: '/api/capabilities' })).json()).toEqual({
    codesBySms: true,
    codesByMail: true,
    forMembers: null,
  });
  expect((await person.call('GET', '/api/capabilities')).json()).toMatchObject({
    forMembers: {
      topUp: { channels: ['sandbox'], minMicros: 10_000, maxMicros: 1_000_000_000_000, stepMicros: 10_000 },
      bankAccount: null,
    },
  });
});

test('production offers nothing that it refuses: no sandbox, no phone without SMS, the bank account as set', async ({
  app,
  database,
  clock,
  ctx,
}) => {
  const person = await aPerson(app);
  const bankAccount = { accountName: 'Example Ltd', bankName: 'Example Bank', accountNumber: '6222 0200 1' };
  const inProduction = {
    db: database.db,
    databaseUrl: database.appUrl,
    product: createCandor(),
    clock,
    log: createLog('silent'),
    config: { ...withoutChannels, isProduction: true, sandboxPayments: false, bankAccount },
    keyedHash: ctx.keyedHash,
    vault: ctx.vault,
    signingKey: ctx.signingKey,
  };
  const production = await buildApp(inProduction);
  const answer = await production.inject({ url: '/api/capabilities' });
  expect(answer.json()).toEqual({ codesBySms: false, codesByMail: false, forMembers: null });
  const { headers } = person;
  expect((await production.inject({ url: '/api/capabilities', headers })).json()).toMatchObject({
    forMembers: { topUp: { channels: [] }, bankAccount },
  });
  await production.close();
  const mail = { name: 'mail', deliver: async () => {} };
  const withMail = await buildApp({ ...inProduction, channels: { mail } });
  expect((await withMail.inject({ url: '/api/capabilities' })).json()).toMatchObject({
    codesBySms: false,
    codesByMail: true,
  });
  await withMail.close();
});

test('of the bank account all three parts are set or none', () => {
  expect(parseConfig({ CANDOR_DATA: '/tmp/x' }).bankAccount).toBeNull();
  expect(() => parseConfig({ CANDOR_DATA: '/tmp/x', CANDOR_BANK_NAME: 'Example Bank' })).toThrow(
    'set all three',
  );
});

interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Names of the fields a body may have, whichever of its forms it takes. */
function fieldsOf(schema: Schema, named: Readonly<Record<string, Schema>>): string[] {
  const meant = schema.$ref === undefined ? schema : named[schema.$ref.split('/').at(-1) ?? ''];
  if (meant === undefined) return [];
  const forms = [...(meant.anyOf ?? []), ...(meant.oneOf ?? [])];
  return [...Object.keys(meant.properties ?? {}), ...forms.flatMap((form) => fieldsOf(form, named))];
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

/** Interfaces that take a number or an address of a person. */
function takingContacts(document: unknown): string[] {
  const { paths, components } = document as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Schema> };
  };
  return Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ requestBody }) => {
      const [content] = Object.values(requestBody?.content ?? {});
      const fields = content === undefined ? [] : fieldsOf(content.schema, components.schemas);
      return ['phone', 'email'].some((field) => fields.includes(field));
    })
    .map(({ operationId }) => operationId);
}

const phone = '+8613800138000';
const email = 'somebody@example.org';
const newPassword = 'a lantern under the bridge';
const proof = { password: newPassword };
const request = { type: 'access', description: 'What do you hold about me?', language: 'en' };
/** Each asks for a message, or enters what a message would have brought. */
const asks: Readonly<Record<string, { method: 'POST' | 'PATCH'; url: string; sms?: object; mail?: object }>> =
  {
    sendCode: {
      method: 'POST',
      url: '/api/identity/codes',
      sms: { phone, use: 'login' },
      mail: { email, use: 'recover' },
    },
    register: {
      method: 'POST',
      url: '/api/identity/register',
      sms: { method: 'phone', phone, code: '123456', policyVersion: 'any', language: 'en' },
    },
    login: { method: 'POST', url: '/api/identity/login', sms: { method: 'phone', phone, code: '123456' } },
    recover: {
      method: 'POST',
      url: '/api/identity/recover',
      sms: { phone, code: '123456', newPassword },
      mail: { email, code: '123456', newPassword },
    },
    changeMe: {
      method: 'PATCH',
      url: '/api/identity/me',
      sms: { phone, code: '123456', proof },
      mail: { email, code: '123456', proof },
    },
    fileRequest: {
      method: 'POST',
      url: '/api/privacy/requests',
      sms: { ...request, phone },
      mail: { ...request, email },
    },
  };

test('where no message goes out, every interface that depends on one says so instead of waiting for it', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const mute = await buildTestApp(database, clock, createLog('silent'), withoutChannels);
  await mute.ready();
  // What an operator writes about the company is sent nowhere.
  expect(takingContacts(mute.swagger()).filter((id) => id !== 'changeInstallation')).toEqual(
    Object.keys(asks),
  );
  for (const { method, url, sms, mail } of Object.values(asks)) {
    for (const [payload, code, path] of [
      [sms, 'notifications.no_text_messages', 'body.phone'],
      [mail, 'notifications.no_mail', 'body.email'],
    ] as const) {
      if (payload === undefined) continue;
      const answer = await mute.inject({ method, url, payload, headers: person.headers });
      expect({ url, ...answer.json<object>() }).toMatchObject({ url, status: 409, code, issues: [{ path }] });
    }
  }
  await mute.close();
});

test('a person with a number alone learns that no code can confirm where no text message goes out', async ({
  app,
  database,
  clock,
}) => {
  const phone = await aPhoneOwner(app, database);
  await ask(app, phone, 'login');
  const opened = await loginBy(app, phone, await readCode(database, phone));
  const person = await personOf(app, opened, here);
  const mute = await buildTestApp(database, clock, createLog('silent'), withoutChannels);
  const answer = await mute.inject({
    method: 'POST',
    url: '/api/identity/confirmation-codes',
    payload: { language: 'en' },
    headers: person.headers,
  });
  expect(answer.json()).toMatchObject({ status: 409, code: 'notifications.no_text_messages' });
  await mute.close();
});

test('news is not sent where no mail goes out', async ({ app, database, clock }) => {
  const operator = await anOperator(app, database);
  const text = { titleZh: '新模型', titleEn: 'A new model', bodyZh: '今天起可用。', bodyEn: 'From today.' };
  const { id } = (await operator.call('POST', '/api/announcements/news', text)).json<{ id: string }>();
  const mute = await buildTestApp(database, clock, createLog('silent'), withoutChannels);
  const answer = await mute.inject({
    method: 'POST',
    url: `/api/announcements/news/${id}/send`,
    headers: operator.headers,
  });
  expect(answer.json()).toMatchObject({ status: 409, code: 'notifications.no_mail' });
  await mute.close();
});

test('a model that cannot be called is no kind that the playground may offer', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const kinds = async () =>
    (await person.call('GET', '/api/capabilities')).json<{ forMembers: { modelKinds: string[] } }>()
      .forMembers.modelKinds;
  const before = await kinds();
  await registerModel(system, {
    id: 'unpriced',
    displayName: { zh: '未定价', en: 'Unpriced' },
    description: { zh: '未定价', en: 'Unpriced' },
    provider: 'example',
    kind: 'embedding',
    contextTokens: 1000,
    tags: [],
    isNonsense: false,
  });
  expect(await kinds()).toEqual(before);
  await setPrice(system, {
    sku: 'unpriced',
    prices: tokenPrices({ input: 1n, output: 1n }, 1_000_000n),
  });
  clock.advanceMs(2000);
  expect(await kinds()).toEqual([...before, 'embedding']);
});
