import { addDays, chineseCalendar, civilDateInShanghai, requestDeadline } from '@candor/privacy-engine';
import type pg from 'pg';
import { expect } from 'vitest';
import { roleOf } from '../kernel/database-options.ts';
import { runJobNow } from '../kernel/jobs.ts';
import { registry } from '../testing/registry.ts';
import { anAddress, aPerson, personOf, readCode } from '../testing/factories.ts';
import { contextWith, test } from '../testing/test.ts';

/** Clauses of the policies about who may read what, and about what is asked for. */

const columns = registry.tables.flatMap((table) =>
  table.columns.flatMap((column) =>
    column.datum === null ? [] : [{ table, column, datum: column.datum, place: placeOf(table, column) }],
  ),
);
const allPurposes = Object.keys(registry.vocabulary.purposes);

function placeOf(table: { schema: string; name: string }, column: { name: string }): string {
  return `${table.schema}.${table.name}.${column.name}`;
}

/** Which columns the role of a purpose may read in the live database. */
async function readableBy(admin: pg.Pool, purpose: string): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query<{ place: string }>(
    `select table_schema || '.' || table_name || '.' || column_name as place
     from information_schema.column_privileges where grantee = $1 and privilege_type = 'SELECT'`,
    [roleOf(registry, purpose)],
  );
  return new Set(rows.map(({ place }) => place));
}

test('DRUN-3.1.f device data is read for login, security and the person, and for nothing else', async ({
  database,
}) => {
  const device = columns.filter(({ datum }) => datum.category === 'device');
  expect(device.length).toBeGreaterThan(3);
  const lawful = new Set(['signin', 'account', 'security', 'rights', 'erasure']);
  for (const purpose of allPurposes.filter((name) => !lawful.has(name))) {
    const readable = await readableBy(database.admin, purpose);
    const read = device.filter(({ place }) => readable.has(place)).map(({ place }) => place);
    expect({ purpose, read }).toEqual({ purpose, read: [] });
  }
  const asMarketing = `set role ${roleOf(registry, 'marketing')}; select ip from audit.access_log`;
  await expect(database.admin.query(asMarketing)).rejects.toThrow('permission denied');
});

test('DRUN-3.2.g no purpose reads both content of models and identities', async ({ database }) => {
  const identity = columns.filter(
    ({ datum }) => datum.category === 'identity' || datum.category === 'contact',
  );
  const content = columns.filter(({ datum }) => datum.category === 'content');
  expect(content.length).toBeGreaterThan(0);
  const engines = new Set(['rights', 'erasure']);
  for (const purpose of allPurposes.filter((name) => !engines.has(name))) {
    const readable = await readableBy(database.admin, purpose);
    const readsWho = identity.some(({ place }) => readable.has(place));
    const readsWhat = content.some(({ place }) => readable.has(place));
    expect({ purpose, readsBoth: readsWho && readsWhat }).toEqual({ purpose, readsBoth: false });
  }
  // The purpose that serves models, and those that count usage, see no names.
  for (const purpose of ['inference', 'settlement', 'improvement']) {
    const readable = await readableBy(database.admin, purpose);
    expect(identity.filter(({ place }) => readable.has(place)).map(({ place }) => place)).toEqual([]);
  }
});

test('LAW-23 DRUN-3.2.a payment accounts are sensitive, what is sensitive rests sealed, and only settlement and the person read it', async ({
  database,
}) => {
  const sensitive = columns.filter(({ datum }) => datum.sensitive === true);
  const places = sensitive.map(({ place }) => place);
  const accounts = ['account_name', 'bank_account', 'bank_name', 'serial_number'];
  expect(places).toEqual(expect.arrayContaining(accounts.map((name) => `wallet.bank_transfers.${name}`)));
  expect(
    columns.filter(({ datum }) => datum.category === 'financial-account').map(({ place }) => place),
  ).toEqual(places);
  expect(sensitive.filter(({ column }) => column.atRest === 'clear').map(({ place }) => place)).toEqual([]);
  for (const purpose of allPurposes.filter((name) => !['settlement', 'rights', 'erasure'].includes(name))) {
    const readable = await readableBy(database.admin, purpose);
    const read = places.filter((place) => readable.has(place));
    expect({ purpose, read }).toEqual({ purpose, read: [] });
  }
});

test('DRUN-5.4 DRUN-4.c POOL-sec-1 FC-5.a for every purpose, PostgreSQL opens exactly the personal columns that were declared for it', async ({
  database,
}) => {
  // Row policies look into these in the name of every purpose.
  const guards = new Set(['privacy.restrictions', 'privacy.objections']);
  const guarded = columns.filter(({ table }) => !guards.has(`${table.schema}.${table.name}`));
  // The engine of erasure looks everywhere for what is left.
  for (const purpose of allPurposes.filter((name) => name !== 'erasure')) {
    const readable = await readableBy(database.admin, purpose);
    const declared = guarded.filter(
      ({ table, datum }) =>
        datum.purposes.includes(purpose) && table.rule.access[purpose]?.includes('select') === true,
    );
    const opened = guarded.filter(({ place }) => readable.has(place));
    expect({ purpose, opened: opened.map(({ place }) => place) }).toEqual({
      purpose,
      opened: declared.map(({ place }) => place),
    });
  }
});

test('DRUN-3.1.a DRUN-3.1.0 registration keeps username, address, password and the accepted policy, and nothing else of what it is sent', async ({
  app,
  database,
}) => {
  const { version } = (await app.inject('/api/identity/policy')).json<{ version: string }>();
  const extras = {
    gender: 'zqxextra',
    birthDate: '2001-02-03-zqxextra',
    idNumber: 'zqxextra',
    company: 'zqxextra',
  };
  const payload = {
    method: 'password',
    username: 'asks-for-little',
    email: 'asks-for-little@example.com',
    password: 'a lantern under the bridge',
    policyVersion: version,
  };
  const register = (body: object) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/register',
      remoteAddress: anAddress(),
      payload: body,
    });
  const answer = await register({ ...payload, ...extras });
  const person = await personOf(
    app,
    answer.statusCode === 201 ? answer : await register(payload),
    anAddress(),
  );
  const data = (await person.call('GET', '/api/privacy/my-data?lang=en')).body;
  expect(data).toContain('asks-for-little@example.com');
  expect(data).not.toContain('zqxextra');
  const entered = columns.filter(
    ({ table, datum }) => table.schema === 'identity' && table.name === 'users' && datum.source === 'user',
  );
  const { rows } = await database.admin.query<Record<string, unknown>>(
    'select * from identity.users where id = $1',
    [person.user.id],
  );
  const kept = entered
    .filter(({ column }) => rows[0]?.[column.name] !== null)
    .map(({ column }) => column.name);
  expect(kept).toEqual([
    'username',
    'username_index',
    'username_skeleton_index',
    'email',
    'email_index',
    'language',
  ]);
});

test('DRUN-3.1.e a person who registers and logs in by code gives a number and nothing else, and a code expires with its minutes and is deleted automatically', async ({
  app,
  database,
  clock,
}) => {
  const [phone, remoteAddress] = ['+8613800139001', anAddress()];
  const askCode = (use: string) =>
    app.inject({ method: 'POST', url: '/api/identity/codes', remoteAddress, payload: { phone, use } });
  await askCode('register');
  const { version } = (await app.inject('/api/identity/policy')).json<{ version: string }>();
  const code = await readCode(database, phone);
  const payload = { method: 'phone', phone, code, policyVersion: version };
  const answer = await app.inject({ method: 'POST', url: '/api/identity/register', remoteAddress, payload });
  const { user } = await personOf(app, answer, remoteAddress);
  expect(user.email).toBeNull();
  const count = async (statement: string, parameters: unknown[] = []) =>
    Number((await database.admin.query<{ count: bigint }>(statement, parameters)).rows[0]?.count);
  expect(await count('select count(*) from identity.passwords where user_id = $1', [user.id])).toBe(0);
  const logIn = async () =>
    app.inject({
      method: 'POST',
      url: '/api/identity/login',
      remoteAddress,
      payload: { method: 'phone', phone, code: await readCode(database, phone) },
    });
  clock.advanceMs(61_000);
  await askCode('login');
  expect((await logIn()).statusCode).toBe(200);
  clock.advanceMs(61_000);
  await askCode('login');
  // Ended although nothing has swept it away yet.
  clock.advanceMs(10 * 60_000);
  expect((await logIn()).json()).toMatchObject({ code: 'identity.wrong_code' });
  expect(await count('select count(*) from identity.sign_in_codes')).toBe(1);
  clock.advanceMs(24 * 60 * 60 * 1000);
  const system = contextWith(database, clock, { kind: 'system', name: 'sweep' }, null);
  await runJobNow(system, 'privacy.sweep', {});
  expect(await count('select count(*) from identity.sign_in_codes')).toBe(0);
});

test('CHIPL-0.c FC-0.c who does not agree is not registered, and nothing about them is kept', async ({
  app,
  database,
}) => {
  await aPerson(app);
  const before = await countPersonalRows(database.admin);
  for (const policyVersion of [undefined, '', 'an older one']) {
    const answer = await app.inject({
      method: 'POST',
      url: '/api/identity/register',
      remoteAddress: anAddress(),
      payload: {
        method: 'password',
        username: 'nobody-agrees',
        email: 'nobody@example.com',
        password: 'a lantern under the bridge',
        ...(policyVersion === undefined ? {} : { policyVersion }),
      },
    });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.statusCode).toBeLessThan(500);
  }
  expect(await countPersonalRows(database.admin)).toEqual(before);
});

/** Rows of every table with data of persons; the access log is written because the law says so, for every caller. */
async function countPersonalRows(admin: pg.Pool): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const places = new Set(columns.map(({ table }) => `${table.schema}.${table.name}`));
  places.delete('audit.access_log');
  for (const place of places) {
    const { rows } = await admin.query<{ count: bigint }>(`select count(*) from ${place}`);
    counts[place] = Number(rows[0]?.count);
  }
  return counts;
}

test('LAW-24 no term of a request exceeds thirty days, whenever it is made', () => {
  for (let day = Date.UTC(2024, 0, 1); day < Date.UTC(2027, 0, 1); day += 24 * 60 * 60 * 1000) {
    const receivedAt = new Date(day);
    const { due } = requestDeadline({ receivedAt, verifiedAt: null }, chineseCalendar);
    expect(due <= addDays(civilDateInShanghai(receivedAt), 30)).toBe(true);
  }
});
