import { asSystem } from '../../kernel/context.ts';
import pg from 'pg';
import { expect } from 'vitest';
import { anApiKey, aPerson, aTenant, type Person } from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { addKeyUse, ensurePlaygroundKey, findApiKey } from './index.ts';

const keysUrl = '/api/identity/api-keys';
const hourMs = 60 * 60 * 1000;

async function listed(person: Person): Promise<Record<string, unknown>[]> {
  return (await person.call('GET', keysUrl)).json<{ items: Record<string, unknown>[] }>().items;
}

test('D-KEY-1 a key is shown once, then only masked, and stored only as a hash', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const made = await person.call('POST', keysUrl, { name: '  生产环境 ' });
  expect(made.statusCode).toBe(201);
  const { secret, apiKey } = made.json<{ secret: string; apiKey: Record<string, unknown> }>();
  expect(secret).toMatch(/^sk-[0-9A-Za-z]{43}$/);
  expect(made.headers['cache-control']).toBe('no-store');
  const expected = {
    name: '生产环境',
    maskedKey: `sk-******${secret.slice(-4)}`,
    status: 'active',
    tokenQuota: null,
    tokensUsed: 0,
    expiresAt: null,
    lastUsedAt: null,
  };
  expect(apiKey).toMatchObject(expected);
  expect(await listed(person)).toEqual([expect.objectContaining(expected)]);
  expect((await person.call('GET', keysUrl)).body).not.toContain(secret);
  const row = await database.admin.query<{ text: string }>(
    'select k::text as text from identity.api_keys k where id = $1',
    [apiKey['id']],
  );
  expect(row.rows[0]?.text).not.toContain(secret.slice(3, -4));
});

test('D-KEY-1 a deleted key is gone at once and for good', async ({ app, anonymous }) => {
  const person = await aPerson(app);
  const { id, secret } = await anApiKey(person);
  expect(await findApiKey(anonymous, secret)).toMatchObject({
    apiKeyId: id,
    userId: person.user.id,
    tenantId: person.tenant.id,
  });
  expect((await person.call('DELETE', `${keysUrl}/${id}`)).statusCode).toBe(204);
  expect(await findApiKey(anonymous, secret)).toBeNull();
  expect((await person.call('DELETE', `${keysUrl}/${id}`)).statusCode).toBe(404);
  expect(await listed(person)).toEqual([]);
});

test('D-KEY-2 a key is disabled and enabled, expires, and has a quota of tokens', async ({
  app,
  anonymous,
  clock,
}) => {
  const person = await aPerson(app);
  const expiresAt = new Date(clock.now().getTime() + hourMs).toISOString();
  const { id, secret } = await anApiKey(person, { expiresAt, tokenQuota: 100 });
  const disabled = await person.call('PATCH', `${keysUrl}/${id}`, { disabled: true });
  expect(disabled.json()).toMatchObject({ status: 'disabled', expiresAt, tokenQuota: 100 });
  expect(await findApiKey(anonymous, secret)).toMatchObject({ isDisabled: true, tokenQuota: 100n });
  expect((await person.call('PATCH', `${keysUrl}/${id}`, { disabled: false })).json()).toMatchObject({
    status: 'active',
  });
  await addKeyUse(asSystem(anonymous, 'gateway'), [
    { apiKeyId: id, tokens: 60, micros: 0n },
    { apiKeyId: id, tokens: 40, micros: 0n },
  ]);
  expect(await listed(person)).toEqual([
    expect.objectContaining({ status: 'exhausted', tokensUsed: 100, lastUsedAt: clock.now().toISOString() }),
  ]);
  expect((await person.call('PATCH', `${keysUrl}/${id}`, { tokenQuota: null })).json()).toMatchObject({
    status: 'active',
    tokenQuota: null,
  });
  clock.advanceMs(hourMs);
  expect(await listed(person)).toEqual([expect.objectContaining({ status: 'expired' })]);
  expect(
    (await person.call('PATCH', `${keysUrl}/${id}`, { expiresAt: null, name: 'kept' })).json(),
  ).toMatchObject({ status: 'active', name: 'kept' });
});

test('a key can neither expire in the past nor have a strange name or quota', async ({ app, clock }) => {
  const person = await aPerson(app);
  const bodies = [
    { name: 'old', expiresAt: clock.now().toISOString() },
    { name: '   ' },
    { name: '\u3164\u2800' },
    { name: 'x'.repeat(65) },
    { name: 'negative', tokenQuota: -1 },
    { name: 'half', tokenQuota: 0.5 },
    { name: 'unsafe', tokenQuota: 2 ** 53 },
  ];
  for (const body of bodies)
    expect([body.name, (await person.call('POST', keysUrl, body)).statusCode]).toEqual([body.name, 400]);
  expect(await listed(person)).toEqual([]);
});

test("another tenant's key answers like one that never was", async ({ app, anonymous }) => {
  const [person, stranger] = [await aPerson(app), await aPerson(app)];
  const { id, secret } = await anApiKey(stranger);
  for (const key of [id, 'key_01h455vb4pex5vsknk084sn02q']) {
    expect((await person.call('PATCH', `${keysUrl}/${key}`, { disabled: true })).json()).toMatchObject({
      status: 404,
      code: 'kernel.not_found',
    });
    expect((await person.call('DELETE', `${keysUrl}/${key}`)).json()).toMatchObject({
      status: 404,
      code: 'kernel.not_found',
    });
  }
  expect(await listed(person)).toEqual([]);
  expect(await findApiKey(anonymous, secret)).toMatchObject({ isDisabled: false });
});

test('an account has at most a hundred keys, also when several are made at once', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  await database.admin.query(
    `insert into identity.api_keys (id, tenant_id, user_id, kind, name, secret_hash, last_four, is_disabled, tokens_used, created_at)
     select 'key_' || $1 || n, $2, $1, 'secret', 's1.' || repeat('A', 46), $1 || n, '0000', false, 0, now()
     from generate_series(1, 98) n`,
    [person.user.id, person.tenant.id],
  );
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => person.call('POST', keysUrl, { name: 'one more' })),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(2);
  expect(answers.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({
    code: 'identity.too_many_api_keys',
    max: 100,
  });
});

test('every change of a key is announced when it commits, so that no gateway remembers an old one', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const listener = new pg.Client({ connectionString: database.adminUrl });
  await listener.connect();
  const heard: (string | undefined)[] = [];
  listener.on('notification', ({ payload }) => heard.push(payload));
  await listener.query('listen api_key_changed');
  const { id } = await anApiKey(person);
  await person.call('PATCH', `${keysUrl}/${id}`, { disabled: true });
  await person.call('DELETE', `${keysUrl}/${id}`);
  // Notifications arrive before the answer of any later statement.
  await listener.query('select 1');
  expect(heard).toEqual([id, id, id]);
  await listener.end();
});

test('tokens of many keys are added in one go, and a key that was deleted meanwhile is passed over', async ({
  app,
  anonymous,
}) => {
  const person = await aPerson(app);
  const keys = [await anApiKey(person), await anApiKey(person)];
  const uses = keys.flatMap(({ id }) => [
    { apiKeyId: id, tokens: 3, micros: 0n },
    { apiKeyId: id, tokens: 4, micros: 0n },
  ]);
  await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      addKeyUse(asSystem(anonymous, 'gateway'), index % 2 === 0 ? uses : uses.toReversed()),
    ),
  );
  await addKeyUse(asSystem(anonymous, 'gateway'), [
    { apiKeyId: 'key_01h455vb4pex5vsknk084sn02q', tokens: 5, micros: 0n },
  ]);
  for (const { secret } of keys)
    expect(await findApiKey(anonymous, secret)).toMatchObject({ tokensUsed: 70n });
});

test('the playground has one key of its own per person, which no caller can present', async ({
  app,
  database,
  clock,
}) => {
  const ctx = await aTenant(app, database, clock);
  const keys = await Promise.all(Array.from({ length: 5 }, () => ensurePlaygroundKey(ctx)));
  expect(new Set(keys.map(({ apiKeyId }) => apiKeyId)).size).toBe(1);
  expect(keys[0]).toMatchObject({ tenantId: ctx.tenantId, isDisabled: false });
});

test('nobody finds a key by guessing, and an empty secret is no key', async ({ anonymous }) => {
  for (const secret of ['', 'sk-', `sk-${'0'.repeat(43)}`])
    expect(await findApiKey(anonymous, secret)).toBeNull();
});

test('keys belong to people: who is not logged in makes none', async ({ app, database, clock }) => {
  expect((await app.inject({ method: 'POST', url: keysUrl, payload: { name: 'x' } })).statusCode).toBe(401);
  const program = contextWith(
    database,
    clock,
    { kind: 'apiKey', apiKeyId: 'key_x', userId: 'user_x' },
    'tenant_x',
  );
  await expect(ensurePlaygroundKey(program)).rejects.toMatchObject({ code: 'kernel.forbidden' });
});
