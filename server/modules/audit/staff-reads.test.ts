import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { asSystem, type Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { newId, newTimelessId } from '../../kernel/id.ts';
import { anApiKey, aPerson, anOperator } from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { fillPath, operationsOf } from '../../trust/operations.ts';
import { sendMessage } from '../notifications/index.ts';
import { recordStaffRead, sequenceLog } from './index.ts';
import * as messages from '../identity/messages.ts';

interface Looks {
  readonly items: { staffId: string; what: string[]; reason: string; caseId: string | null }[];
}

test('CHIPL-10.2.b staff that reads data of a person says why, and the person sees who looked', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  const caseId = newId('req');
  const headers = {
    ...operator.headers,
    'x-candor-reason': encodeURIComponent('客户来电要求核对账户名称'),
    'x-candor-case': caseId,
  };
  const url = '/api/identity/tenants/search';
  const payload = { query: person.user.username };
  const answer = await app.inject({ method: 'POST', url, headers, payload });
  expect(answer.body).toContain(person.user.username);
  const looks = (await person.call('GET', '/api/audit/staff-reads')).json<Looks>();
  expect(looks.items).toMatchObject([
    {
      staffId: operator.user.id,
      what: ['identity.users.username'],
      reason: '客户来电要求核对账户名称',
      caseId,
    },
  ]);
  const own = (await operator.call('GET', '/api/audit/staff-reads')).json<Looks>();
  expect(own.items).toEqual([]);
  const entries = (await person.call('GET', '/api/audit/entries')).json<{
    items: { action: string; actor: string }[];
  }>();
  expect(entries.items[0]).toMatchObject({
    action: 'audit.person_read',
    actor: `user:${operator.user.id}`,
  });
});

test('CHIPL-10.2.b every staff read is an entry of the log', async ({ app, database, clock }) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  await operator.call('POST', '/api/identity/tenants/search', { query: person.user.username });
  await sequenceLog(contextWith(database, clock, { kind: 'system', name: 'test' }, null));
  const { rowCount } = await database.admin.query(
    `select 1 from audit.staff_reads r join audit.entries e on e.target_id = r.id join audit.log_leaves l on l.entry_id = e.id
     where r.subject_id = $1 and e.subject_id = $1`,
    [person.user.id],
  );
  expect(rowCount).toBe(1);
});

test('the reason rests sealed under a key of the person', async ({ app, database }) => {
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  await operator.call('POST', '/api/identity/tenants/search', { query: person.user.username });
  const { rows } = await database.admin.query<{ reason: string }>(
    'select reason from audit.staff_reads where subject_id = $1',
    [person.user.id],
  );
  expect(rows[0]?.reason).toMatch(/^s1\./);
});

test('without a reason, or with one too short or too long, staff reads no data and the answer names the header', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { 'x-candor-reason': _said, ...silent } = { 'x-candor-reason': '', ...operator.headers };
  const reasons = [
    undefined,
    '',
    'too short',
    'x'.repeat(201),
    '%E4%B8',
    encodeURIComponent(' '.repeat(30)),
    'aaaaaaaaaa',
    encodeURIComponent('test test test'),
    '-.-.-.-.-.-.-.-',
    encodeURIComponent('\u0000\u202e'.repeat(15)),
  ];
  for (const url of ['/api/identity/tenants', '/api/notifications/outbox']) {
    for (const reason of reasons) {
      const headers = reason === undefined ? silent : { ...silent, 'x-candor-reason': reason };
      const answer = await app.inject({ url, headers });
      expect([url, reason, answer.statusCode]).toEqual([url, reason, 400]);
      expect(answer.json()).toMatchObject({
        code: 'audit.reason_required',
        issues: [{ path: 'headers.x-candor-reason' }],
      });
    }
  }
  expect(
    (await database.admin.query('select 1 from audit.staff_reads where staff_id = $1', [operator.user.id]))
      .rowCount,
  ).toBe(0);
});

test('a staff read that fails to be written shows nothing: one transaction', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const actor = {
    kind: 'user',
    userId: operator.user.id,
    sessionId: 'sess_of_a_test',
    role: 'owner',
    isOperator: true,
  } as const;
  const ctx = {
    ...contextWith(database, clock, actor, operator.tenant.id),
    reason: { text: 'a reason that is long enough', caseId: null },
  };
  // No key: writing the record fails.
  const subjectId = newTimelessId('user');
  await ctx.vault.destroy(subjectId, 'evidence');
  const read = inTransaction(ctx, 'operations', (ctx) =>
    recordStaffRead(ctx, {
      subjects: [{ id: subjectId, tenantId: null }],
      what: ['identity.users.username'],
    }),
  );
  await expect(read).rejects.toMatchObject({ code: 'key-destroyed' });
});

/** Values of a person that are unmistakable wherever they turn up. */
async function aMarkedPerson(app: FastifyInstance, anonymous: Ctx) {
  const person = await aPerson(app, { username: `zqx${Math.random().toString(36).slice(2, 12)}` });
  await person.call('PATCH', '/api/identity/me', { displayName: `${person.user.username} display` });
  await anApiKey(person, { name: `${person.user.username} key` });
  const filed = await person.call('POST', '/api/privacy/cases', {
    type: 'complaint',
    description: `${person.user.username} complains`,
  });
  const self = asSystem(anonymous, 'test', person.tenant.id);
  await inTransaction(self, 'account', (ctx) =>
    sendMessage(ctx, {
      channel: 'mail',
      to: `${person.user.username}@example.com`,
      userId: person.user.id,
      message: messages.passwordChanged({}),
      language: 'en',
    }),
  );
  return { person, caseId: filed.json<{ id: string }>().id };
}

test('CHIPL-10.2.b no operation shows staff a value of a person without a record that the person sees', async ({
  app,
  database,
  anonymous,
}) => {
  await app.ready();
  const { person, caseId } = await aMarkedPerson(app, anonymous);
  const operator = await anOperator(app, database);
  const countLooks = async () =>
    (await database.admin.query('select 1 from audit.staff_reads where subject_id = $1', [person.user.id]))
      .rowCount ?? 0;
  const ids: Record<string, string> = {
    tenantId: person.tenant.id,
    userId: person.user.id,
    queuedCaseId: caseId,
  };
  const shown: string[] = [];
  const operations = operationsOf(app).filter(
    ({ method, path }) => method === 'GET' && path.startsWith('/api/'),
  );
  expect(operations.length).toBeGreaterThan(20);
  for (const { path, queryParameters } of operations) {
    const before = await countLooks();
    const query = queryParameters.includes('limit') ? '?limit=200' : '';
    const answer = await operator.call('GET', fillPath(path, (name) => ids[name] ?? 'x') + query);
    if (!answer.body.includes(person.user.username)) continue;
    shown.push(path);
    expect(await countLooks(), `GET ${path} shows a person without recordStaffRead`).toBeGreaterThan(before);
  }
  const before = await countLooks();
  const found = await operator.call('POST', '/api/identity/tenants/search', { query: person.user.username });
  expect(found.body).toContain(person.user.username);
  expect(await countLooks(), 'a search shows a person').toBeGreaterThan(before);
  // The test looks where there is something to see.
  expect(shown).toEqual(
    expect.arrayContaining([
      '/api/identity/tenants',
      '/api/notifications/outbox',
      '/api/privacy/queue/{queuedCaseId}',
    ]),
  );
});
