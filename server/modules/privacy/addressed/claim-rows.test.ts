import * as identityMessages from '../../identity/messages.ts';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { readExport } from '../../../../privacy-engine/testing/read-export.ts';
import { asSystem } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import { previewOf, test } from '../../../testing/erasing.ts';
import {
  anAddress,
  anOperator,
  aPerson,
  type Person,
  personOf,
  readCode,
  readMessages,
  staffReason,
} from '../../../testing/factories.ts';
import type { Database } from '../../../testing/test.ts';
import { sendMessage } from '../../notifications/index.ts';
import { aStranger } from '../cases/cases.fixture.ts';
import { runErasure } from '../erasure/index.ts';

let lastNumber = 13_900_139_000;

interface Latecomer {
  readonly phone: string;
  readonly person: Person;
  readonly operator: Person;
  /** Of the request from before the account. */
  readonly caseId: string;
}

/** A person who registers a number to which a log-in without an account, a request and a code had been sent. */
async function aLatecomer(app: FastifyInstance, database: Database): Promise<Latecomer> {
  lastNumber += 1;
  const phone = `+86${lastNumber}`;
  const remoteAddress = anAddress();
  const send = (use: string) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/codes',
      remoteAddress,
      payload: { phone, use, language: 'en' },
    });
  expect((await send('login')).statusCode).toBe(202);
  const filed = await aStranger(app, remoteAddress)('', {
    type: 'access',
    description: 'What do you hold about me?',
    phone,
  });
  expect(filed.statusCode, filed.body).toBe(202);
  const operator = await anOperator(app, database);
  expect((await operator.call('GET', '/api/notifications/outbox')).body).toContain(phone);
  expect((await send('register')).statusCode).toBe(202);
  const policy = await app.inject({ url: '/api/identity/policy' });
  const registered = await app.inject({
    method: 'POST',
    url: '/api/identity/register',
    remoteAddress,
    payload: {
      method: 'phone',
      phone,
      code: await readCode(database, phone),
      policyVersion: policy.json<{ version: string }>().version,
      language: 'en',
    },
  });
  expect(registered.statusCode, registered.body).toBe(201);
  const person = await personOf(app, registered, remoteAddress, staffReason);
  return { phone, person, operator, caseId: filed.json<{ reference: string }>().reference };
}

async function aProof(database: Database, { person, phone }: Latecomer): Promise<{ code: string }> {
  const sent = await person.call('POST', '/api/identity/confirmation-codes', { language: 'en' });
  expect(sent.statusCode, sent.body).toBe(202);
  return { code: await readCode(database, phone) };
}

async function confirmErasure(database: Database, latecomer: Latecomer): Promise<string> {
  const { promiseHash } = await previewOf(latecomer.person);
  const confirmed = await latecomer.person.call('POST', '/api/privacy/erasure/confirm', {
    proof: await aProof(database, latecomer),
    promiseHash,
    ground: 'person-request',
  });
  expect(confirmed.statusCode, confirmed.body).toBe(202);
  return confirmed.json<{ erasureId: string }>().erasureId;
}

test('DRUN-7.1 CHIPL-8.4 what was sent to a number before its account is in my data, tells of staff reads, and goes with the person', async ({
  app,
  database,
  system,
}) => {
  const latecomer = await aLatecomer(app, database);
  const { person, phone, operator, caseId } = latecomer;
  const mine = (await person.call('GET', '/api/privacy/my-data?lang=en')).body;
  expect(mine.split(phone).length - 1, 'the account, both messages and the request').toBeGreaterThanOrEqual(
    4,
  );
  const looks = await person.call('GET', '/api/audit/staff-reads');
  expect(looks.json<{ items: unknown[] }>().items.length).toBeGreaterThan(0);
  const former = await system.vault.find(caseId, 'core');
  expect(former.state, 'nothing is sealed under a key of the request any more').toBe('destroyed');

  expect(await runErasure(system, await confirmErasure(database, latecomer))).toBe('certified');
  expect((await operator.call('GET', '/api/notifications/outbox')).body).not.toContain(phone);
  for (const table of ['notifications.outbox', 'identity.sign_in_codes']) {
    const { rows } = await database.admin.query<{ rows: number }>(
      `select count(*)::int as rows from ${table} where user_id is null or user_id = $1`,
      [person.user.id],
    );
    expect(rows, table).toEqual([{ rows: 0 }]);
  }
});

test('DRUN-7.1 what was sent before the account is in the copy of a person who requests nothing else', async ({
  app,
  database,
  system,
}) => {
  const latecomer = await aLatecomer(app, database);
  const { person } = latecomer;
  const sent = (await readMessages(database, latecomer.phone)).map(({ template }) => template);
  const proof = await aProof(database, latecomer);
  const asked = await person.call('POST', '/api/privacy/exports', { language: 'en', proof });
  expect(asked.statusCode, asked.body).toBe(202);
  const { id } = asked.json<{ id: string }>();
  await runJobNow(system, 'privacy.write-export', { exportId: id });
  const file = await app.inject({ url: `/api/privacy/exports/${id}/file`, headers: person.headers });
  const { data } = await readExport(file.rawPayload);
  const copied = data.tables['notifications.outbox']?.rows.map((row) => row['template']) ?? [];
  expect(sent).toContain('no_account');
  expect(copied).toEqual(expect.arrayContaining(sent));
  expect(data.tables['privacy.cases']?.rows).toMatchObject([{ id: latecomer.caseId }]);
});

test('POOL-sec-5 what was sent before the account is erased with a person who never looked at it', async ({
  app,
  database,
  system,
}) => {
  const latecomer = await aLatecomer(app, database);
  expect(await runErasure(system, await confirmErasure(database, latecomer))).toBe('certified');
  expect(await readMessages(database, latecomer.phone)).toEqual([]);
});

test('POOL-sec-5 a message to the address that was never claimed is found by its hash, and the erasure fails with its place', async ({
  app,
  database,
  clock,
  system,
}) => {
  const latecomer = await aLatecomer(app, database);
  const erasureId = await confirmErasure(database, latecomer);
  expect(await runErasure(system, erasureId, 'ledgered')).toBe('ledgered');
  // As if the message were from before the account was closed.
  clock.advanceMs(-1000);
  await inTransaction(asSystem(system, 'late'), 'signin', (ctx) =>
    sendMessage(ctx, {
      channel: 'sms',
      to: latecomer.phone,
      userId: null,
      message: identityMessages.noAccount({}),
      language: 'en',
    }),
  );
  expect(await runErasure(system, erasureId)).toBe('failed');
  const { rows } = await database.admin.query('select residue from privacy.erasures where id = $1', [
    erasureId,
  ]);
  expect(rows).toEqual([
    { residue: [{ place: 'notifications.outbox (by the hash of an address)', rows: 1 }] },
  ]);
});

test('an address that was only written down shows nothing that was sent to it', async ({ app, database }) => {
  const username = `stranger-${String(lastNumber)}`.replaceAll(
    /\d/g,
    (digit) => 'abcdefghij'[Number(digit)] ?? '',
  );
  const payload = { email: `${username}@example.com`, use: 'recover' };
  const asked = await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress: anAddress(),
    payload,
  });
  expect(asked.statusCode, asked.body).toBe(202);
  const stranger = await aPerson(app, { username });
  expect(stranger.user.email).toBe(payload.email);
  const mine = await stranger.call('GET', '/api/privacy/my-data?lang=en');
  expect(mine.statusCode, mine.body).toBe(200);
  const { rows } = await database.admin.query('select 1 from notifications.outbox where user_id = $1', [
    stranger.user.id,
  ]);
  expect(rows, 'the message has no owner yet').toEqual([]);
});
