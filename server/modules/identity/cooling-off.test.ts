import { expect } from 'vitest';
import { anAddress, aPerson, goodPassword, readCode } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import {
  aNumber,
  type App,
  bind,
  byPassword,
  coolingOffMs,
  undo,
  undoLink,
} from './contact-changes.fixture.ts';

function signUp(app: App, email: string) {
  return aPolicyVersion(app).then((policyVersion) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/register',
      remoteAddress: anAddress(),
      payload: { method: 'password', username: aName(), email, password: goodPassword, policyVersion },
    }),
  );
}

async function aPolicyVersion(app: App): Promise<string> {
  return (await app.inject('/api/identity/policy')).json<{ version: string }>().version;
}

let lastName = 0;

function aName(): string {
  lastName += 1;
  return `newcomer${String.fromCharCode(96 + lastName)}`;
}

test('nobody signs up with an address, nor changes to one, that its owner can still get back; afterwards it is free', async ({
  app,
  database,
  clock,
}) => {
  const [person, other] = [await aPerson(app), await aPerson(app)];
  const email = person.user.email ?? '';
  await bind(person, database, { email: `thief-${email}` }, byPassword);
  const taken = { status: 409, code: 'identity.email_taken' };
  expect((await signUp(app, email)).json()).toMatchObject(taken);
  expect((await bind(other, database, { email }, byPassword)).json()).toMatchObject(taken);
  expect((await undo(app, await undoLink(database, email))).statusCode).toBe(204);
  expect((await signUp(app, email)).json()).toMatchObject(taken);
  expect((await signUp(app, `thief-${email}`)).statusCode).toBe(201);

  await bind(other, database, { email: `other-${email}` }, byPassword);
  expect((await signUp(app, other.user.email ?? '')).statusCode).toBe(409);
  clock.advanceMs(coolingOffMs);
  expect((await signUp(app, other.user.email ?? '')).statusCode).toBe(201);
});

test('a number that its owner can still get back is not for another person, but for the owner', async ({
  app,
  database,
}) => {
  const [person, other] = [await aPerson(app), await aPerson(app)];
  const [first, second] = [aNumber(), aNumber()];
  await bind(person, database, { phone: first }, byPassword);
  await bind(person, database, { phone: second }, byPassword);
  expect((await bind(other, database, { phone: first }, byPassword)).json()).toMatchObject({
    status: 409,
    code: 'identity.phone_taken',
  });
  const link = await undoLink(database, first);
  expect((await undo(app, link)).statusCode).toBe(204);
  const owner = await aPerson(app);
  const [earlier, later] = [aNumber(), aNumber()];
  for (const phone of [earlier, later, earlier])
    expect((await bind(owner, database, { phone }, byPassword)).statusCode).toBe(200);
});

test('of sign-ups at the same moment as a change of address, or as its undoing, none keeps the owner out', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  await person.call('POST', '/api/identity/codes', { email: `thief-${email}`, use: 'bind' });
  const code = await readCode(database, `thief-${email}`);
  const change = { email: `thief-${email}`, code, proof: byPassword };
  const signUps = () => Array.from({ length: 4 }, () => signUp(app, email));
  const [changed, ...early] = await Promise.all([
    person.call('PATCH', '/api/identity/me', change),
    ...signUps(),
  ]);
  expect(changed.statusCode).toBe(200);
  const [undone, ...late] = await Promise.all([undo(app, await undoLink(database, email)), ...signUps()]);
  expect(undone.statusCode, undone.body).toBe(204);
  expect([...early, ...late].map(({ statusCode }) => statusCode)).toEqual(
    Array.from({ length: 8 }, () => 409),
  );
});

test('the address that a thief replaced stays reserved after its owner has recovered by phone', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  const phone = aNumber();
  await bind(person, database, { phone }, byPassword);
  for (let days = 0; days < 6; days += 1) {
    // A session ends after a day without any operation.
    clock.advanceMs(coolingOffMs / 6);
    await person.call('GET', '/api/identity/me');
  }
  expect((await bind(person, database, { email: `thief-${email}` }, byPassword)).statusCode).toBe(200);
  const link = await undoLink(database, email);
  const ask = { method: 'POST', remoteAddress: anAddress() } as const;
  await app.inject({ ...ask, url: '/api/identity/codes', payload: { phone, use: 'recover' } });
  const payload = { phone, code: await readCode(database, phone), newPassword: 'back in my own hands' };
  expect((await app.inject({ ...ask, url: '/api/identity/recover', payload })).statusCode).toBe(204);
  expect((await undo(app, link)).statusCode).toBe(404);
  expect((await signUp(app, email)).json()).toMatchObject({ code: 'identity.email_taken' });
  expect((await signUp(app, `thief-${email}`)).statusCode).toBe(201);
  clock.advanceMs(coolingOffMs);
  expect((await signUp(app, email)).statusCode).toBe(201);
});
