import { hashEntry, type LogEntry } from '@candor/privacy-engine';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { anOperator, aPerson } from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { fillPath, operationsOf } from '../../trust/operations.ts';
import { sequenceLog } from './index.ts';

interface Answer {
  readonly items: { envelope: LogEntry['envelope']; ciphertext: string }[];
  readonly next: number | null;
}

function readLog(app: FastifyInstance, token: string, query = '') {
  return app.inject({ url: `/api/audit/log/entries${query}`, headers: { authorization: `Bearer ${token}` } });
}

test('DRUN-3.3.f an auditor reads the log and nothing else, for so many days, and every look is in the log', async ({
  app,
  database,
  clock,
}) => {
  await app.ready();
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const person = await aPerson(app);
  const operator = await anOperator(app, database);
  const admitted = await operator.call('POST', '/api/audit/auditors', { days: 7 });
  const { token, auditorId } = admitted.json<{ token: string; auditorId: string }>();
  await sequenceLog(system);
  const first = (await readLog(app, token, '?limit=2')).json<Answer>();
  expect([first.items.length, first.next]).toEqual([2, 2]);
  const rest = (await readLog(app, token, `?from=${first.next}&limit=1000`)).json<Answer>();
  const [leaf] = rest.items.slice(-1);
  const stored = await database.admin.query<{ hash: string }>(
    'select hash from audit.log_nodes where level = 0 and position = $1',
    [leaf?.envelope.seq],
  );
  const bytes = Buffer.from(leaf?.ciphertext ?? '', 'base64url');
  if (leaf === undefined) throw new Error('the log is not empty');
  expect(Buffer.from(hashEntry({ envelope: leaf.envelope, ciphertext: bytes })).toString('hex')).toBe(
    stored.rows[0]?.hash,
  );
  expect(JSON.stringify(rest)).not.toContain(person.user.username);

  const looks = await database.admin.query(
    `select 1 from audit.entries where action = 'audit.auditor_read' and actor = $1`,
    [`system:${auditorId}`],
  );
  expect(looks.rowCount).toBe(2);

  for (const { method, path } of operationsOf(app)) {
    if (path === '/api/audit/log/entries' || !path.startsWith('/api/')) continue;
    const ask = (headers: Record<string, string>) =>
      app.inject({ method, url: fillPath(path, () => 'x'), headers });
    const [stranger, auditor] = [await ask({}), await ask({ authorization: `Bearer ${token}` })];
    expect([path, auditor.statusCode]).toEqual([path, stranger.statusCode]);
  }

  clock.advanceMs(7 * 86_400_000);
  expect((await readLog(app, token)).statusCode).toBe(401);
});

test('DRUN-3.3.f a token that was changed, prolonged or invented opens nothing', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  expect((await person.call('POST', '/api/audit/auditors', { days: 1 })).statusCode).toBe(403);
  expect((await operator.call('POST', '/api/audit/auditors', { days: 31 })).statusCode).toBe(400);
  const { token } = (await operator.call('POST', '/api/audit/auditors', { days: 1 })).json<{
    token: string;
  }>();
  const [id = '', expires = '', proof = ''] = token.split('.');
  expect((await readLog(app, token)).statusCode).toBe(200);
  const forged = [
    `${id}.${Number(expires) + 86_400_000}.${proof}`,
    `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}.${expires}.${proof}`,
    `${id}.${expires}.${'A'.repeat(43)}`,
    `${id}.${expires}.`,
    '',
  ];
  for (const attempt of forged) expect((await readLog(app, attempt)).statusCode, attempt).toBe(401);
});
