import { expect } from 'vitest';
import {
  anAddress,
  aPerson,
  goodPassword,
  type Person,
  personOf,
  readCode,
  readMessages,
} from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { aNumber, bind, byPassword, coolingOffMs, undo, undoLink } from './contact-changes.fixture.ts';

type App = Parameters<typeof aPerson>[0];
type Database = Parameters<typeof readCode>[0];

/** A person without a password, who logs in by phone. */
async function aPhonePerson(app: App, database: Database): Promise<{ person: Person; phone: string }> {
  const phone = aNumber();
  const remoteAddress = anAddress();
  const post = (url: string, payload: object) => app.inject({ method: 'POST', url, remoteAddress, payload });
  await post('/api/identity/codes', { phone, use: 'register' });
  const { version } = (await app.inject('/api/identity/policy')).json<{ version: string }>();
  const code = await readCode(database, phone);
  const answer = await post('/api/identity/register', {
    method: 'phone',
    phone,
    code,
    policyVersion: version,
  });
  return { person: await personOf(app, answer, remoteAddress), phone };
}

test("in a phone user's open browser a stranger sets no password, binds no mailbox, exports and erases nothing", async ({
  app,
  database,
}) => {
  const { person } = await aPhonePerson(app, database);
  const newPassword = 'the password of a stranger';
  const noProof = { password: newPassword };
  const set = await person.call('POST', '/api/identity/me/password', { newPassword });
  expect(set.statusCode).toBe(400);
  const guessed = await person.call('POST', '/api/identity/me/password', { newPassword, proof: noProof });
  expect(guessed.json()).toMatchObject({ code: 'identity.wrong_password' });
  const bound = await bind(person, database, { email: 'stranger@example.com' }, noProof);
  expect(bound.json()).toMatchObject({ code: 'identity.wrong_password' });
  const taken = await person.call('POST', '/api/privacy/exports', { proof: noProof });
  expect(taken.statusCode).toBe(400);
});

test('a phone user sets a first password with a code to the phone, and is notified by text message', async ({
  app,
  database,
}) => {
  const { person, phone } = await aPhonePerson(app, database);
  await person.call('POST', '/api/identity/confirmation-codes', {});
  const proof = { code: await readCode(database, phone) };
  const answer = await person.call('POST', '/api/identity/me/password', { newPassword: goodPassword, proof });
  expect(answer.statusCode).toBe(204);
  expect((await readMessages(database, phone)).at(-1)?.template).toBe('password_changed');
});

test('what was changed confirms no export, erasure or change until the cooling-off is over; what was there before does', async ({
  app,
  database,
  clock,
}) => {
  const { person, phone } = await aPhonePerson(app, database);
  await person.call('POST', '/api/identity/confirmation-codes', {});
  const proof = { code: await readCode(database, phone) };
  await person.call('POST', '/api/identity/me/password', { newPassword: goodPassword, proof });
  const exportBy = (by: object) => person.call('POST', '/api/privacy/exports', { proof: by });
  expect((await exportBy(byPassword)).json()).toMatchObject({ code: 'identity.proof_too_fresh' });
  expect((await bind(person, database, { email: 'fresh@example.com' }, byPassword)).json()).toMatchObject({
    code: 'identity.proof_too_fresh',
  });
  clock.advanceMs(61_000);
  await person.call('POST', '/api/identity/confirmation-codes', {});
  expect((await exportBy({ code: await readCode(database, phone) })).statusCode).toBe(202);
  for (let days = 0; days < 6; days += 1) {
    // A session ends after a day without any operation.
    clock.advanceMs(coolingOffMs / 6);
    await person.call('GET', '/api/identity/me');
  }
  expect((await bind(person, database, { email: 'settled@example.com' }, byPassword)).statusCode).toBe(200);
});

test('a mailbox bound a moment ago gets no confirmation code, nor does a phone', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  await bind(person, database, { phone: aNumber() }, byPassword);
  const asked = await person.call('POST', '/api/identity/confirmation-codes', {});
  expect(asked.json()).toMatchObject({ status: 409, code: 'identity.proof_too_fresh' });
});

test('the earlier contact hears of a change and undoes it: number, sessions, keys and the known password end', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  const phone = aNumber();
  expect((await bind(person, database, { phone }, byPassword)).statusCode).toBe(200);
  expect((await readMessages(database, email)).at(-1)?.template).toBe('phone_changed');
  expect((await readMessages(database, phone)).map(({ template }) => template)).toEqual(['code']);
  const token = await undoLink(database, email);
  expect((await undo(app, `${token.slice(0, -1)}?`)).json()).toMatchObject({ code: 'identity.undo_over' });
  expect((await undo(app, token)).statusCode).toBe(204);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(401);
  const login = await app.inject({
    method: 'POST',
    url: '/api/identity/login',
    remoteAddress: anAddress(),
    payload: { method: 'password', login: person.user.username, password: goodPassword },
  });
  expect(login.statusCode).toBe(401);
  const { rows } = await database.admin.query('select phone_index from identity.users where id = $1', [
    person.user.id,
  ]);
  expect(rows).toEqual([{ phone_index: null }]);
  expect((await undo(app, token)).statusCode).toBe(404);
});

test('of two changes the first owner has the last word', async ({ app, database }) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  await bind(person, database, { email: `second-${email}` }, byPassword);
  const first = await undoLink(database, email);
  await bind(person, database, { email: `third-${email}` }, byPassword);
  const second = await undoLink(database, `second-${email}`);
  expect((await undo(app, second)).statusCode).toBe(204);
  expect((await undo(app, first)).statusCode).toBe(204);
  expect((await undo(app, second)).statusCode).toBe(404);
  const remoteAddress = anAddress();
  const ask = { method: 'POST', remoteAddress } as const;
  await app.inject({ ...ask, url: '/api/identity/codes', payload: { email, use: 'recover' } });
  const payload = { email, code: await readCode(database, email), newPassword: 'back in my own hands' };
  expect((await app.inject({ ...ask, url: '/api/identity/recover', payload })).statusCode).toBe(204);
});

test('the link of a later change ends with the undoing of an earlier one', async ({ app, database }) => {
  const person = await aPerson(app);
  const email = person.user.email ?? '';
  await bind(person, database, { email: `thief-${email}` }, byPassword);
  const ofOwner = await undoLink(database, email);
  await bind(person, database, { email: `other-${email}` }, byPassword);
  const ofThief = await undoLink(database, `thief-${email}`);
  expect((await undo(app, ofOwner)).statusCode).toBe(204);
  expect((await undo(app, ofThief)).json()).toMatchObject({ code: 'identity.undo_over' });
});

test('a link is over with the cooling-off', async ({ app, database, clock }) => {
  const person = await aPerson(app);
  await bind(person, database, { phone: aNumber() }, byPassword);
  clock.advanceMs(coolingOffMs);
  expect((await undo(app, await undoLink(database, person.user.email ?? ''))).statusCode).toBe(404);
});

test('whoever knows the password and took the mailbox cannot end the cooling-off or the warnings by deleting a kind of data', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const earlier = person.user.email ?? '';
  expect((await bind(person, database, { email: 'thief@example.com' }, byPassword)).statusCode).toBe(200);
  const newPassword = 'the password of a thief';
  await person.call('POST', '/api/identity/me/password', { newPassword, proof: byPassword });
  const { items } = (await person.call('GET', '/api/privacy/erasure/kinds')).json<{
    items: { kind: string }[];
  }>();
  expect(items.length).toBeGreaterThan(0);
  const sessions = 'identity.sessions';
  for (const kind of [
    ...items.map((item) => item.kind),
    'identity.credential_changes',
    'notifications.outbox',
  ])
    if (kind !== sessions) await person.call('POST', '/api/privacy/erasure/kinds', { kind });

  const exported = await person.call('POST', '/api/privacy/exports', { proof: { password: newPassword } });
  expect(exported.json()).toMatchObject({ code: 'identity.proof_too_fresh' });
  expect((await readMessages(database, earlier)).map(({ template }) => template)).toEqual(
    expect.arrayContaining(['email_changed']),
  );
  expect((await undo(app, await undoLink(database, earlier))).statusCode).toBe(204);
});

test('the name one logs in with changes only by proof, wherever it is changed, and every contact is told', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const inPlace = (proof?: object) =>
    person.call('PATCH', '/api/identity/me', { username: 'gewissheit', proof });
  const asCorrection = (proof?: object) =>
    person.call('PATCH', '/api/privacy/correction', {
      corrections: [
        { table: 'identity.users', row: person.user.id, column: 'username', value: 'gewissheit2' },
      ],
      proof,
    });
  for (const change of [inPlace, asCorrection]) {
    const unproven = (await change()).json<{ issues: { path: string; rule: string }[] }>();
    expect(unproven.issues).toEqual([expect.objectContaining({ path: 'body.proof', rule: 'missing' })]);
    const wrong = await change({ password: 'the password of a stranger' });
    expect(wrong.json()).toMatchObject({ code: 'identity.wrong_password' });
  }
  const told = async () =>
    (await readMessages(database, person.user.email ?? '')).filter(
      ({ template }) => template === 'username_changed',
    ).length;
  expect(await told()).toBe(0);
  for (const [place, change] of [inPlace, asCorrection].entries()) {
    expect((await change(byPassword)).statusCode).toBe(200);
    expect(await told()).toBe(place + 1);
  }
  expect((await person.call('GET', '/api/identity/me')).json()).toMatchObject({
    user: { username: 'gewissheit2' },
  });
});
