import { expect } from 'vitest';
import { runJobNow } from '../../../kernel/jobs.ts';
import { confirmed, test } from '../../../testing/erasing.ts';
import { anOperator, aPerson, readMessages } from '../../../testing/factories.ts';
import { runErasure } from '../erasure/index.ts';
import { aStranger, asWorker, type CaseAnswer, enter } from './cases.fixture.ts';

test(
  'LAW-8 PIPL 50 a request that was open when its person was erased is answered, and they read the answer by a code to its contact',
  { timeout: 120_000 },
  async ({ app, database, clock, system }) => {
    const person = await aPerson(app);
    const email = person.user.email ?? '';
    const filed = await person.call('POST', '/api/privacy/cases?lang=en', {
      type: 'complaint',
      description: 'It is dark.',
    });
    const { id: reference } = filed.json<CaseAnswer>();
    const ask = aStranger(app);
    const askForCode = async () => {
      expect((await ask('/codes', { reference })).statusCode).toBe(202);
      await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: reference });
    };
    const codes = async () =>
      (await readMessages(database, email)).filter(({ template }) => template === 'case_code').length;
    await askForCode();
    expect(await codes(), 'a person with a session needs no code').toBe(0);

    const { erasureId } = await confirmed(person);
    expect(await runErasure(system, erasureId)).toBe('certified');
    const officer = await anOperator(app, database);
    const answer = { outcome: 'fulfilled', results: 'There is light now.' };
    const closed = await officer.call('POST', `/api/privacy/queue/${reference}/close`, answer);
    expect(closed.statusCode, closed.body).toBe(200);
    await askForCode();
    expect(await codes()).toBe(1);
    const { accessKey, case: found } = await enter(database, { reference, email, ask });
    expect(found.state).toBe('closed');
    const read = await ask('/read', { reference, accessKey });
    expect(
      read
        .json<CaseAnswer>()
        .timeline.map(({ text }) => text)
        .join(' '),
    ).toContain(answer.results);
    const { rows } = await database.admin.query('select 1 from notifications.outbox where user_id = $1', [
      person.user.id,
    ]);
    expect(rows).toEqual([]);
  },
);
