import { expect } from 'vitest';
import { runJobNow } from '../../../kernel/jobs.ts';
import { aPerson, readCode, readMessages } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { anEmail, aRequest, aStranger, asWorker, type CaseAnswer, enter } from './cases.fixture.ts';

const description = 'What do you hold about me?';
const minuteMs = 60_000;

test('DRUN-11 FC-6.4.a LAW-9 a person without an account files a request, proves the contact and follows it by a secret link', async ({
  app,
  database,
  clock,
}) => {
  const request = await aRequest({ app, database, clock }, { type: 'explain-rules' });
  const { accessKey, case: entered } = await enter(database, request);
  expect(entered).toMatchObject({ state: 'accepted', waitingFor: 'officer', dueOn: '2026-11-16' });
  const read = await request.ask('/read', { reference: request.reference, accessKey });
  expect(read.json<CaseAnswer>().timeline.map(({ kind }) => kind)).toEqual([
    'filed',
    'contact-confirmed',
    'letter',
    'accepted',
  ]);
  const answered = await request.ask('/answers', {
    reference: request.reference,
    accessKey,
    text: 'By mail, please.',
  });
  expect(answered.json<CaseAnswer>().timeline.at(-1)).toMatchObject({
    kind: 'answered',
    text: 'By mail, please.',
  });
  const withdrawn = await request.ask('/withdraw', { reference: request.reference, accessKey });
  expect(withdrawn.json<CaseAnswer>()).toMatchObject({ state: 'withdrawn', workingDaysLeft: null });
  const letters = await readMessages(database, request.email);
  expect(letters.map(({ template }) => template)).toEqual(['case_code', 'case_letter', 'case_letter']);
});

test('CHIPL-8.1.b a request does not reveal whether a person is known: same answers, same number of messages', async ({
  app,
  database,
  clock,
}) => {
  const known = await aPerson(app);
  const knownEmail = known.user.email ?? '';
  const journey = async (email: string, account: string | undefined) => {
    const ask = aStranger(app);
    const body = { type: 'access', description, language: 'en', email, account };
    const filed = await ask('', body);
    const { reference } = filed.json<{ reference: string }>();
    const before = (await readMessages(database, email)).length;
    await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: reference });
    const messages = (await readMessages(database, email)).length - before;
    const wrong = await ask('/enter', { reference, code: '000000' });
    const again = await ask('/codes', { reference });
    const answers = [filed, wrong, again].map(({ statusCode, body, headers }) => ({
      statusCode,
      body: body.replaceAll(reference, 'the reference').replaceAll(/req_\w+/g, 'the request'),
      length: headers['content-length'],
    }));
    return { answers, messages };
  };
  const ofKnown = await journey(knownEmail, undefined);
  const ofStranger = await journey(anEmail(), undefined);
  expect(ofKnown).toEqual(ofStranger);
  expect(ofKnown.messages).toBe(1);
  expect(ofKnown.answers.map(({ statusCode }) => statusCode)).toEqual([202, 400, 202]);

  const named = async (account: string) => {
    const request = await aRequest({ app, database, clock }, { account });
    const { accessKey, case: entered } = await enter(database, request);
    await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: request.reference });
    const key = { reference: request.reference, accessKey };
    const wrong = await request.ask('/confirm-account', { ...key, code: '000000' });
    const read = await request.ask('/read', key);
    return [JSON.stringify(entered), wrong.body, read.body].map((text) =>
      text
        .replaceAll(request.reference, 'the reference')
        .replaceAll(account, 'the account')
        .replaceAll(/req_\w+/g, 'the request'),
    );
  };
  expect(await named(known.user.username)).toEqual(await named('nobody-has-this-name'));
});

test('CHIPL-8.1.b a request about an account needs the code that went to a channel the account holds', async ({
  app,
  database,
  clock,
}) => {
  const owner = await aPerson(app);
  const email = owner.user.email ?? '';
  const request = await aRequest({ app, database, clock }, { account: owner.user.username });
  const { accessKey, case: entered } = await enter(database, request);
  expect(entered).toMatchObject({ state: 'verifying', waitingFor: 'account-code' });
  expect(await readMessages(database, email)).toHaveLength(0);
  await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: request.reference });
  const key = { reference: request.reference, accessKey };
  expect((await request.ask('/read', key)).json<CaseAnswer>().state).toBe('verifying');
  const confirmed = await request.ask('/confirm-account', { ...key, code: await readCode(database, email) });
  expect(confirmed.json<CaseAnswer>()).toMatchObject({ state: 'accepted', waitingFor: 'officer' });
});

test('an agent is authorised by the person whose account it is, a guardian by the officer', async ({
  app,
  database,
  clock,
}) => {
  const owner = await aPerson(app);
  const account = owner.user.username;
  const email = owner.user.email ?? '';
  const agent = await aRequest({ app, database, clock }, { role: 'agent', account });
  await enter(database, agent);
  await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: agent.reference });
  expect((await readMessages(database, email)).map(({ template }) => template)).toEqual([
    'case_account_code',
  ]);
  const guardian = await aRequest({ app, database, clock }, { role: 'guardian', type: 'delete', account });
  const { case: entered } = await enter(database, guardian);
  await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: guardian.reference });
  expect(await readMessages(database, email)).toHaveLength(1);
  expect(entered).toMatchObject({ state: 'verifying', waitingFor: 'officer' });
});

test('a code works once, for half an hour, and is stored as a hash only', async ({
  app,
  database,
  clock,
}) => {
  const request = await aRequest({ app, database, clock });
  const code = await readCode(database, request.email);
  const rows = await database.admin.query('select * from privacy.case_codes where case_id = $1', [
    request.reference,
  ]);
  expect(JSON.stringify(rows.rows)).not.toContain(code);
  await enter(database, request);
  const again = await request.ask('/enter', { reference: request.reference, code });
  expect(again.statusCode).toBe(400);
  clock.advanceMs(minuteMs);
  await request.ask('/codes', { reference: request.reference });
  await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: request.reference });
  clock.advanceMs(30 * minuteMs);
  const late = await request.ask('/enter', {
    reference: request.reference,
    code: await readCode(database, request.email),
  });
  expect(late.statusCode).toBe(400);
  await runJobNow(asWorker(database, clock), 'privacy.watch-case-deadlines', {});
  const left = await database.admin.query('select 1 from privacy.case_codes where case_id = $1', [
    request.reference,
  ]);
  expect(left.rowCount).toBe(0);
});

test('a new secret link ends the old one, a link ends after thirty days, and neither tells whether a request exists', async ({
  app,
  database,
  clock,
}) => {
  const request = await aRequest({ app, database, clock });
  const { reference, ask } = request;
  const first = await enter(database, request);
  clock.advanceMs(minuteMs);
  await ask('/codes', { reference });
  await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: reference });
  const second = await enter(database, request);
  const read = (accessKey: string, of = reference) => ask('/read', { reference: of, accessKey });
  expect((await read(second.accessKey)).statusCode).toBe(200);
  const old = await read(first.accessKey);
  const missing = await read(first.accessKey, reference.replace(/.{6}$/, '000000'));
  const empty = await read('');
  const body = (answer: typeof old) => answer.body.replaceAll(/req_\w+/g, 'the request');
  expect(old.statusCode).toBe(404);
  expect(body(old)).toBe(body(missing));
  expect(body(old)).toBe(body(empty));
  clock.advanceMs(30 * 24 * 60 * minuteMs);
  expect((await read(second.accessKey)).statusCode).toBe(404);
});

test('duplicates are joined only after both are verified, and the earlier receipt counts', async ({
  app,
  database,
  clock,
}) => {
  const email = anEmail();
  const ask = aStranger(app);
  const unverified = await aRequest({ app, database, clock }, { email, description: 'The first.' }, ask);
  clock.advanceMs(24 * 60 * minuteMs);
  const verified = await aRequest({ app, database, clock }, { email, description: 'The second.' }, ask);
  const second = await enter(database, verified);
  expect(second.case).toMatchObject({ state: 'accepted', mergedInto: null });
  expect(second.case.receivedAt.slice(0, 10)).toBe('2026-11-03');

  clock.advanceMs(minuteMs);
  await ask('/codes', { reference: unverified.reference });
  await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: unverified.reference });
  const first = await enter(database, unverified);
  expect(first.case).toMatchObject({ state: 'merged', mergedInto: verified.reference });
  const survivor = (
    await ask('/read', { reference: verified.reference, accessKey: second.accessKey })
  ).json<CaseAnswer>();
  expect(survivor.receivedAt.slice(0, 10)).toBe('2026-11-02');
  expect(survivor.dueOn).toBe('2026-11-16');
  expect(survivor.timeline.at(-1)).toMatchObject({ kind: 'joined', text: 'The first.' });

  clock.advanceMs(minuteMs);
  const otherKind = await aRequest({ app, database, clock }, { email, type: 'copy' }, ask);
  expect((await enter(database, otherKind)).case.state).toBe('accepted');
  for (const text of ['One thing.', 'Another thing.']) {
    clock.advanceMs(minuteMs);
    const complaint = await aRequest(
      { app, database, clock },
      { email, type: 'complaint', description: text },
      ask,
    );
    expect((await enter(database, complaint)).case.state).toBe('accepted');
  }
});

test('LAW-9 a relative may not ask for what ends with death', async ({ app }) => {
  const ask = aStranger(app);
  const answer = await ask('', { type: 'port-to', role: 'relative', description, email: anEmail() });
  expect(answer.statusCode).toBe(422);
  expect(answer.json()).toMatchObject({ code: 'privacy.role_may_not_ask' });
});

test('nothing a stranger wrote is readable at rest, and who has no account has a key of their own', async ({
  app,
  database,
  clock,
}) => {
  const secret = 'zqxcasemarkerzqx';
  const request = await aRequest(
    { app, database, clock },
    { description: secret, name: secret, relation: secret, account: secret, email: `${secret}@example.org` },
  );
  const { accessKey } = await enter(database, request);
  await request.ask('/answers', { reference: request.reference, accessKey, text: secret });
  for (const table of ['privacy.cases', 'privacy.case_steps', 'notifications.outbox', 'audit.entries']) {
    const { rows } = await database.admin.query(`select t::text as line from ${table} t`);
    expect(JSON.stringify(rows), table).not.toContain(secret);
  }
  const { rows } = await database.admin.query<{ subject_id: string }>(
    'select subject_id from privacy.cases where id = $1',
    [request.reference],
  );
  expect(rows).toEqual([{ subject_id: request.reference }]);
  const read = await request.ask('/read', { reference: request.reference, accessKey });
  expect(read.body).toContain(secret);
});

test('a text message says that there is a letter and nothing of what is in it', async ({
  app,
  database,
  clock,
}) => {
  const ask = aStranger(app);
  const body = { type: 'explain-rules', description, language: 'en', phone: '13800138555' };
  const { reference } = (await ask('', body)).json<{ reference: string }>();
  await runJobNow(asWorker(database, clock), 'privacy.send-contact-code', { caseId: reference });
  const { accessKey } = await enter(database, { reference, email: '+8613800138555', ask });
  const sent = (await readMessages(database, '+8613800138555')).at(-1);
  expect(sent).toMatchObject({ template: 'case_notice' });
  expect(sent?.body).not.toContain('working days');
  const read = await ask('/read', { reference, accessKey });
  expect(read.body).toContain('ten working days of receipt');
});
