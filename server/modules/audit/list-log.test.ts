import { expect } from 'vitest';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

interface Lines {
  items: { action: string; actor: string | null; targetId: string | null; createdAt: string }[];
  nextCursor: string | null;
}

test('an officer reads the log by action, actor, target and time, and as a file; whom it concerns sees who looked', async ({
  app,
  database,
  clock,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  clock.advanceMs(60_000);
  const actor = `user:${person.user.id}`;
  const read = async (query: string) =>
    (await operator.call('GET', `/api/audit/log/lines?${query}`)).json<Lines>();
  const mine = await read(`actor=${encodeURIComponent(actor)}`);
  expect(new Set(mine.items.map((line) => line.actor))).toEqual(new Set([actor]));
  // The newest line is about this very reading.
  expect((await read('limit=1')).items[0]?.action).toBe('audit.person_read');
  const opened = await read('action=identity.session_opened&limit=1');
  expect(opened.items).toMatchObject([{ action: 'identity.session_opened' }]);
  const older = await read(`action=identity.session_opened&limit=1&cursor=${opened.nextCursor}`);
  expect(older.items).toMatchObject([{ action: 'identity.session_opened' }]);
  expect(older.items).not.toEqual(opened.items);
  const target = opened.items[0]?.targetId ?? '';
  const targets = (await read(`targetId=${target}`)).items.map((line) => line.targetId);
  expect(new Set(targets)).toEqual(new Set([target]));
  const [openedAt = ''] = opened.items.map((line) => line.createdAt);
  const later = new Date(Date.parse(openedAt) + 1).toISOString();
  const times = async (query: string) => (await read(query)).items.map((line) => line.createdAt);
  expect((await times(`to=${later}`)).length).toBeGreaterThan(0);
  expect((await times(`to=${later}`)).every((at) => at < later)).toBe(true);
  expect((await times(`from=${later}`)).length).toBeGreaterThan(0);
  expect((await times(`from=${later}`)).every((at) => at >= later)).toBe(true);
  const file = await operator.call('GET', `/api/audit/log/lines.csv?actor=${encodeURIComponent(actor)}`);
  expect(file.headers['content-disposition']).toContain('audit-log.csv');
  expect(file.body.trim().split('\r\n')).toHaveLength(mine.items.length + 1);
  const looks = (await person.call('GET', '/api/audit/staff-reads')).json<{ items: { what: string[] }[] }>();
  expect(looks.items[0]?.what).toContain('audit.entries.actor');
});

test('without a reason the log is not read, and only an operator reads it', async ({ app, database }) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const withoutReason = await app.inject({
    url: '/api/audit/log/lines',
    headers: { cookie: operator.headers.cookie },
  });
  expect(withoutReason.json()).toMatchObject({ code: 'audit.reason_required' });
  expect((await person.call('GET', '/api/audit/log/lines')).statusCode).toBe(403);
  expect((await person.call('GET', '/api/audit/log/lines.csv')).statusCode).toBe(403);
});
