import { publicKeySet, verifyCertificate } from '@candor/privacy';
import { expect } from 'vitest';
import { runJobNow } from '../../../kernel/jobs.ts';
import { createLog } from '../../../kernel/log.ts';
import { openMaintenance } from '../../../kernel/maintenance.ts';
import { anOperator, aPerson, readMessages } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { fundWallet } from '../../../testing/wallets.ts';
import { runErasure } from '../erasure/index.ts';
import { aRequest, asPerson, asWorker, type CaseAnswer, enter } from './cases.fixture.ts';

test('DRUN-8.c FC-7.b a guardian’s request, once shown to be one, erases the child and nobody else, with a certificate', async ({
  app,
  database,
  clock,
}) => {
  const child = await aPerson(app);
  const bystander = await aPerson(app);
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
  const answer = await step('erase', { ground: 'guardian-request' });
  expect(answer.json<CaseAnswer>()).toMatchObject({ state: 'in-progress' });
  expect((await child.call('GET', '/api/identity/me')).statusCode).toBe(401);
  expect((await bystander.call('GET', '/api/identity/me')).statusCode).toBe(200);

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
  await step('close', { outcome: 'fulfilled', results: 'Account and content: erased. Invoices: none.' });
  const read = await request.ask('/read', { reference: request.reference, accessKey });
  expect(read.json<CaseAnswer>()).toMatchObject({ state: 'closed', outcome: 'fulfilled' });
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
  const stranger = 'user_01h455vb4pex5vsknk084sn02q';
  expect((await erase({ userId: stranger })).statusCode).toBe(404);
  expect((await erase({})).json()).toMatchObject({
    code: 'privacy.balance_not_acknowledged',
    balanceMicros: 5_000_000,
  });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  expect((await erase({ acknowledgedBalanceMicros: 5_000_000 })).statusCode).toBe(200);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
});
