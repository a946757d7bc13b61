import { expect } from 'vitest';
import { aPerson, goodPassword, readMessages } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { fundWallet } from '../../../testing/wallets.ts';
import { asPerson, type CaseAnswer } from './cases.fixture.ts';
import { caseTypeNames } from './request-kinds.ts';
import { openCase } from './index.ts';
import { readOwnCase } from './answer-case.ts';

const description = 'Please.';

test('FC-6.0 CHIPL-8.1.a FC-6.4.b LAW-14 X10 every right and the complaint is one request away, and neither that nor self-service costs anything, also the second time', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  await fundWallet(asPerson(database, clock, person), 5_000_000n);
  for (const type of caseTypeNames) {
    const answer = await person.call('POST', '/api/privacy/cases?lang=en', { type, description });
    expect(answer.statusCode, type).toBe(201);
    expect(answer.json<CaseAnswer>()).toMatchObject({
      dueOn: '2026-11-16',
      isOverdue: false,
      workingDaysLeft: 10,
    });
  }
  const list = await person.call('GET', '/api/privacy/cases?lang=zh');
  const { items } = list.json<{ items: { typeLabel: string; stateLabel: string }[] }>();
  expect(items).toHaveLength(caseTypeNames.length);
  for (const { typeLabel, stateLabel } of items) expect(typeLabel + stateLabel).toMatch(/^\p{Script=Han}+$/u);
  const proof = { password: person.password };
  for (let time = 0; time < 2; time += 1) {
    await person.call('POST', '/api/privacy/cases?lang=en', { type: 'port-to', description });
    for (const [method, url, body] of [
      ['GET', '/api/privacy/my-data', undefined],
      ['POST', '/api/privacy/exports', { language: 'en', proof }],
      ['PATCH', '/api/identity/me', { displayName: `Name ${time}` }],
      ['POST', '/api/privacy/erasure/preview', undefined],
    ] as const) {
      const answer = await person.call(method, url, body);
      expect(answer.statusCode, `${url}: ${answer.body}`).toBeLessThan(300);
    }
  }
  expect((await person.call('GET', '/api/wallet')).json()).toMatchObject({ balanceMicros: 5_000_000 });
});

test('CHIPL-8.1.b what gives out or changes data needs the person’s proof, at once or later', async ({
  app,
}) => {
  const person = await aPerson(app);
  const open = async (body: object) =>
    (await person.call('POST', '/api/privacy/cases', { description, ...body })).json<CaseAnswer>();
  expect(await open({ type: 'explain-rules' })).toMatchObject({ state: 'accepted', waitingFor: 'officer' });
  expect(await open({ type: 'copy', proof: { password: goodPassword } })).toMatchObject({
    state: 'accepted',
  });
  const wrong = await person.call('POST', '/api/privacy/cases', {
    type: 'access',
    description,
    proof: { password: 'not the password' },
  });
  expect(wrong.statusCode).toBe(400);
  const unproven = await open({ type: 'access' });
  expect(unproven).toMatchObject({ state: 'verifying', waitingFor: 'step-up' });
  const confirm = (body: object) => person.call('POST', `/api/privacy/cases/${unproven.id}/confirm`, body);
  expect((await confirm({})).statusCode).toBe(400);
  expect((await confirm({ proof: { password: 'not the password' } })).statusCode).toBe(400);
  expect((await confirm({ proof: { password: goodPassword } })).json<CaseAnswer>().state).toBe('accepted');
  expect((await confirm({ proof: { password: goodPassword } })).statusCode).toBe(409);
});

test('a person sees their own cases only, and another’s answers like a missing one', async ({ app }) => {
  const person = await aPerson(app);
  const other = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', { type: 'complaint', description })
  ).json<CaseAnswer>();
  expect((await other.call('GET', '/api/privacy/cases')).json()).toEqual({ items: [], nextCursor: null });
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/answers'],
    ['POST', '/withdraw'],
    ['POST', '/confirm'],
  ] as const) {
    const answer = await other.call(
      method,
      `/api/privacy/cases/${id}${path}`,
      method === 'GET' ? undefined : { text: 'x' },
    );
    expect(answer.statusCode, path).toBe(404);
  }
  expect((await person.call('GET', `/api/privacy/cases/${id}`)).json<CaseAnswer>().state).toBe('accepted');
});

test('CHIPL-8.3.a a request is withdrawn by one call, told by letter, and cannot be changed afterwards', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', { type: 'object', description, language: 'en' })
  ).json<CaseAnswer>();
  const withdrawn = await person.call('POST', `/api/privacy/cases/${id}/withdraw`);
  expect(withdrawn.json<CaseAnswer>()).toMatchObject({ state: 'withdrawn', isOverdue: false });
  const answer = await person.call('POST', `/api/privacy/cases/${id}/answers`, { text: 'wait' });
  expect(answer.json()).toMatchObject({ code: 'privacy.case_state', status: 409 });
  const letters = await readMessages(database, person.user.email ?? '');
  expect(letters.at(-1)?.body).toContain('You have withdrawn your request');
});

test('the same request twice is one case; the letter says which one goes on', async ({ app, database }) => {
  const person = await aPerson(app);
  const open = async (text: string) =>
    (
      await person.call('POST', '/api/privacy/cases', { type: 'restrict', description: text, language: 'en' })
    ).json<CaseAnswer>();
  const first = await open('Stop it.');
  const second = await open('I mean it.');
  expect(second).toMatchObject({ state: 'merged', mergedInto: first.id });
  const joined = (await person.call('GET', `/api/privacy/cases/${first.id}`)).json<CaseAnswer>();
  expect(joined.timeline.at(-1)).toMatchObject({ kind: 'joined', text: 'I mean it.' });
  const letters = await readMessages(database, person.user.email ?? '');
  expect(letters.at(-1)?.body).toContain(first.id);
});

test('a ticket that turns out to be a request is counted from the ticket', async ({
  app,
  database,
  clock,
}) => {
  const ctx = asPerson(database, clock, await aPerson(app));
  const content = { type: 'delete', role: 'self', description, language: 'zh' } as const;
  const ticketReceivedAt = new Date('2026-10-29T02:00:00Z');
  const opened = await openCase(ctx, { ...content, ticketReceivedAt });
  const { row } = await readOwnCase(ctx, { caseId: opened.id });
  expect(row).toMatchObject({ origin: 'ticket', receivedAt: ticketReceivedAt, dueOn: '2026-11-12' });
  const tomorrow = new Date(clock.now().getTime() + 86_400_000);
  await expect(openCase(ctx, { ...content, ticketReceivedAt: tomorrow })).rejects.toMatchObject({
    status: 400,
  });
});

test('a case and its letters are part of what a person may take along', async ({ app }) => {
  const person = await aPerson(app);
  await person.call('POST', '/api/privacy/cases', {
    type: 'complaint',
    description: 'The lamp is broken.',
    language: 'en',
  });
  const data = await person.call('GET', '/api/privacy/my-data?lang=en');
  expect(data.body).toContain('The lamp is broken.');
  expect(data.body).toContain('We have received your request');
});
