import { chineseCalendar, createWorkingCalendar } from '@candor/privacy-engine';
import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { inTransaction } from '../../../kernel/db.ts';
import { anOperator, aPerson, readMessages } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { answerCase, readOwnCase } from './answer-case.ts';
import { viewCase } from './case-view.ts';
import { aRequest, asPerson, asWorker } from './cases.fixture.ts';
import { openCase } from './index.ts';
import { caseSteps } from './step-tables.ts';
import { cases } from './tables.ts';
import { watchDeadlines } from './watch-deadlines.ts';
import { acceptCase, askPerson, closeCase } from './work-cases.ts';

const complaint = { type: 'complaint', role: 'self', description: 'Please.', language: 'en' } as const;
const guardian = { ...complaint, type: 'delete', role: 'guardian' } as const;
const dayMs = 86_400_000;

test('CHIPL-8.5.a CHIPL-13.a ten working days over a holiday skip it and count the weekends worked for it', async ({
  app,
  database,
  clock,
}) => {
  const ctx = asPerson(database, clock, await aPerson(app));
  // Autumn 2026: off from 25 to 27 September and from 1 to 7 October, worked on Sunday 20 September and Saturday 10 October.
  clock.set(new Date('2026-09-28T02:00:00Z'));
  expect(await openCase(ctx, complaint)).toMatchObject({ dueOn: '2026-10-16', isProvisional: false });
  clock.set(new Date('2026-09-18T02:00:00Z'));
  expect(await openCase(ctx, complaint)).toMatchObject({ dueOn: '2026-10-09' });
});

test('a request filed at half past midnight in Shanghai is counted from that day, wherever the server stands', async ({
  app,
  database,
  clock,
}) => {
  const ctx = asPerson(database, clock, await aPerson(app));
  clock.set(new Date('2026-11-02T16:30:00Z'));
  expect((await openCase(ctx, complaint)).dueOn).toBe('2026-11-17');
});

test('CHIPL-8.1.c CHIPL-8.5.a X4 verification on day nine does not extend the clock from receipt', async ({
  app,
  database,
  clock,
}) => {
  const person = asPerson(database, clock, await aPerson(app));
  const { id } = await openCase(person, guardian);
  clock.set(new Date('2026-11-13T03:00:00Z'));
  const officer = asPerson(database, clock, await anOperator(app, database));
  const accepted = await acceptCase(officer, {
    caseId: id,
    basis: 'The register of the family was shown on a call.',
  });
  expect(accepted).toMatchObject({ state: 'accepted', dueOn: '2026-11-16', verifiedBy: 'officer' });
  const { row, steps } = await readOwnCase(person, { caseId: id });
  expect(viewCase(row, steps, clock.now(), 'en')).toMatchObject({
    workingDaysLeft: 1,
    clocks: { decidedBy: 'receipt', receipt: { dueOn: '2026-11-16' }, verification: { dueOn: '2026-12-04' } },
  });
});

test('CHIPL-8.1.c a question pauses the clock from verification and moves the day of the answer by nothing', async ({
  app,
  database,
  clock,
}) => {
  const person = asPerson(database, clock, await aPerson(app));
  const { id } = await openCase(person, guardian);
  const officer = asPerson(database, clock, await anOperator(app, database));
  await acceptCase(officer, { caseId: id, basis: 'Shown on a call.' });
  const before = await readOwnCase(person, { caseId: id });
  const clocks = (file: typeof before) => viewCase(file.row, file.steps, clock.now(), 'en').clocks;
  const unasked = clocks(before).verification?.dueOn;
  await askPerson(officer, { caseId: id, text: 'Which account?' });
  clock.advanceMs(3 * dayMs);
  const waiting = await readOwnCase(person, { caseId: id });
  expect(waiting.row).toMatchObject({ state: 'needs-info', dueOn: before.row.dueOn });
  expect(clocks(waiting).verification).toMatchObject({ isPaused: true, dueOn: '2026-11-26' });
  const answered = await answerCase(person, { caseId: id }, 'My daughter’s.');
  expect(answered.row).toMatchObject({ state: 'in-progress', dueOn: before.row.dueOn });
  expect(clocks(answered).verification).toMatchObject({ isPaused: false, dueOn: '2026-11-26' });
  expect(unasked).toBe('2026-11-23');
});

test('an answer that came late stays late in the record', async ({ app, database, clock }) => {
  const person = asPerson(database, clock, await aPerson(app));
  const { id } = await openCase(person, complaint);
  clock.set(new Date('2026-11-17T02:00:00Z'));
  const officer = asPerson(database, clock, await anOperator(app, database));
  await closeCase(officer, { caseId: id, outcome: 'fulfilled', results: 'Repaired.' });
  const { row, steps } = await readOwnCase(person, { caseId: id });
  expect(viewCase(row, steps, clock.now(), 'en')).toMatchObject({ isOverdue: true, workingDaysLeft: null });
});

test('a provisional term is counted again when the calendar gains the year, and only moves later', async ({
  app,
  database,
  clock,
}) => {
  const person = asPerson(database, clock, await aPerson(app));
  clock.set(new Date('2026-12-23T02:00:00Z'));
  const { id, dueOn, isProvisional } = await openCase(person, complaint);
  expect(isProvisional).toBe(true);
  const worker = asWorker(database, clock);
  expect(await watchDeadlines(worker)).toMatchObject({ missingNotice: 2027 });
  const read = async () => (await readOwnCase(person, { caseId: id })).row;
  expect(await read()).toMatchObject({ dueOn, isProvisional: true });
  const year = { holidays: ['2027-01-01', '2027-01-02', '2027-01-03'], makeUpDays: [] };
  const gained = createWorkingCalendar({ 2026: { holidays: [], makeUpDays: [] }, 2027: year });
  expect(chineseCalendar.hasYear(2027)).toBe(false);
  await watchDeadlines(worker, gained);
  const settled = await read();
  expect(settled).toMatchObject({ isProvisional: false, dueOn: '2027-01-07' });
  expect(settled.dueOn > dueOn).toBe(true);
});

test('a request that was never confirmed ends on its day with a coded refusal and the way to complain', async ({
  app,
  database,
  clock,
}) => {
  const { reference, email } = await aRequest({ app, database, clock });
  clock.set(new Date('2026-11-17T02:00:00Z'));
  await watchDeadlines(asWorker(database, clock));
  const { rows } = await database.admin.query('select state, refusal_code from privacy.cases where id = $1', [
    reference,
  ]);
  expect(rows).toEqual([{ state: 'refused', refusal_code: 'identity-not-verified' }]);
  expect((await readMessages(database, email)).at(-1)?.body).toContain('12377');
});

test('lines of a case can be added and never changed; their term counts from the day the case is closed', async ({
  app,
  database,
  clock,
}) => {
  const person = asPerson(database, clock, await aPerson(app));
  const { id } = await openCase(person, complaint);
  const worker = asWorker(database, clock);
  const change = inTransaction(worker, 'casework', (ctx) =>
    ctx.db.update(caseSteps).set({ code: 'changed' }).where(eq(caseSteps.caseId, id)),
  );
  await expect(change).rejects.toMatchObject({ cause: { code: '42501' } });
  for (const table of [caseSteps, cases]) {
    const removal = inTransaction(worker, 'casework', (ctx) => ctx.db.delete(table));
    await expect(removal).rejects.toMatchObject({ cause: { code: '42501' } });
  }
  const closings = async () =>
    (
      await database.admin.query<{ at: Date | null }>(
        'select distinct case_closed_at as at from privacy.case_steps where case_id = $1',
        [id],
      )
    ).rows.map(({ at }) => at);
  await watchDeadlines(worker);
  expect(await closings()).toEqual([null]);
  const officer = asPerson(database, clock, await anOperator(app, database));
  clock.advanceMs(dayMs);
  await closeCase(officer, { caseId: id, outcome: 'fulfilled', results: 'Done.' });
  const closedAt = clock.now();
  clock.advanceMs(dayMs);
  await watchDeadlines(worker);
  expect(await closings()).toEqual([closedAt]);
});

test('PostgreSQL refuses a refusal without a ground and an end without its day', async ({
  app,
  database,
  clock,
}) => {
  const { id } = await openCase(asPerson(database, clock, await aPerson(app)), complaint);
  for (const set of [
    `state = 'refused', closed_at = now()`,
    `state = 'closed', closed_at = now()`,
    `state = 'withdrawn'`,
  ]) {
    const forged = database.admin.query(`update privacy.cases set ${set} where id = $1`, [id]);
    await expect(forged).rejects.toMatchObject({ code: '23514' });
  }
});
