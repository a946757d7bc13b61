import { expect } from 'vitest';
import { anOperator, aPerson, readMessages } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { aRequest, type CaseAnswer, enter } from './cases.fixture.ts';

const description = 'Please.';

test('only operators reach the desk, whatever the case', async ({ app }) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', { type: 'complaint', description })
  ).json<CaseAnswer>();
  for (const path of ['', '/summary', `/${id}`])
    expect((await person.call('GET', `/api/privacy/queue${path}`)).statusCode, path).toBe(403);
  const close = await person.call('POST', `/api/privacy/queue/${id}/close`, {
    outcome: 'fulfilled',
    results: 'x',
  });
  expect(close.statusCode).toBe(403);
});

test('the queue shows the most pressing first, pages without gaps, and no word of a person', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const opened: string[] = [];
  for (const type of ['complaint', 'explain-rules', 'object'] as const) {
    const body = { type, description: 'zqxwordzqx' };
    opened.push((await person.call('POST', '/api/privacy/cases', body)).json<CaseAnswer>().id);
    clock.advanceMs(3_600_000);
  }
  const unconfirmed = await aRequest({ app, database, clock });
  const officer = await anOperator(app, database);
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const page = await officer.call('GET', `/api/privacy/queue?limit=2${cursor}`);
    expect(page.body).not.toContain('zqxwordzqx');
    const { items, nextCursor } = page.json<{ items: CaseAnswer[]; nextCursor: string | null }>();
    seen.push(...items.map(({ id }) => id));
    if (nextCursor === null) break;
    cursor = `&cursor=${nextCursor}`;
  }
  expect(seen.filter((id) => opened.includes(id))).toEqual(opened);
  expect(seen).not.toContain(unconfirmed.reference);
  const filtered = await officer.call('GET', '/api/privacy/queue?state=received&type=access');
  expect(filtered.json<{ items: CaseAnswer[] }>().items.map(({ id }) => id)).toContain(unconfirmed.reference);
});

test('an officer says why before reading a case, and the person sees who looked', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', { type: 'complaint', description: 'It is dark.' })
  ).json<CaseAnswer>();
  const officer = await anOperator(app, database);
  const { 'x-candor-reason': _reason, ...unexplained } = { 'x-candor-reason': '', ...officer.headers };
  const refused = await app.inject({ url: `/api/privacy/queue/${id}`, headers: unexplained });
  expect(refused.json()).toMatchObject({ code: 'audit.reason_required' });
  expect(refused.body).not.toContain('It is dark.');
  const read = await officer.call('GET', `/api/privacy/queue/${id}?lang=en`);
  expect(read.json()).toMatchObject({ description: 'It is dark.', contact: person.user.email });
  const { rows } = await database.admin.query(
    'select staff_id, what from audit.staff_reads where subject_id = $1',
    [person.user.id],
  );
  expect(rows).toMatchObject([{ staff_id: officer.user.id }]);
});

test('CHIPL-8.5.b LAW-9 FC-6.4.1-8 FC-6.4.c X11 a refusal without a lawful ground is 422; with one the letter names law, reason and remedies', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', { type: 'object', description, language: 'en' })
  ).json<CaseAnswer>();
  const officer = await anOperator(app, database);
  const refuse = (body: object) => officer.call('POST', `/api/privacy/queue/${id}/refuse`, body);
  for (const body of [
    {},
    { code: 'backup-tapes' },
    { code: 'technical-effort' },
    { code: 'retention-required' },
  ]) {
    const answer = await refuse(body);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'privacy.refusal_needs_ground',
      grounds: ['identity-not-verified', 'not-entitled', 'not-personal-data', 'required-by-law'],
    });
  }
  expect((await refuse({ code: 'required-by-law', explanation: 'Invoices.' })).statusCode).toBe(200);
  const seen = (await person.call('GET', `/api/privacy/cases/${id}?lang=en`)).json<CaseAnswer>();
  expect(seen).toMatchObject({ state: 'refused', refusal: { code: 'required-by-law' } });
  const letter = seen.timeline.at(-1)?.text ?? '';
  for (const part of [
    'Personal Information Protection Law, Art. 44',
    'Invoices.',
    '12377',
    'Art. 50(2)',
    'object to us',
  ])
    expect(letter).toContain(part);
  const sent = await readMessages(database, person.user.email ?? '');
  expect(sent.at(-1)?.body).toBe(letter);
  expect((await refuse({ code: 'required-by-law' })).statusCode).toBe(409);
});

test('CHIPL-8.1.b FC-6.4.a nothing is granted, erased or closed before the identity is shown', async ({
  app,
  database,
  clock,
}) => {
  const request = await aRequest(
    { app, database, clock },
    { role: 'guardian', type: 'delete', relation: 'mother' },
  );
  const officer = await anOperator(app, database);
  const step = (name: string, body: object) =>
    officer.call('POST', `/api/privacy/queue/${request.reference}/${name}`, body);
  const unconfirmed = [
    await step('accept', { basis: 'x' }),
    await step('letters', { text: 'x' }),
    await step('refuse', { code: 'not-entitled' }),
  ];
  expect(unconfirmed.map(({ statusCode }) => statusCode)).toEqual([409, 409, 409]);
  await enter(database, request);
  const answers = [
    await step('decide', { note: 'x' }),
    await step('close', { outcome: 'fulfilled', results: 'x' }),
    await step('erase', { ground: 'guardian-request' }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([409, 409, 409]);
  await step('ask', { text: 'How are you related?' });
  expect((await step('close', { outcome: 'fulfilled', results: 'x' })).statusCode).toBe(409);
});

test('LAW-14 NDSR 25 moving data to another provider is closed as done only when every condition holds', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', {
      type: 'port-to',
      description: 'To the other cloud.',
      proof: { password: person.password },
    })
  ).json<CaseAnswer>();
  const officer = await anOperator(app, database);
  const close = (transfer?: object) =>
    officer.call('POST', `/api/privacy/queue/${id}/close`, {
      outcome: 'fulfilled',
      results: 'Sent.',
      transfer,
    });
  const all = { isConsentOrContractData: true, isTechnicallyFeasible: true, isHarmlessToOthers: true };
  expect((await close()).json()).toMatchObject({ code: 'privacy.transfer_conditions' });
  for (const condition of Object.keys(all)) {
    const answer = await close({ ...all, [condition]: false });
    expect(answer.json()).toMatchObject({ status: 422, missing: [condition] });
  }
  expect((await close(all)).json<CaseAnswer>()).toMatchObject({ state: 'closed' });
});

test('CHIPL-13.a a complaint is answered by letters the person reads in the case, notes stay with the officers', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', { type: 'complaint', description, language: 'zh' })
  ).json<CaseAnswer>();
  const officer = await anOperator(app, database);
  const step = (name: string, body: object) => officer.call('POST', `/api/privacy/queue/${id}/${name}`, body);
  await step('notes', { note: 'zqxnotezqx' });
  await step('letters', { text: '我们正在核实。' });
  await step('decide', { note: 'zqxnotezqx' });
  await step('close', { outcome: 'partly', results: '灯已修好,窗户下周修。' });
  const seen = await person.call('GET', `/api/privacy/cases/${id}?lang=zh`);
  expect(seen.json()).toMatchObject({ state: 'closed', outcomeLabel: '部分满足', stateLabel: '已办结' });
  expect(seen.body).not.toContain('zqxnotezqx');
  const letters = seen.json<CaseAnswer>().timeline.filter(({ kind }) => kind === 'letter');
  expect(letters.map(({ letterKind }) => letterKind)).toEqual(['received', 'message', 'closed']);
  expect(letters.at(-1)?.text).toContain('12377');
  const desk = await officer.call('GET', `/api/privacy/queue/${id}`);
  expect(desk.body).toContain('zqxnotezqx');
});

test('a person whose account is gone still gets the last letter, and it belongs to nobody', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', { type: 'complaint', description, language: 'en' })
  ).json<CaseAnswer>();
  await database.admin.query(
    `insert into privacy.restrictions (subject_id, kind, created_at) values ($1, 'erased', $2)`,
    [person.user.id, clock.now()],
  );
  const officer = await anOperator(app, database);
  const body = { outcome: 'fulfilled', results: 'Settled.' };
  expect((await officer.call('POST', `/api/privacy/queue/${id}/close`, body)).statusCode).toBe(200);
  expect((await readMessages(database, person.user.email ?? '')).at(-1)?.body).toContain('Settled.');
  const { rows } = await database.admin.query(
    `select user_id from notifications.outbox where template = 'case_letter' order by id desc limit 1`,
  );
  expect(rows).toEqual([{ user_id: null }]);
});
