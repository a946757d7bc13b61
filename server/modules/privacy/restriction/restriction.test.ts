import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Ctx } from '../../../kernel/context.ts';
import { withConsentLease } from '../../../kernel/consent-lease.ts';
import { inTransaction } from '../../../kernel/db.ts';
import type { Purpose } from '../../../declare/policy.ts';
import { registry } from '../../../testing/registry.ts';
import { consentTo } from '../../../testing/consents.fixture.ts';
import { anApiKey, aPerson, type Person } from '../../../testing/factories.ts';
import { contextWith, type Database, test, type TestClock } from '../../../testing/test.ts';
import { purposesWhere, stoppablePurposes } from './stoppable-purposes.ts';

const guards = new Set(['privacy.restrictions', 'privacy.objections']);

/** The view of other purposes: what a purpose of the platform or of the tenant sees of one person. */
function otherPurpose(database: Database, clock: TestClock, person: Person): Ctx {
  return contextWith(database, clock, { kind: 'system', name: 'test' }, person.tenant.id);
}

/** How many rows of the person each table shows to a purpose, tables it may not read left out. */
async function rowsSeen(ctx: Ctx, purpose: Purpose, subject: string): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (const { schema, name, subjectColumn, rule } of registry.tables) {
    if (subjectColumn === null || rule.access[purpose]?.includes('select') !== true) continue;
    if (guards.has(`${schema}.${name}`)) continue;
    const { rows } = await inTransaction(ctx, purpose, (ctx) =>
      ctx.db.execute<{ count: bigint }>(
        sql`select count(*) as count from ${sql.identifier(schema)}.${sql.identifier(name)} where ${sql.identifier(subjectColumn)} = ${subject}`,
      ),
    );
    seen[`${schema}.${name}`] = Number(rows[0]?.count);
  }
  return seen;
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

/** A person with rows in many tables, who has agreed to everything optional. */
async function aBusyPerson(app: Parameters<typeof aPerson>[0], database: Database): Promise<Person> {
  const person = await aPerson(app);
  await anApiKey(person);
  await consentTo(person, 'marketing');
  await consentTo(person, 'improvement');
  await person.call('POST', '/api/wallet/top-ups', { amountMicros: 1_000_000, channel: 'sandbox' });
  await database.admin.query(
    `insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, model_id, price_version_id, input_tokens, output_tokens,
       charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
     values ('usage_' || $1, 'req_' || $1, $2, $1, 'key', 'model', 'price', 1, 1, 1, false, false, 'completed', now(), 1, now(), now(), false, now())`,
    [person.user.id, person.tenant.id],
  );
  return person;
}

test('DRUN-7.4 POOL-rts-3 LAW-8 a restricted person exists on no table for any purpose that stops, and unchanged for every other', async ({
  app,
  database,
  clock,
}) => {
  const person = await aBusyPerson(app, database);
  const ctx = otherPurpose(database, clock, person);
  const look = async (purposes: readonly Purpose[]) => {
    const seen: Record<string, Record<string, number>> = {};
    for (const purpose of purposes.filter((name) => registry.vocabulary.purposes[name]?.scope !== 'subject'))
      seen[purpose] = await rowsSeen(ctx, purpose, person.user.id);
    return seen;
  };
  const stopping = await look(stoppablePurposes(database.product));
  const going = await look(purposesWhere(database.product, 'continues'));
  for (const [purpose, seen] of Object.entries(stopping)) expect(sum(seen), purpose).toBeGreaterThan(0);

  expect((await person.call('POST', '/api/privacy/restriction')).statusCode).toBe(204);
  for (const [purpose, seen] of Object.entries(await look(stoppablePurposes(database.product))))
    expect(sum(seen), `${purpose}: ${JSON.stringify(seen)}`).toBe(0);
  const still = await look(purposesWhere(database.product, 'continues'));
  // The restriction itself leaves traces in the log of visits and actions.
  for (const [purpose, seen] of Object.entries(going)) {
    for (const [table, rows] of Object.entries(seen))
      expect(still[purpose]?.[table], `${purpose} ${table}`).toBeGreaterThanOrEqual(rows);
  }

  expect((await person.call('POST', '/api/privacy/restriction')).statusCode).toBe(204);
  expect((await person.call('DELETE', '/api/privacy/restriction')).statusCode).toBe(204);
  for (const [purpose, seen] of Object.entries(await look(stoppablePurposes(database.product))))
    // The log has grown by the restriction and its end.
    expect({ ...seen, 'audit.entries': 0 }, purpose).toEqual({ ...stopping[purpose], 'audit.entries': 0 });
});

test('DRUN-7.6 an objection stops its purpose at once, whatever it rests on, and no other; service messages continue', async ({
  app,
  database,
  clock,
}) => {
  const person = await aBusyPerson(app, database);
  const ctx = otherPurpose(database, clock, person);
  const isSeen = async (purpose: Purpose) => sum(await rowsSeen(ctx, purpose, person.user.id)) > 0;
  for (const purpose of stoppablePurposes(database.product)) {
    expect(await isSeen(purpose), purpose).toBe(true);
    for (let time = 0; time < 2; time += 1)
      expect((await person.call('PUT', `/api/privacy/objections/${purpose}`)).statusCode).toBe(204);
    for (const other of stoppablePurposes(database.product))
      expect(await isSeen(other), other).toBe(other !== purpose);
    const { purposes } = (await person.call('GET', '/api/privacy/processing?lang=en')).json<{
      purposes: { purpose: string; objectedAt: string | null }[];
    }>();
    expect(purposes.filter(({ objectedAt }) => objectedAt !== null).map((shown) => shown.purpose)).toEqual([
      purpose,
    ]);
    expect((await person.call('DELETE', `/api/privacy/objections/${purpose}`)).statusCode).toBe(204);
    expect(await isSeen(purpose), purpose).toBe(true);
  }
  await person.call('PUT', '/api/privacy/objections/marketing');
  await person.call('POST', '/api/privacy/restriction');
  const sent = await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    payload: { use: 'recover', email: person.user.email },
  });
  expect(sent.statusCode).toBe(202);
  const { rows } = await database.admin.query(
    `select template from notifications.outbox where user_id = $1 and template = 'code'`,
    [person.user.id],
  );
  expect(rows).toHaveLength(1);
});

test('DRUN-7.6 a transaction that is open when the objection comes sees nothing more at its next statement', async ({
  app,
  database,
  clock,
}) => {
  const person = await aBusyPerson(app, database);
  const ctx = otherPurpose(database, clock, person);
  const count = async (ctx: Ctx) =>
    (await ctx.db.execute(sql`select id from identity.users where id = ${person.user.id}`)).rows.length;
  await inTransaction(ctx, 'operations', async (ctx) => {
    expect(await count(ctx)).toBe(1);
    await person.call('PUT', '/api/privacy/objections/operations');
    expect(await count(ctx)).toBe(0);
  });
});

test('work that stands on a consent ends when its person objects or restricts, and a later consent counts again', async ({
  app,
  database,
  clock,
}) => {
  const person = await aBusyPerson(app, database);
  const ctx = { ...otherPurpose(database, clock, person), tenantId: null };
  const work = () =>
    withConsentLease(ctx, { purpose: 'marketing', subject: person.user.id }, async (lease) => {
      await lease.checkpoint();
      return 'done';
    });
  expect(await work()).toBe('done');
  await person.call('PUT', '/api/privacy/objections/marketing');
  await expect(work()).rejects.toThrow('consent to marketing has ended');
  await consentTo(person, 'marketing');
  expect(await work()).toBe('done');
  await person.call('POST', '/api/privacy/restriction');
  await expect(work()).rejects.toThrow('consent to marketing has ended');
});

test('what the contract or the law requires cannot be objected to, and the answer says so', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  for (const purpose of purposesWhere(database.product, 'continues')) {
    const answer = await person.call('PUT', `/api/privacy/objections/${purpose}`);
    expect(answer.statusCode, purpose).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'privacy.purpose_cannot_stop', purpose });
  }
});

test('every stop and every change of mind is written down once', async ({ app, database }) => {
  const person = await aPerson(app);
  const twice = async (method: 'POST' | 'PUT' | 'DELETE', url: string) => {
    for (let time = 0; time < 2; time += 1) await person.call(method, url);
  };
  await twice('POST', '/api/privacy/restriction');
  await twice('DELETE', '/api/privacy/restriction');
  await twice('PUT', '/api/privacy/objections/marketing');
  await twice('DELETE', '/api/privacy/objections/marketing');
  const { rows } = await database.admin.query<{ action: string }>(
    `select action from audit.entries where actor = $1 and action like 'privacy.%' order by id`,
    [`user:${person.user.id}`],
  );
  expect(rows.map(({ action }) => action)).toEqual([
    'privacy.processing_restricted',
    'privacy.restriction_lifted',
    'privacy.objected',
    'privacy.objection_lifted',
  ]);
});
