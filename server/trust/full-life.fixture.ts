// A life that leaves a row in every table with data of persons: a promise about "everything" is proved on no other.
import { expect } from 'vitest';
import { runJobNow } from '../kernel/jobs.ts';
import { newsOf, send } from '../modules/announcements/news.fixture.ts';
import { sequenceLog } from '../modules/audit/index.ts';
import { aStranger } from '../modules/privacy/cases/cases.fixture.ts';
import { order, type Ordered } from '../modules/wallet/sandbox-payments.fixture.ts';
import { fixtureFileOf, ofAllModules } from '../testing/module-fixture.ts';
import { registry } from '../testing/registry.ts';
import { consentTo } from '../testing/consents.fixture.ts';
import { goodPassword, type Person, readCode } from '../testing/factories.ts';
import type { Cloud, Customer } from '../testing/gateway.ts';
import type { Database } from '../testing/test.ts';

export interface Life extends Customer {
  /** A top-up that was begun and never paid; while it is open the account cannot be closed. */
  readonly ordered: Ordered;
  /** What was entered or is known by heart: finding one of these is finding the person. */
  readonly words: readonly string[];
}

/** Stands in every text that modules bring into the life. */
const word = 'Moonlight Carpentry Ledger';
const proof = { password: goodPassword };

/** Tables with data of persons, as `schema.table`. */
export const personalTables = registry.tables.filter((table) =>
  table.columns.some(({ datum }) => datum !== null),
);

export const orderEndsMs = 1_800_001;

/** Where this life has no row, as the modules say. */
export const notLived: ReadonlySet<string> = new Set(ofAllModules(({ notLived }) => notLived));

/** What to do where this life has no row. */
function howToLive(table: string): string {
  const file = fixtureFileOf(table.split('.', 1)[0] ?? '');
  return `${table}: let \`live\` of ${file} leave a row, or say in \`notLived\` that no life does`;
}

/** Through public interfaces and the jobs behind them; every table but those of `notLived` has a row in the end. */
export async function aFullLife(cloud: Cloud, database: Database): Promise<Life> {
  const customer = await cloud.customer(100_000_000n, { name: 'kitchen laptop' });
  const { person, client } = customer;
  const oldEmail = person.user.email ?? '';
  const email = `moved-${oldEmail}`;
  const say = async (method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, body?: object) => {
    const answer = await person.call(method, url, body);
    expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
    return answer;
  };
  await client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'Hello' }],
  });
  await cloud.usage(customer, 1);
  await countedBefore(cloud, database, person.tenant.id);
  const ordered = await order(cloud.app, person, 10_000_000);

  await say('PATCH', '/api/identity/me', { displayName: 'Moonlight Carpenter' });
  await say('POST', '/api/identity/codes', { use: 'bind', email });
  const corrections = [{ table: 'identity.users', row: person.user.id, column: 'email', value: email }];
  await say('PATCH', '/api/privacy/correction', {
    corrections,
    code: await readCode(database, email),
    proof,
  });
  await tellRecipients(cloud, database, person.user.id);
  await say('POST', '/api/identity/codes', { use: 'recover', email });

  await consentTo(person, 'marketing');
  await consentTo(person, 'improvement');
  await send(database, cloud.system.clock, await newsOf(cloud.operator));
  await say('PUT', '/api/privacy/objections/improvement');
  const description = 'The lamp over the carpentry is dark.';
  await say('POST', '/api/privacy/cases', { type: 'complaint', description });
  await aRequestByMail(cloud, email);
  const copy = await say('POST', '/api/privacy/exports', { language: 'en', proof });
  await runJobNow(cloud.system, 'privacy.write-export', { exportId: copy.json<{ id: string }>().id });
  await beServed(cloud, person.tenant.id);
  for (const live of ofAllModules(({ live }) => live && [live])) await live({ call: say, word });
  // What came to the address before it was theirs is claimed when they look.
  await person.call('GET', '/api/privacy/my-data?lang=en');
  await sequenceLog(cloud.system);
  for (const [table, rows] of await rowsOf(database, person))
    if (!notLived.has(table)) expect(rows, howToLive(table)).toBeGreaterThan(0);
  const words = [
    word,
    person.user.username,
    oldEmail,
    email,
    'Moonlight Carpenter',
    'kitchen laptop',
    description,
  ];
  return { ...customer, ordered, words };
}

/** An hour that a release before meters has counted. */
async function countedBefore(cloud: Cloud, { admin }: Database, tenantId: string): Promise<void> {
  await admin.query(
    `insert into billing.usage_hours (tenant_id, hour, api_key_id, model_id, requests, estimated_requests, input_tokens, output_tokens, charge_micros)
     values ($1, date_trunc('hour', $2::timestamptz), 'key_of_before', $3, 1, 0, 10, 20, 0)`,
    [tenantId, cloud.system.clock.now(), cloud.modelId],
  );
}

async function tellRecipients(cloud: Cloud, { admin }: Database, userId: string): Promise<void> {
  cloud.system.product.recipientHooks.add({ name: 'mailProvider', tell: () => Promise.resolve() });
  const passOn = 'privacy.correction-made';
  const { rows } = await admin.query<{ payload: object }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = $1 and j.payload->>'subjectId' = $2`,
    [passOn, userId],
  );
  for (const { payload } of rows) await runJobNow(cloud.system, passOn, payload);
}

async function aRequestByMail(cloud: Cloud, email: string): Promise<void> {
  const filed = await aStranger(cloud.app)('', {
    type: 'access',
    description: 'What do you hold about the carpentry?',
    language: 'en',
    email,
  });
  const { reference } = filed.json<{ reference: string }>();
  await runJobNow(cloud.system, 'privacy.send-contact-code', { caseId: reference });
}

/** What the staff writes about the person, and what the staff reads. */
async function beServed({ operator }: Cloud, tenantId: string): Promise<void> {
  const credited = await operator.call('POST', '/api/wallet/bank-transfers', {
    tenantId,
    amountMicros: 1_000_000,
    serialNumber: `SERIAL-${tenantId}`,
    message: 'for the carpentry',
    paymentSource: {
      accountName: 'Carpentry of the Moon',
      bankAccount: '6222000011112222',
      bankName: 'Bank of Harbin',
    },
  });
  expect(credited.statusCode, credited.body).toBe(201);
  await operator.call('POST', '/api/identity/tenants/search', { query: tenantId });
}

/** How many rows of a person, or of the account that is theirs alone, each table with data of persons has. */
export async function rowsOf({ admin }: Database, { user, tenant }: Person): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { schema, name, subjectColumn } of personalTables) {
    const { rows } = await admin.query<{ rows: number }>(
      `select count(*)::int as rows from ${schema}.${name} where ${subjectColumn} = any($1)`,
      [[user.id, tenant.id]],
    );
    counts.set(`${schema}.${name}`, rows[0]?.rows ?? 0);
  }
  return counts;
}
