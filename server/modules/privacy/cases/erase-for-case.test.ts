import { publicKeySet, verifyCertificate } from '@candor/privacy-engine';
import { expect } from 'vitest';
import { runJobNow } from '../../../kernel/jobs.ts';
import { createLog } from '../../../kernel/log.ts';
import { openMaintenance } from '../../../kernel/maintenance.ts';
import { registry } from '../../../testing/registry.ts';
import { anOperator, aPerson, type Person, readCode, readMessages } from '../../../testing/factories.ts';
import { type Database, test } from '../../../testing/test.ts';
import { fundWallet } from '../../../testing/wallets.ts';
import { runErasure } from '../erasure/index.ts';
import { aRequest, asPerson, asWorker, type CaseAnswer, enter } from './cases.fixture.ts';
import { caseTypeNames } from './request-kinds.ts';

/** Every row of a person, as text. The log of visits is written in batches, at its own time. */
async function rowsOf({ admin }: Database, { user }: Person): Promise<string[]> {
  const rows: string[] = [];
  for (const { schema, name, subjectColumn } of registry.tables) {
    if (subjectColumn === null || name === 'access_log') continue;
    const found = await admin.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${schema}.${name} t where ${subjectColumn} = $1`,
      [user.id],
    );
    rows.push(...found.rows.map(({ row }) => `${schema}.${name} ${row}`));
  }
  return rows.toSorted();
}

test('DRUN-8.c FC-7.b a guardian’s request, once shown to be one, erases the child and no other person, with a certificate', async ({
  app,
  database,
  clock,
}) => {
  const [child, sibling] = [await aPerson(app), await aPerson(app)];
  const before = await rowsOf(database, sibling);
  const request = await aRequest(
    { app, database, clock },
    { role: 'guardian', type: 'delete', relation: 'mother', account: child.user.username },
  );
  const { accessKey } = await enter(database, request);
  await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: request.reference });
  const officer = await anOperator(app, database);
  const step = (name: string, body: object) =>
    officer.call('POST', `/api/privacy/queue/${request.reference}/${name}`, body);
  expect((await step('erase', { ground: 'guardian-request' })).statusCode).toBe(409);
  await step('accept', { basis: 'Household register seen on a call.' });
  // Shown for one child, the proof is of no use for another.
  const other = { ground: 'guardian-request', userId: sibling.user.id };
  expect((await step('erase', other)).statusCode).toBe(400);
  const alone = await step('erase', { ground: 'guardian-request' });
  expect(alone.json()).toMatchObject({ code: 'privacy.second_officer_needed' });
  expect((await child.call('GET', '/api/identity/me')).statusCode).toBe(200);
  const second = await anOperator(app, database);
  const answer = await second.call('POST', `/api/privacy/queue/${request.reference}/erase`, {
    ground: 'guardian-request',
  });
  expect(answer.json<CaseAnswer>()).toMatchObject({ state: 'in-progress' });
  expect((await child.call('GET', '/api/identity/me')).statusCode).toBe(401);
  const { rows } = await database.admin.query<{ id: string }>(
    `select id from privacy.erasures where case_id = $1 and origin = 'case'`,
    [request.reference],
  );
  const maintenance = openMaintenance(database.adminUrl, createLog('silent'));
  const system = { ...asWorker(database, clock), maintenance };
  expect(await runErasure(system, rows[0]?.id ?? '')).toBe('certified');
  await maintenance.close();

  const letter = (await readMessages(database, request.email)).at(-1)?.body ?? '';
  const reference = /er_[\w-]+/.exec(letter)?.[0] ?? '';
  const given = await app.inject({
    method: 'POST',
    url: '/api/privacy/erasure/certificate',
    payload: { reference },
  });
  const { certificate } = given.json<{ certificate: string }>();
  expect(await verifyCertificate(certificate, publicKeySet(system.signingKey))).toMatchObject({
    isGenuine: true,
  });
  for (const table of ['privacy.cases', 'privacy.case_steps']) {
    const left = await database.admin.query(`select 1 from ${table} t where t::text like $1`, [
      `%${child.user.id}%`,
    ]);
    expect(left.rowCount, table).toBe(0);
  }
  expect(await rowsOf(database, sibling)).toEqual(before);
  expect((await sibling.call('GET', '/api/identity/me')).statusCode).toBe(200);
  await step('close', { outcome: 'fulfilled', results: 'Account and content: erased. Invoices: none.' });
  const read = await request.ask('/read', { reference: request.reference, accessKey });
  expect(read.json<CaseAnswer>()).toMatchObject({ state: 'closed', outcome: 'fulfilled' });
});

test('DRUN-8.c whatever a guardian asks for a child waits for the proof, and shows the guardian nothing of the child', async ({
  app,
  database,
  clock,
}) => {
  const child = await aPerson(app);
  const officer = await anOperator(app, database);
  for (const type of caseTypeNames) {
    const request = await aRequest(
      { app, database, clock },
      { role: 'guardian', type, relation: 'father', account: child.user.username },
    );
    const { accessKey, case: entered } = await enter(database, request);
    await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: request.reference });
    expect(entered, type).toMatchObject({ state: 'verifying', waitingFor: 'officer' });
    const step = (name: string, body: object) =>
      officer.call('POST', `/api/privacy/queue/${request.reference}/${name}`, body);
    const answer = { outcome: 'fulfilled', results: 'Done.' };
    expect((await step('decide', { note: 'x' })).statusCode, type).toBe(409);
    expect((await step('close', answer)).statusCode, type).toBe(409);
    expect((await step('accept', { basis: 'Household register seen on a call.' })).statusCode, type).toBe(
      200,
    );
    const read = await request.ask('/read', { reference: request.reference, accessKey });
    expect(read.body).not.toContain(child.user.id);
    expect(read.body).not.toContain(child.user.email);
  }
});

test('an account with money is erased for a case only when the officer names the money', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const { id } = (
    await person.call('POST', '/api/privacy/cases', {
      type: 'cancel-account',
      description: 'Please.',
      proof: { password: person.password },
    })
  ).json<CaseAnswer>();
  const officer = await anOperator(app, database);
  await fundWallet(asPerson(database, clock, person), 5_000_000n);
  const erase = (body: object) =>
    officer.call('POST', `/api/privacy/queue/${id}/erase`, { ground: 'person-request', ...body });
  expect((await erase({})).json()).toMatchObject({
    code: 'privacy.balance_not_acknowledged',
    balanceMicros: 5_000_000,
  });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  expect((await erase({ acknowledgedBalanceMicros: 5_000_000 })).statusCode).toBe(200);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
});

/** A deletion asked for at the open page by the holder of the contact of `person`, or of an unknown contact. */
async function aVerifiedDeletion(world: Parameters<typeof aRequest>[0], wishes: object = {}) {
  const request = await aRequest(world, { type: 'delete', ...wishes });
  await enter(world.database, request);
  return request;
}

test('DRUN-8.c no case erases a person other than its own, whatever account an officer names', async ({
  app,
  database,
  clock,
}) => {
  const victim = await aPerson(app);
  const officer = await anOperator(app, database);
  const second = await anOperator(app, database);
  const { reference } = await aVerifiedDeletion({ app, database, clock });
  const url = `/api/privacy/queue/${reference}`;
  const ground = { ground: 'person-request' };
  for (const { call } of [officer, second]) {
    expect((await call('POST', `${url}/erase`, { ...ground, userId: victim.user.id })).statusCode).toBe(400);
    const matched = await call('POST', `${url}/match`, { note: 'They say it is this one.' });
    expect(matched.json()).toMatchObject({ code: 'privacy.account_not_matched' });
    const erased = await call('POST', `${url}/erase`, ground);
    expect(erased.json()).toMatchObject({ code: 'privacy.account_not_matched' });
  }
  // Naming the account of another person in the request proves nothing either, accepted or not.
  const named = await aVerifiedDeletion({ app, database, clock }, { account: victim.user.username });
  await runJobNow(asWorker(database, clock), 'privacy.match-account', { caseId: named.reference });
  const ofNamed = `/api/privacy/queue/${named.reference}`;
  await officer.call('POST', `${ofNamed}/accept`, { basis: 'Sounded right on the telephone.' });
  for (const { call } of [officer, second])
    expect((await call('POST', `${ofNamed}/erase`, ground)).json()).toMatchObject({
      code: 'privacy.account_not_matched',
    });
  const { rows } = await database.admin.query('select 1 from privacy.erasures where subject_id = $1', [
    victim.user.id,
  ]);
  expect(rows).toHaveLength(0);
  expect((await victim.call('GET', '/api/identity/me')).statusCode).toBe(200);
});

test('a match by the contact that a code has proved is confirmed by a second officer', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  const { reference } = await aVerifiedDeletion({ app, database, clock }, { email });
  const officer = await anOperator(app, database);
  const second = await anOperator(app, database);
  const url = `/api/privacy/queue/${reference}`;
  const matched = await officer.call('POST', `${url}/match`, { note: 'The contact is that of an account.' });
  expect(matched.statusCode).toBe(200);
  const ground = { ground: 'person-request' };
  expect((await officer.call('POST', `${url}/erase`, ground)).json()).toMatchObject({
    code: 'privacy.second_officer_needed',
  });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  expect((await second.call('POST', `${url}/erase`, ground)).statusCode).toBe(200);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
});

test('a match ends when the contact it rests on has left the account before the erasure', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const { reference } = await aVerifiedDeletion({ app, database, clock }, { email: person.user.email ?? '' });
  const officer = await anOperator(app, database);
  const second = await anOperator(app, database);
  const url = `/api/privacy/queue/${reference}`;
  const matched = await officer.call('POST', `${url}/match`, { note: 'The contact is that of an account.' });
  expect(matched.statusCode).toBe(200);
  const email = `moved-${person.user.email}`;
  await person.call('POST', '/api/identity/codes', { email, use: 'bind' });
  const change = { email, code: await readCode(database, email), proof: { password: person.password } };
  expect((await person.call('PATCH', '/api/identity/me', change)).statusCode).toBe(200);
  const erased = await second.call('POST', `${url}/erase`, { ground: 'person-request' });
  expect(erased.json()).toMatchObject({ code: 'privacy.account_not_matched' });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
});

test('an open browser alone erases no account: without the step-up a request waits, and an officer who accepts it needs a second one', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const filed = await person.call('POST', '/api/privacy/cases', { type: 'delete', description: 'Please.' });
  const { id } = filed.json<CaseAnswer>();
  const officer = await anOperator(app, database);
  const second = await anOperator(app, database);
  const ground = { ground: 'person-request' };
  const erase = ({ call }: Person) => call('POST', `/api/privacy/queue/${id}/erase`, ground);
  for (const staff of [officer, second])
    expect((await erase(staff)).json()).toMatchObject({ code: 'privacy.case_state' });
  const accepted = await officer.call('POST', `/api/privacy/queue/${id}/accept`, {
    basis: 'Recognised on the telephone.',
  });
  expect(accepted.statusCode, accepted.body).toBe(200);
  expect((await erase(officer)).json()).toMatchObject({ code: 'privacy.second_officer_needed' });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  expect((await erase(second)).statusCode).toBe(200);
});
