import { Writable } from 'node:stream';
import { createCandor } from '../../../candor.ts';
import { expect } from 'vitest';
import { createLog } from '../../../kernel/log.ts';
import { anOperator, readMessages } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { summariseQueue } from './case-queue.ts';
import { aRequest, asPerson, asWorker, type CaseAnswer, enter } from './cases.fixture.ts';
import { watchDeadlines } from './watch-deadlines.ts';

// In a file of its own: it counts every open case of its database.
test('DRUN-7.7 an overdue answer is seen by the person and the officer, alerted, audited and counted, once', async ({
  app,
  database,
  clock,
}) => {
  const request = await aRequest({ app, database, clock }, { type: 'explain-rules' });
  const { accessKey } = await enter(database, request);
  const key = { reference: request.reference, accessKey };
  const read = async () => (await request.ask('/read', key)).json<CaseAnswer>();
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const worker = { ...asWorker(database, clock), log: createLog('info', stream) };
  const { cron } = createCandor().jobs.find('privacy.watch-case-deadlines') ?? {};
  expect(cron, 'looked at every ten minutes').toBe('*/10 * * * *');
  clock.set(new Date('2026-11-16T15:59:00Z'));
  expect(await watchDeadlines(worker)).toMatchObject({ overdue: 0 });
  expect(await read()).toMatchObject({ isOverdue: false, workingDaysLeft: 0 });

  clock.set(new Date('2026-11-16T16:00:00Z'));
  // Before any job has run the person sees it already.
  expect(await read()).toMatchObject({ isOverdue: true, workingDaysLeft: -1 });
  for (let round = 0; round < 2; round += 1)
    expect(await watchDeadlines(worker)).toMatchObject({ overdue: 1 });
  const seen = await read();
  expect(seen.timeline.filter(({ kind }) => kind === 'overdue')).toHaveLength(1);
  expect(seen.timeline.at(-1)).toMatchObject({ letterKind: 'overdue' });
  expect((await readMessages(database, request.email)).at(-1)?.body).toContain(
    'Our answer was due on 2026-11-16',
  );
  expect(lines.filter((line) => line.includes('is overdue'))).toHaveLength(1);
  const entries = await database.admin.query(
    `select 1 from audit.entries where action = 'privacy.case_overdue' and target_id = $1`,
    [request.reference],
  );
  expect(entries.rowCount).toBe(1);
  const metrics = await app.inject({ url: '/metrics' });
  expect(metrics.body).toContain('candor_privacy_cases_overdue 1');

  const officer = await anOperator(app, database);
  const queue = await officer.call('GET', '/api/privacy/queue?overdue=true');
  expect(queue.json<{ items: CaseAnswer[] }>().items).toMatchObject([
    { id: request.reference, isOverdue: true },
  ]);
  expect((await officer.call('GET', '/api/privacy/queue?overdue=false')).json()).toMatchObject({ items: [] });
  expect(await summariseQueue(asPerson(database, clock, officer))).toMatchObject({ overdue: 1, open: 1 });
});
