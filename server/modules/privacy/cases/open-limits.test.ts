import { expect } from 'vitest';
import { runJobNow } from '../../../kernel/jobs.ts';
import { aPerson, anAddress, readCode, readMessages } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { aRequest, aStranger, asWorker, enter } from './cases.fixture.ts';
import { caseLimits, maxTriesPerCode } from './limits.ts';

/** A request that names this mailbox. */
function aFiling(email: string) {
  return { type: 'access', description: 'What do you hold about me?', language: 'en', email };
}

test('CHIPL-8.1.b guessing codes is locked: per code, per request and per address, also for unknown references', async ({
  app,
  database,
  clock,
}) => {
  const { reference, email, ask } = await aRequest({ app, database, clock });
  const right = await readCode(database, email);
  const wrong = right === '111111' ? '222222' : '111111';
  for (let round = 0; round < maxTriesPerCode; round += 1)
    expect((await ask('/enter', { reference, code: wrong })).statusCode).toBe(400);
  const tooLate = await ask('/enter', { reference, code: right });
  expect(tooLate.json()).toMatchObject({ code: 'privacy.wrong_case_code' });

  const guess = async (guessed: string, from: () => string) => {
    const statuses: number[] = [];
    for (let round = 0; round <= caseLimits.triesForCase.max; round += 1) {
      const answer = await aStranger(app, from())('/enter', { reference: guessed, code: wrong });
      statuses.push(answer.statusCode);
    }
    return statuses;
  };
  const other = await aRequest({ app, database, clock });
  const real = await guess(other.reference, anAddress);
  const invented = await guess(reference.replace(/.{6}$/, '000000'), anAddress);
  expect(real).toEqual(invented);
  expect(real.at(-1)).toBe(429);

  const address = anAddress();
  const statuses = new Set<number>();
  for (let round = 0; round <= caseLimits.triesFromAddress.max; round += 1) {
    const { reference: fresh } = {
      reference: `case_01h455vb4pex5vsknk0840${String(round).padStart(4, '0')}`,
    };
    statuses.add((await aStranger(app, address)('/enter', { reference: fresh, code: wrong })).statusCode);
  }
  expect(statuses).toEqual(new Set([400, 429]));
});

test('strangers cannot flood a contact or the holder of an account with codes', async ({
  app,
  database,
  clock,
}) => {
  const owner = await aPerson(app);
  const { codesToAccount, codesToContact } = caseLimits;
  for (let round = 0; round <= codesToAccount.max; round += 1) {
    const request = await aRequest({ app, database, clock }, { account: owner.user.username });
    await enter(database, request);
    await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: request.reference });
  }
  expect(await readMessages(database, owner.user.email ?? '')).toHaveLength(codesToAccount.max);
  const { reference, email } = await aRequest({ app, database, clock });
  for (let round = 0; round <= codesToContact.max; round += 1) {
    clock.advanceMs(60_000);
    await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: reference });
  }
  expect(await readMessages(database, email)).toHaveLength(codesToContact.max);
});

test('requests that name one contact send their codes one a minute, and each is sent in the end', async ({
  app,
  database,
  clock,
}) => {
  const first = await aRequest({ app, database, clock });
  const { email } = first;
  const second = await aStranger(app)('', aFiling(email));
  expect(second.statusCode).toBe(202);
  const { reference: caseId } = second.json<{ reference: string }>();
  await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId });
  expect(await readMessages(database, email)).toHaveLength(1);
  const due = await database.admin.query(
    `select 1 from graphile_worker.jobs where task_identifier = 'privacy.send-contact-code' and run_at >= $1`,
    [new Date(clock.now().getTime() + 60_000)],
  );
  expect(due.rowCount).toBeGreaterThanOrEqual(1);
  clock.advanceMs(60_000);
  await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId });
  expect(await readMessages(database, email)).toHaveLength(2);
});

test('while strangers name the mailbox of a person, the person still files a first request', async ({
  app,
  database,
  clock,
}) => {
  const { email } = await aRequest({ app, database, clock });
  for (let round = 0; round < 8; round += 1)
    expect((await aStranger(app)('', aFiling(email))).statusCode).toBe(202);
  const again = aStranger(app);
  expect((await again('', aFiling(email))).statusCode).toBe(202);
  expect((await again('', aFiling(email))).statusCode).toBe(429);
});
