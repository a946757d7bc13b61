import { expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { Problem } from '../../kernel/problem.ts';
import {
  anAddress,
  anApiKey,
  aPerson,
  goodPassword,
  type Person,
  readCode,
} from '../../testing/factories.ts';
import { contextWith, test } from '../../testing/test.ts';
import { closeAccess, confirmIdentity, type Proof } from './index.ts';

type App = Parameters<typeof aPerson>[0];
type Database = Parameters<typeof contextWith>[0];
const wrong = { password: 'not the password at all' };
let lastNumber = 13_700_000_000;

function ctxOf({ user, tenant }: Person, database: Database, clock: Parameters<typeof contextWith>[1]): Ctx {
  const actor = {
    kind: 'user',
    userId: user.id,
    sessionId: 'sess_x',
    role: 'owner',
    isOperator: false,
  } as const;
  return contextWith(database, clock, actor, tenant.id);
}

async function outcome(ctx: Ctx, proof: Proof): Promise<string> {
  const error: unknown = await confirmIdentity(ctx, proof).catch((error: unknown) => error);
  if (error === undefined) return 'confirmed';
  if (!(error instanceof Problem)) throw new Error('unforeseen', { cause: error });
  const [issue] = (error.fields['issues'] ?? []) as { path: string }[];
  return `${error.code} ${issue?.path ?? ''}`.trim();
}

async function bindPhone(person: Person, database: Parameters<typeof readCode>[0]): Promise<string> {
  lastNumber += 1;
  const phone = `+86${lastNumber}`;
  await person.call('POST', '/api/identity/codes', { phone, use: 'bind' });
  const code = await readCode(database, phone);
  expect(
    (await person.call('PATCH', '/api/identity/me', { phone, code, proof: { password: goodPassword } }))
      .statusCode,
  ).toBe(200);
  // As if it had been bound before the cooling-off.
  await database.admin.query('delete from identity.credential_changes where user_id = $1', [person.user.id]);
  return phone;
}

function askForCode(person: Person, body: object = {}) {
  return person.call('POST', '/api/identity/confirmation-codes', body);
}

function loginWith(app: App, person: Person) {
  const payload = { method: 'password', login: person.user.username, password: goodPassword };
  return app.inject({ method: 'POST', url: '/api/identity/login', remoteAddress: anAddress(), payload });
}

test('the own password confirms; a wrong one is refused by the name of its field', async ({
  app,
  database,
  clock,
}) => {
  const ctx = ctxOf(await aPerson(app), database, clock);
  expect(await outcome(ctx, wrong)).toBe('identity.wrong_password body.proof.password');
  expect(await outcome(ctx, { password: goodPassword })).toBe('confirmed');
});

test('five wrong proofs close the door for a quarter of an hour, for the right one too, and for no other person', async ({
  app,
  database,
  clock,
}) => {
  const ctx = ctxOf(await aPerson(app), database, clock);
  const other = ctxOf(await aPerson(app), database, clock);
  for (let i = 0; i < 3; i += 1) await outcome(ctx, wrong);
  for (let i = 0; i < 2; i += 1)
    expect(await outcome(ctx, { code: '000000' })).toBe('identity.wrong_code body.proof.code');
  expect(await outcome(ctx, { password: goodPassword })).toBe('identity.too_many_attempts');
  expect(await outcome(other, { password: goodPassword })).toBe('confirmed');
  clock.advanceMs(15 * 60_000);
  expect(await outcome(ctx, { password: goodPassword })).toBe('confirmed');
});

test('a code goes to the proven phone, confirms its owner once, and no other person', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const phone = await bindPhone(person, database);
  const ctx = ctxOf(person, database, clock);
  const sent = await askForCode(person);
  expect(sent.statusCode).toBe(202);
  expect(sent.json()).toEqual({ channel: 'sms', resendAfterSeconds: 60 });
  const code = await readCode(database, phone);
  const stranger = await aPerson(app);
  await bindPhone(stranger, database);
  expect(await outcome(ctxOf(stranger, database, clock), { code })).toMatch('identity.wrong_code');
  expect(await outcome(ctx, { code })).toBe('confirmed');
  expect(await outcome(ctx, { code })).toMatch('identity.wrong_code');
});

test('a code for another use does not confirm, and one for confirming does not log in', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const phone = await bindPhone(person, database);
  const ctx = ctxOf(person, database, clock);
  await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress: anAddress(),
    payload: { phone, use: 'login' },
  });
  expect(await outcome(ctx, { code: await readCode(database, phone) })).toMatch('identity.wrong_code');
  await askForCode(person);
  const payload = { method: 'phone', phone, code: await readCode(database, phone) };
  const login = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress: anAddress(),
    payload,
  });
  expect(login.json()).toMatchObject({ code: 'identity.wrong_code' });
});

test('an address that was only written down at registration gets no code', async ({ app }) => {
  const person = await aPerson(app);
  const answer = await askForCode(person, { channel: 'mail' });
  expect(answer.statusCode).toBe(409);
  expect(answer.json()).toMatchObject({ code: 'identity.no_proven_contact' });
});

test('nobody asks for such a code by the open route', async ({ app }) => {
  const payload = { phone: '+8613700009999', use: 'confirm' };
  const answer = await app.inject({ method: 'POST', url: '/api/identity/codes', payload });
  expect(answer.statusCode).toBe(400);
});

test('closed access: sessions are over, keys are disabled, codes are void, other people notice nothing', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const phone = await bindPhone(person, database);
  await loginWith(app, person);
  const { id } = await anApiKey(person);
  await askForCode(person);
  const bystander = await aPerson(app);
  await anApiKey(bystander);
  const system = contextWith(database, clock, { kind: 'system', name: 'erasure' }, null);
  expect(await closeAccess(system, person.user.id)).toEqual({ sessions: 2, apiKeys: 1, codes: 1 });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
  expect((await bystander.call('GET', '/api/identity/me')).statusCode).toBe(200);
  const { rows } = await database.admin.query('select is_disabled from identity.api_keys where id = $1', [
    id,
  ]);
  expect(rows).toEqual([{ is_disabled: true }]);
  const code = await readCode(database, phone);
  expect(await outcome(ctxOf(person, database, clock), { code })).toMatch('identity.wrong_code');
});

test('access that is closed in a transaction which fails stays open', async ({ app, database, clock }) => {
  const person = await aPerson(app);
  const system = contextWith(database, clock, { kind: 'system', name: 'erasure' }, null);
  const failing = inTransaction(system, 'erasure', async (ctx) => {
    await closeAccess(ctx, person.user.id);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
});
