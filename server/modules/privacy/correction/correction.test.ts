import type { Registry } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { createCandor } from '../../../candor.ts';
import { prepareDatabase } from '../../../database/prepare-database.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import { registry } from '../../../testing/registry.ts';
import {
  anApiKey,
  aPerson,
  aTenant,
  goodPassword,
  type Person,
  readCode,
} from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { correctData } from './correct.ts';

const passOn = 'privacy.correction-made';

interface Form {
  items: {
    table: string;
    rows: {
      row: string;
      fields: {
        column: string;
        value: unknown;
        change: { kind: string; code?: string | null; reason?: string; input?: object; address?: string };
      }[];
    }[];
  }[];
}

const users = 'identity.users';

async function formOf(person: Person): Promise<Form['items']> {
  return (await person.call('GET', '/api/privacy/correction?lang=en')).json<Form>().items;
}

async function fieldOf(person: Person, table: string, column: string) {
  const row = (await formOf(person)).find((item) => item.table === table)?.rows[0];
  return row?.fields.find((field) => field.column === column);
}

function correct(person: Person, corrections: object[], rest: object = {}) {
  return person.call('PATCH', '/api/privacy/correction', { corrections, ...rest });
}

test('DRUN-7.2 POOL-rts-1 FC-6.1.1 CHIPL-8.1.a whatever a person entered stands on the form and is corrected at once', async ({
  app,
}) => {
  const person = await aPerson(app);
  const key = await anApiKey(person, { name: 'laptop' });
  const { id: row } = person.user;
  expect(await fieldOf(person, users, 'username')).toMatchObject({
    value: person.user.username,
    change: { kind: 'here', code: null, proof: true, input: { type: 'string', maxLength: 200 } },
  });
  expect(await fieldOf(person, users, 'language')).toMatchObject({
    change: { kind: 'here', input: { enum: ['zh-CN', 'en'] } },
  });
  expect(await fieldOf(person, 'identity.passwords', 'hash')).toMatchObject({
    value: null,
    change: { kind: 'elsewhere', address: '/api/identity/me/password' },
  });
  const answer = await correct(person, [
    { table: users, row, column: 'display_name', value: ' Wang Wu ' },
    { table: users, row, column: 'language', value: 'en' },
    { table: 'identity.api_keys', row: key.id, column: 'name', value: 'desk' },
  ]);
  expect(answer.statusCode, answer.body).toBe(200);
  expect((await fieldOf(person, users, 'display_name'))?.value).toBe('Wang Wu');
  expect((await fieldOf(person, users, 'language'))?.value).toBe('en');
  expect((await fieldOf(person, 'identity.api_keys', 'name'))?.value).toBe('desk');
});

test('DRUN-7.2 what is not corrected answers 422 with the declared reason, and nothing else is changed with it', async ({
  app,
}) => {
  const person = await aPerson(app);
  const { id: row } = person.user;
  const refused = await correct(person, [
    { table: users, row, column: 'display_name', value: 'Nobody' },
    { table: users, row, column: 'created_at', value: '2020-01-01T00:00:00Z' },
  ]);
  expect(refused.statusCode).toBe(422);
  expect(refused.json()).toMatchObject({
    code: 'privacy.not_correctable',
    field: 'identity.users.created_at',
    reason: '由系统记录',
  });
  expect((await fieldOf(person, users, 'display_name'))?.value).toBeNull();
  const unknown = await correct(person, [{ table: users, row, column: 'tenant_id', value: 'tenant_x' }]);
  expect(unknown.statusCode).toBe(400);
});

test('the rules of a value are those of the module that owns it, and all that is wrong is named', async ({
  app,
}) => {
  const person = await aPerson(app);
  const other = await aPerson(app);
  const { id: row } = person.user;
  const wrong = await correct(person, [
    { table: users, row, column: 'username', value: '@' },
    { table: users, row, column: 'language', value: 'fr' },
  ]);
  expect(wrong.statusCode).toBe(400);
  expect(wrong.json<{ issues: { path: string }[] }>().issues.map(({ path }) => path)).toEqual([
    'body.corrections.0.value',
    'body.corrections.1.value',
  ]);
  const taken = await correct(
    person,
    [{ table: users, row, column: 'username', value: other.user.username }],
    { proof: { password: goodPassword } },
  );
  expect(taken.json()).toMatchObject({ code: 'identity.username_taken' });
});

test("another person's rows cannot be corrected and are answered like missing ones", async ({ app }) => {
  const person = await aPerson(app);
  const other = await aPerson(app);
  const theirs = await anApiKey(other, { name: 'theirs' });
  for (const [table, row, column] of [
    ['identity.api_keys', theirs.id, 'name'],
    [users, other.user.id, 'display_name'],
  ] as const) {
    const answer = await correct(person, [{ table, row, column, value: 'mine' }]);
    expect(answer.statusCode, table).toBe(404);
  }
});

test('DRUN-7.2 a new address counts with the code sent to it, and the recipient of the old one is notified, once', async ({
  app,
  anonymous,
  database,
}) => {
  const person = await aPerson(app);
  const { id: row } = person.user;
  const email = `new-${person.user.username}@example.com`;
  const wanted = [{ table: users, row, column: 'email', value: email }];
  expect((await correct(person, wanted)).json()).toMatchObject({
    code: 'privacy.code_needed',
    channel: 'mail',
  });
  expect(
    (await correct(person, wanted, { code: '000000', proof: { password: goodPassword } })).json(),
  ).toMatchObject({
    code: 'identity.wrong_code',
  });
  await person.call('POST', '/api/identity/codes', { use: 'bind', email });
  const answer = await correct(person, wanted, {
    code: await readCode(database, email),
    proof: { password: goodPassword },
  });
  expect(answer.statusCode, answer.body).toBe(200);
  expect((await fieldOf(person, users, 'email'))?.value).toBe(email);

  const { rows } = await database.admin.query<{ payload: object }>(
    `select j.payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
     where t.identifier = $1 and j.payload->>'subjectId' = $2`,
    [passOn, row],
  );
  expect(rows).toHaveLength(1);
  const told: string[] = [];
  anonymous.product.recipientHooks.add({
    name: 'mailProvider',
    tell: async (_ctx, { place }) => void told.push(place),
  });
  const system = { ...anonymous, actor: { kind: 'system', name: 'test' } as const };
  for (let time = 0; time < 2; time += 1) await runJobNow(system, passOn, rows[0]?.payload);
  expect(told).toContain('identity.users.email');
  const data = await person.call('GET', '/api/privacy/my-data/rows?table=privacy.correction_notices');
  expect(data.json<{ items: object[] }>().items).toEqual([
    expect.objectContaining({ place: 'identity.users.email', recipient: 'mailProvider' }),
  ]);
  const audited = await database.admin.query<{ action: string }>(
    `select action from audit.entries where subject_id = $1 and (actor, action) in (($2, 'identity.self_changed'), ('system:correction', 'privacy.correction_passed_on'))`,
    [row, `user:${row}`],
  );
  expect(audited.rows.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['identity.self_changed', 'privacy.correction_passed_on']),
  );
});

test('DRUN-7.2 what needs a decision becomes a request with the wanted value in its sealed words', async ({
  app,
  database,
  clock,
}) => {
  const ctx = await aTenant(app, database, clock);
  const row = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
  const needsRequest: Registry = {
    ...registry,
    tables: registry.tables.map((table) => ({
      ...table,
      columns: table.columns.map((column) =>
        column.name === 'display_name' && column.datum !== null
          ? { ...column, datum: { ...column.datum, edit: 'request' as const } }
          : column,
      ),
    })),
  };
  // Rules stand under names of their own, so those of these declarations come beside the others.
  await prepareDatabase(database.adminUrl, 'only-for-tests', needsRequest, database.vault);
  const [outcome] = await correctData(
    { ...ctx, product: { ...ctx.product, registry: needsRequest } },
    {
      corrections: [{ table: users, row, column: 'display_name', value: 'Li Si' }],
      explanation: 'the name on my identity card',
      proof: { password: goodPassword },
      language: 'en',
    },
  );
  expect(outcome).toMatchObject({ outcome: 'requested', column: 'display_name' });
  const { rows } = await database.admin.query<{ type: string; description: string }>(
    'select type, description from privacy.cases where id = $1',
    [outcome?.caseId],
  );
  expect(rows[0]).toMatchObject({ type: 'correct' });
  expect(rows[0]?.description).toMatch(/^s1\./);
});

test('every datum a person may edit has a corrector, and nothing else has', () => {
  const editable = registry.tables.flatMap(({ schema, name, columns }) =>
    columns
      .filter(({ datum, atRest }) => datum?.edit === 'self' && atRest !== 'index')
      .map((column) => `${schema}.${name}.${column.name}`),
  );
  const corrected = [...createCandor().corrections.values()].flatMap(({ table, schema, elsewhere }) =>
    [...Object.keys(schema.shape), ...Object.keys(elsewhere)].map((column) => `${table}.${column}`),
  );
  expect(corrected.toSorted()).toEqual(editable.toSorted());
});
