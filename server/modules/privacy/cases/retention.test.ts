import { expect } from 'vitest';
import { anOperator, aPerson } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { sweepRetention } from '../retention/index.ts';
import { aRequest, asPerson, asWorker, enter } from './cases.fixture.ts';
import { openCase } from './index.ts';
import { watchDeadlines } from './watch-deadlines.ts';
import { closeCase } from './work-cases.ts';

const dayMs = 86_400_000;

test('a case is deleted three years after it was closed, not a day earlier, and with it the key of a requester without an account', async ({
  app,
  database,
  clock,
}) => {
  const request = await aRequest({ app, database, clock }, { type: 'explain-rules' });
  await enter(database, request);
  const account = asPerson(database, clock, await aPerson(app));
  const content = { type: 'complaint', role: 'self', description: 'Please.', language: 'en' } as const;
  const own = await openCase(account, content);
  const stillOpen = await openCase(account, { ...content, type: 'object' });
  const officer = asPerson(database, clock, await anOperator(app, database));
  clock.advanceMs(dayMs);
  for (const caseId of [request.reference, own.id])
    await closeCase(officer, { caseId, outcome: 'fulfilled', results: 'Done.' });
  const worker = asWorker(database, clock);
  const left = async (caseId: string) => {
    const { rows } = await database.admin.query<{ cases: string; steps: string }>(
      `select (select count(*) from privacy.cases where id = $1) as cases,
              (select count(*) from privacy.case_steps where case_id = $1) as steps`,
      [caseId],
    );
    return [Number(rows[0]?.cases), Number(rows[0]?.steps) > 0];
  };
  const sweep = async (instant: string) => {
    clock.set(new Date(instant));
    await watchDeadlines(worker);
    const swept = await sweepRetention(worker);
    expect(swept.flatMap(({ failure }) => failure ?? [])).toEqual([]);
  };
  await sweep('2029-11-03T03:19:00Z');
  expect(await left(request.reference)).toEqual([1, true]);
  const keyOf = (subject: string) => worker.vault.find(subject, 'evidence', 1);
  await sweep('2029-11-03T03:21:00Z');
  expect(await left(request.reference)).toEqual([0, false]);
  expect(await left(own.id)).toEqual([0, false]);
  expect(await left(stillOpen.id)).toEqual([1, true]);
  // The last line of the audit log about it is from the closing; its term ends with the same minute.
  expect(await keyOf(request.reference)).toMatchObject({ state: 'destroyed' });
  expect(await keyOf(own.subjectId)).toMatchObject({ state: 'live' });
});
