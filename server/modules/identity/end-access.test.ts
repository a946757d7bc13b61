import { expect, vi } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import {
  anAddress,
  anApiKey,
  aPerson,
  goodPassword,
  type Person,
  personOf,
  readCode,
  readMessages,
} from '../../testing/factories.ts';
import { buildTestApp, test } from '../../testing/test.ts';
import { aNumber, ask, loginBy } from './codes.fixture.ts';

type App = Parameters<typeof aPerson>[0];
type Database = Parameters<typeof readCode>[0];

async function recover(app: App, database: Database, email: string): Promise<void> {
  const remoteAddress = anAddress();
  const ask = { method: 'POST', url: '/api/identity/codes', remoteAddress } as const;
  await app.inject({ ...ask, payload: { email, use: 'recover' } });
  const code = await readCode(database, email);
  const payload = { email, code, newPassword: 'the owner of the mailbox' };
  const answer = await app.inject({ ...ask, url: '/api/identity/recover', payload });
  expect(answer.statusCode).toBe(204);
}

async function callModels(app: App, secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  return (await app.inject({ url: '/v1/models', headers, remoteAddress: anAddress() })).statusCode;
}

async function bind(person: Person, database: Database, contact: { email: string } | { phone: string }) {
  await person.call('POST', '/api/identity/codes', { ...contact, use: 'bind' });
  const code = await readCode(database, Object.values(contact).join());
  return person.call('PATCH', '/api/identity/me', { ...contact, code, proof: { password: goodPassword } });
}

test('a stranger who registered with an address loses session and keys when its owner recovers, in every process', async ({
  app,
  database,
  clock,
}) => {
  const another = await buildTestApp(database, clock, createLog('silent'));
  try {
    const stranger = await aPerson(app);
    const { secret } = await anApiKey(stranger);
    expect([await callModels(app, secret), await callModels(another, secret)]).toEqual([200, 200]);
    await recover(app, database, stranger.user.email ?? '');
    expect((await stranger.call('GET', '/api/identity/me')).statusCode).toBe(401);
    // Both processes remember the key until they hear of the change.
    await vi.waitUntil(async () => (await callModels(app, secret)) === 401, { timeout: 30_000 });
    await vi.waitUntil(async () => (await callModels(another, secret)) === 401, { timeout: 30_000 });
  } finally {
    await another.close();
  }
});

test('a recovery that is refused ends nothing', async ({ app, database }) => {
  const person = await aPerson(app);
  const { secret } = await anApiKey(person);
  const remoteAddress = anAddress();
  const email = person.user.email ?? '';
  const ask = { method: 'POST', url: '/api/identity/codes', remoteAddress } as const;
  await app.inject({ ...ask, payload: { email, use: 'recover' } });
  const code = (await readCode(database, email)) === '123456' ? '654321' : '123456';
  const payload = { email, code, newPassword: 'the owner of the mailbox' };
  const answer = await app.inject({ ...ask, url: '/api/identity/recover', payload });
  expect(answer.json()).toMatchObject({ code: 'identity.wrong_code' });
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  expect(await callModels(app, secret)).toBe(200);
});

test('the first proof of a contact ends the sessions and keys from before, a later one does not', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const login = { method: 'password', login: person.user.username, password: person.password };
  const elsewhere = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress: anAddress(),
    payload: login,
  });
  const cookie = elsewhere.headers['set-cookie']?.toString().split(';')[0] ?? '';
  const readMe = () => app.inject({ url: '/api/identity/me', headers: { cookie } });
  const { id: before } = await anApiKey(person);
  expect((await bind(person, database, { email: person.user.email ?? '' })).statusCode).toBe(200);
  expect((await readMe()).statusCode).toBe(401);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
  const { id: after } = await anApiKey(person);
  expect((await bind(person, database, { phone: '+8613500135077' })).statusCode).toBe(200);
  const keys = (await person.call('GET', '/api/identity/api-keys')).json<{
    items: { id: string; status: string }[];
  }>();
  expect(new Map(keys.items.map(({ id, status }) => [id, status]))).toEqual(
    new Map([
      [after, 'active'],
      [before, 'disabled'],
    ]),
  );
});

test('a stranger who registered with an address comes back neither by a number bound since nor by a link, once its owner recovers', async ({
  app,
  database,
}) => {
  const stranger = await aPerson(app);
  const email = stranger.user.email ?? '';
  const [first, second] = [aNumber(), aNumber()];
  expect((await bind(stranger, database, { phone: first })).statusCode).toBe(200);
  expect((await bind(stranger, database, { phone: second })).statusCode).toBe(200);
  const [token] = (await readMessages(database, first)).flatMap(
    ({ body }) => /\/undo#([\w-]{43})/.exec(body)?.[1] ?? [],
  );
  await recover(app, database, email);
  expect((await readMessages(database, second)).at(-1)?.template).toBe('contact_removed');
  const undone = await app.inject({
    method: 'POST',
    url: '/api/identity/contact-changes/undo',
    remoteAddress: anAddress(),
    payload: { token },
  });
  expect(undone.json()).toMatchObject({ code: 'identity.undo_over' });
  for (const phone of [first, second]) {
    const from = anAddress();
    await ask(app, phone, 'login', from);
    expect((await readMessages(database, phone)).at(-1)?.template).toBe('no_account');
    expect((await loginBy(app, phone, '000000', from)).statusCode).toBe(400);
  }
});

test('an address that was only written down recovers nothing of a person who has proved a number', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const [email, phone, from] = [person.user.email ?? '', aNumber(), anAddress()];
  expect((await bind(person, database, { phone })).statusCode).toBe(200);
  // As if it had been bound before the cooling-off.
  await database.admin.query('delete from identity.credential_changes where user_id = $1', [person.user.id]);
  const payload = { email, use: 'recover' };
  await app.inject({ method: 'POST', url: '/api/identity/codes', remoteAddress: from, payload });
  expect((await readMessages(database, email)).at(-1)?.template).toBe('no_account');
  await ask(app, phone, 'login', from);
  expect((await loginBy(app, phone, await readCode(database, phone), from)).statusCode).toBe(200);
});

test('a password of a recovery confirms nothing until the cooling-off is over', async ({ app, database }) => {
  const { user } = await aPerson(app);
  await recover(app, database, user.email ?? '');
  const remoteAddress = anAddress();
  const proof = { password: 'the owner of the mailbox' };
  const payload = { method: 'password', login: user.username, ...proof };
  const login = { method: 'POST', url: '/api/identity/login', remoteAddress, payload } as const;
  const owner = await personOf(app, await app.inject(login), remoteAddress);
  const exported = await owner.call('POST', '/api/privacy/exports', { proof });
  expect(exported.json()).toMatchObject({ code: 'identity.proof_too_fresh' });
});
