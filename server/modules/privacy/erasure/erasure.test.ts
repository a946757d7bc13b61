import { type KeyClass, publicKeySet, verifyCertificate } from '@candor/privacy-engine';
import { expect, vi } from 'vitest';
import { inTransaction } from '../../../kernel/db.ts';
import { newId } from '../../../kernel/id.ts';
import { confirm, confirmed, previewOf, test } from '../../../testing/erasing.ts';
import { anApiKey, anOperator, aPerson, type Person } from '../../../testing/factories.ts';
import type { Database } from '../../../testing/test.ts';
import { fundWallet } from '../../../testing/wallets.ts';
import { resumeErasures, runErasure } from './index.ts';

// An erasure searches the whole database: on a busy machine a test may need longer than the default.
vi.setConfig({ testTimeout: 120_000 });

/** One call, as the books hold it: kept three years by law. */
async function aCallOf(person: Person, database: Database, at: string): Promise<string> {
  const id = newId('usage');
  await database.admin.query(
    `insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, model_id, price_version_id, input_tokens,
       output_tokens, charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
     values ($1, $2, $3, $4, $5, 'a-model', $6, 1, 1, 1, false, false, 'completed', $7, 1, $7, $7, false, $7)`,
    [id, newId('req'), person.tenant.id, person.user.id, newId('key'), newId('price'), at],
  );
  return id;
}

/** Every row of every declared table, as text, without what belongs to a person. */
async function rowsOfOthers(database: Database, person: Person): Promise<string[]> {
  const tables = await database.admin.query<{ place: string }>(
    `select format('%I.%I', n.nspname, c.relname) as place from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname in ('identity', 'billing', 'wallet', 'notifications', 'catalog', 'gateway')`,
  );
  const rows: string[] = [];
  for (const { place } of tables.rows) {
    const found = await database.admin.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${place} t`,
    );
    rows.push(...found.rows.map(({ row }) => `${place} ${row}`));
  }
  return rows.filter((row) => !row.includes(person.user.id) && !row.includes(person.tenant.id)).toSorted();
}

test('CHIPL-8.4 POOL-sec-5 POOL-rts-1 a person erases themselves: gone at once, certified, and a stranger afterwards', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app, { username: 'moon-rabbit-77' });
  const { secret } = await anApiKey(person);
  const { erasureId, reference } = await confirmed(person);
  expect((await person.call('GET', '/api/identity/me')).statusCode, 'before anything else happens').toBe(401);
  const models = await app.inject({ url: '/v1/models', headers: { authorization: `Bearer ${secret}` } });
  expect(models.statusCode).toBe(401);
  expect(await runErasure(system, erasureId)).toBe('certified');

  const answer = await app.inject({
    method: 'POST',
    url: '/api/privacy/erasure/certificate',
    payload: { reference },
  });
  const { certificate } = answer.json<{ certificate: string }>();
  const reading = await verifyCertificate(certificate, publicKeySet(system.signingKey));
  if (!reading.isGenuine) throw new Error(reading.reason);
  const statement = JSON.stringify(reading.payload);
  for (const value of [person.user.id, person.tenant.id, person.user.username, person.user.email ?? ''])
    expect(statement).not.toContain(value);
  const unseen = expect.arrayContaining([expect.stringContaining('large objects')]);
  expect(reading.payload).toMatchObject({ erasureId, probe: { residue: 0, unseen }, auditLeaf: {} });
  const { rows } = await database.admin.query<{ row: string }>(
    'select to_jsonb(e)::text as row from privacy.erasures e where id = $1',
    [erasureId],
  );
  expect(rows[0]?.row).not.toContain(person.user.id);
  expect(await database.vault.find(`erasure:${erasureId}`, 'core')).toMatchObject({ state: 'destroyed' });

  const again = await aPerson(app, { username: 'moon-rabbit-77' });
  expect(again.user.id).not.toBe(person.user.id);
});

test('POOL-sec-6 FC-3.2.2.b before confirming it is said what a law keeps, which law, and until when', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  await aCallOf(person, database, '2026-10-01T00:00:00Z');
  const { erased, held } = await previewOf(person);
  expect(erased.find(({ table }) => table === 'identity.users')?.columns).toContain('E-mail address');
  expect(held.find(({ table }) => table === 'billing.usage_events')).toMatchObject({
    law: 'E-Commerce Law, Art. 31',
    term: '3 years',
    until: '2029-10-01T00:00:00.000Z',
  });
  expect(held.find(({ table }) => table === 'identity.policy_acceptances')).toMatchObject({
    law: 'Civil Code, Art. 188',
    until: '2029-11-02T03:20:00.000Z',
  });
});

test('only what was shown can be confirmed, by the person, and money is lost only knowingly', async ({
  app,
  system,
}) => {
  const person = await aPerson(app);
  await fundWallet({ ...system, tenantId: person.tenant.id }, 5_000_000n);
  const preview = await previewOf(person);
  expect(preview).toMatchObject({ balanceMicros: 5_000_000, blocks: [], closesAccount: true });
  const code = async (wishes: object, shown = preview) =>
    (await confirm(person, shown, wishes)).json<{ code: string }>().code;
  expect(await code({ proof: { password: 'not the password at all' } })).toBe('identity.wrong_password');
  expect(await code({}, { ...preview, promiseHash: 'another' })).toBe('privacy.erasure_plan_changed');
  expect(await code({})).toBe('privacy.balance_not_acknowledged');
  expect(await code({ acknowledgedBalanceMicros: 4_999_999 })).toBe('privacy.balance_not_acknowledged');
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  expect((await confirm(person, preview, { acknowledgedBalanceMicros: 5_000_000 })).statusCode).toBe(202);
});

test('who runs the installation alone cannot leave it without anybody', async ({ app, database }) => {
  const operator = await anOperator(app, database);
  await database.admin.query('delete from identity.operators where user_id <> $1', [operator.user.id]);
  const preview = await previewOf(operator);
  expect(preview.blocks).toEqual(['last-operator']);
  expect((await confirm(operator, preview)).json()).toMatchObject({ code: 'privacy.erasure_blocked' });
});

test('CHIPL-8.2 rows of others are the same before and after, to the last character', async ({
  app,
  database,
  system,
}) => {
  const [person, bystander] = [await aPerson(app), await aPerson(app)];
  await anApiKey(person);
  await anApiKey(bystander);
  await aCallOf(bystander, database, '2026-10-01T00:00:00Z');
  const before = await rowsOfOthers(database, person);
  const { erasureId } = await confirmed(person);
  await runErasure(system, erasureId);
  expect(before.length).toBeGreaterThan(5);
  expect(await rowsOfOthers(database, person)).toEqual(before);
});

test('PIPL 47 what a law keeps stays, under its key, and no purpose but storing sees it', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const callId = await aCallOf(person, database, '2026-10-01T00:00:00Z');
  const { erasureId } = await confirmed(person);
  await runErasure(system, erasureId);
  const kept = await database.admin.query('select 1 from billing.usage_events where id = $1', [callId]);
  expect(kept.rows).toHaveLength(1);
  const count = (purpose: 'billing' | 'inference' | 'operations' | 'account', table: string) =>
    inTransaction({ ...system, tenantId: person.tenant.id }, purpose, async (ctx) => {
      const client = ctx.db.$client;
      return (await client.query(`select 1 from ${table}`)).rows.length;
    });
  expect(await count('billing', 'billing.usage_events')).toBe(0);
  expect(await count('account', 'identity.users')).toBe(0);
  const state = async (keyClass: KeyClass) => (await database.vault.find(person.user.id, keyClass)).state;
  expect(await state('core')).toBe('destroyed');
  expect(await state('content')).toBe('destroyed');
});

test('nothing about an erased person can be written any more, by any purpose that ends with them', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  const write = (purpose: 'account' | 'signin') =>
    inTransaction({ ...system, tenantId: person.tenant.id }, purpose, (ctx) =>
      ctx.db.$client.query(
        `insert into identity.sessions (id, tenant_id, user_id, token_hash, ip, user_agent, created_at, last_seen_at, expires_at)
         select $1, $2, $3, 'x', ip, user_agent, now(), now(), now() from identity.sessions limit 1`,
        [newId('sess'), person.tenant.id, person.user.id],
      ),
    );
  await aPerson(app);
  await expect(write('signin')).rejects.toMatchObject({ code: '42501' });
  await runErasure(system, erasureId);
  await expect(write('signin')).rejects.toMatchObject({ code: '42501' });
  const rows = await database.admin.query('select 1 from identity.sessions where user_id = $1', [
    person.user.id,
  ]);
  expect(rows.rows).toEqual([]);
});

test('a row that comes between plan and transaction makes a new plan, and is erased with the rest', async ({
  app,
  database,
  system,
}) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  expect(await runErasure(system, erasureId, 'ledgered')).toBe('ledgered');
  await aCallOf(person, database, '2026-10-01T00:00:00Z');
  expect(await runErasure(system, erasureId)).toBe('certified');
  const { rows } = await database.admin.query<{ plans: number }>(
    'select plans_made as plans from privacy.erasures where id = $1',
    [erasureId],
  );
  expect(rows[0]?.plans).toBe(2);
  const lines = (await database.vault.erasures.lines()).filter((line) => line.erasureId === erasureId);
  expect(lines).toHaveLength(2);
});

test('several who carry out the same erasure at once end it once', async ({ app, database, system }) => {
  const person = await aPerson(app);
  const { erasureId } = await confirmed(person);
  // What is certified is named by no entry any more, so all of them are counted.
  const timesErased = async () =>
    (await database.admin.query(`select 1 from audit.entries where action = 'privacy.rows_erased'`))
      .rowCount ?? 0;
  const before = await timesErased();
  const ends = await Promise.all([1, 2, 3].map(() => runErasure(system, erasureId)));
  expect(new Set(ends)).toEqual(new Set(['certified']));
  expect(await timesErased()).toBe(before + 1);
});

test('an erasure without a worker is found by the next look, one under way is left alone', async ({
  app,
  clock,
  system,
}) => {
  const person = await aPerson(app);
  const { reference } = await confirmed(person);
  const state = async () =>
    (await app.inject({ method: 'POST', url: '/api/privacy/erasure/status', payload: { reference } })).json<{
      state: string;
    }>().state;
  await resumeErasures(system);
  expect(await state()).toBe('frozen');
  clock.advanceMs(61_000);
  await resumeErasures(system);
  expect(await state()).toBe('certified');
});

test(
  'a second request is answered that it runs, and an erasure cannot be followed without its reference',
  { repeats: 5 },
  async ({ app }) => {
    const person = await aPerson(app);
    const preview = await previewOf(person);
    const [first, second] = await Promise.all([confirm(person, preview), confirm(person, preview)]);
    const codes = [first, second].map(({ statusCode }) => statusCode);
    expect(codes.filter((code) => code === 202)).toHaveLength(1);
    expect(codes.filter((code) => [401, 404, 409].includes(code))).toHaveLength(1);
    expect(
      (
        await app.inject({
          method: 'POST',
          url: '/api/privacy/erasure/status',
          payload: { reference: 'er_guessed' },
        })
      ).statusCode,
    ).toBe(404);
  },
);

test('one kind of data goes while the account stays, and only what is declared so', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const bystander = await aPerson(app);
  const { secret } = await anApiKey(person);
  await anApiKey(bystander);
  const kinds = await person.call('GET', '/api/privacy/erasure/kinds?lang=en');
  expect(kinds.json<{ items: object[] }>().items).toContainEqual({
    kind: 'identity.api_keys',
    title: 'API keys',
    rows: 1,
  });
  const erased = await person.call('POST', '/api/privacy/erasure/kinds', { kind: 'identity.api_keys' });
  expect(erased.json()).toEqual({ kind: 'identity.api_keys', rows: 1 });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  const models = await app.inject({ url: '/v1/models', headers: { authorization: `Bearer ${secret}` } });
  expect(models.statusCode).toBe(401);
  const left = await database.admin.query('select user_id from identity.api_keys where user_id = any($1)', [
    [person.user.id, bystander.user.id],
  ]);
  expect(left.rows).toEqual([{ user_id: bystander.user.id }]);
  const refused = await person.call('POST', '/api/privacy/erasure/kinds', { kind: 'identity.passwords' });
  expect(refused.json()).toMatchObject({ code: 'privacy.not_deletable' });
});
