import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { readExport } from '../../../../privacy-engine/testing/read-export.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import { registry } from '../../../testing/registry.ts';
import { consentTo } from '../../../testing/consents.fixture.ts';
import { anApiKey, anOperator, aPerson, type Person } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';

interface Copy {
  id: string;
  status: string;
  rowsDone: number;
  rowsTotal: number | null;
  expiresAt: string | null;
  downloadUrl: string | null;
}

async function askForCopy(person: Person, language: 'zh' | 'en' = 'en'): Promise<Copy> {
  const answer = await person.call('POST', '/api/privacy/exports', {
    language,
    proof: { password: person.password },
  });
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<Copy>();
}

async function lookAt(person: Person, { id }: Copy): Promise<Copy> {
  return (await person.call('GET', `/api/privacy/exports/${id}`)).json<Copy>();
}

async function download(app: FastifyInstance, person: Person, { id }: Copy) {
  return app.inject({ url: `/api/privacy/exports/${id}/file`, headers: person.headers });
}

test('DRUN-7.5 POOL-rts-1 CHIPL-8.1.a FC-6.3 LAW-14 a person takes along everything held about them, readable by machines and people', async ({
  app,
  anonymous,
  database,
}) => {
  const person = await aPerson(app);
  await anApiKey(person, { name: '=HYPERLINK("http://evil")' });
  await consentTo(person, 'marketing');
  const operator = await anOperator(app, database);
  await operator.call('POST', '/api/identity/tenants/search', { query: person.tenant.id });
  const asked = await askForCopy(person);
  expect(asked.status).toBe('queued');
  const system = { ...anonymous, actor: { kind: 'system', name: 'test' } as const };
  await runJobNow(system, 'privacy.write-export', { exportId: asked.id });
  const ready = await lookAt(person, asked);
  expect(ready).toMatchObject({ status: 'ready', rowsDone: ready.rowsTotal });
  expect(ready.rowsTotal).toBeGreaterThan(3);
  const file = await download(app, person, ready);
  expect(file.headers['content-type']).toBe('application/zip');
  const { data, tables, files } = await readExport(file.rawPayload);

  expect(data.tables['identity.users']?.rows).toEqual([
    expect.objectContaining({ username: person.user.username, email: person.user.email }),
  ]);
  expect(data.tables['identity.api_keys']?.rows).toEqual([
    expect.objectContaining({ name: '=HYPERLINK("http://evil")' }),
  ]);
  for (const [name, rows] of Object.entries(tables)) expect(rows, name).toEqual(data.tables[name]?.rows);
  expect(files.get('tables/identity.api_keys.csv')).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(files.get('index.html')).toContain(person.user.username);
  expect(data.tables['privacy.consent_events']?.rows).toEqual([
    expect.objectContaining({ purpose: 'marketing', kind: 'given' }),
  ]);
  const receipts = [...files].filter(([name]) => name.startsWith('receipts/'));
  expect(receipts).toHaveLength(1);
  const checked = await app.inject({
    method: 'POST',
    url: '/api/privacy/receipts/verify',
    payload: { document: receipts[0]?.[1] },
  });
  expect(checked.json()).toMatchObject({ isGenuine: true });
  expect(data.recipients.map(({ key }) => key)).toContain('mailProvider');

  expect(JSON.parse(files.get('who-looked.json') ?? '')).toEqual([
    expect.objectContaining({ by: operator.user.id, what: ['identity.users.username'] }),
  ]);

  for (const { schema, name, columns, subjectColumn, keyColumn } of registry.tables) {
    const personal = columns.filter(({ datum }) => datum !== null);
    if (personal.length === 0) continue;
    const told = data.tables[`${schema}.${name}`];
    expect(Object.keys(told?.columns ?? {})).toEqual(personal.map((column) => column.name));
    if (Object.values(told?.columns ?? {}).every(({ reason }) => reason !== null)) continue;
    const { rows: held } = await database.admin.query<{ key: string }>(
      `select ${keyColumn} as key from ${schema}.${name} where ${subjectColumn} = $1 order by ${keyColumn} desc`,
      [person.user.id],
    );
    const keys = told?.rows.map((row) => row[keyColumn ?? '']) ?? [];
    // Asking for the copy, looking at it and downloading it leave newer rows behind.
    expect(held.map(({ key }) => key).slice(held.length - keys.length), name).toEqual(keys);
    // The pieces of the copy are the copy itself.
    if (!['access_log', 'entries', 'entry_details', 'export_chunks'].includes(name))
      expect(keys, name).toHaveLength(held.length);
  }
});
