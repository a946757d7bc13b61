import { expect } from 'vitest';
import { aPerson, anAddress, readMessages } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';
import { aNumber, aPhoneOwner, ask } from './codes.fixture.ts';
import { takeSmsToStranger } from './sms-to-strangers.ts';

const hourMs = 60 * 60_000;
const elsewhere = '+14155552671';

test('a number of a country that the installation does not name gets no text message, for whatever use', async ({
  app,
  database,
}) => {
  const refusal = { status: 400, code: 'identity.country_not_served', issues: [{ path: 'body.phone' }] };
  for (const use of ['register', 'login', 'recover'])
    expect((await ask(app, elsewhere, use, anAddress())).json(), use).toMatchObject(refusal);
  const person = await aPerson(app);
  const bound = await person.call('POST', '/api/identity/codes', { phone: elsewhere, use: 'bind' });
  expect(bound.json()).toMatchObject(refusal);
  expect(await readMessages(database, elsewhere)).toEqual([]);
  expect((await ask(app, aNumber(), 'register', anAddress())).statusCode).toBe(202);
});

test('strangers cause at most so many text messages to one number, one country and all; who has an account meets none of these limits', async ({
  app,
  database,
  anonymous,
  clock,
}) => {
  const owner = await aPhoneOwner(app, database);
  clock.advanceMs(hourMs);
  const send = (address: string) => takeSmsToStranger(anonymous, { channel: 'sms', address });
  const refused = { status: 429, code: 'identity.too_many_attempts' };
  const one = aNumber();
  for (let sent = 0; sent < 12; sent += 1) await send(one);
  await expect(send(one)).rejects.toMatchObject(refused);
  for (let sent = 12; sent < 200; sent += 1) await send(aNumber());
  await expect(send(aNumber())).rejects.toMatchObject(refused);
  // The country is full, the installation is not: another country has the rest.
  for (let sent = 200; sent < 300; sent += 1) await send(`+1415555${String(2000 + sent)}`);
  await expect(send('+14155559999')).rejects.toMatchObject(refused);

  const registering = await ask(app, aNumber(), 'register', anAddress());
  expect(registering.json()).toMatchObject(refused);
  // A refusal would tell that the number has no account.
  const stranger = aNumber();
  expect((await ask(app, stranger, 'login', anAddress())).statusCode).toBe(202);
  expect(await readMessages(database, stranger)).toEqual([]);
  const before = (await readMessages(database, owner)).length;
  expect((await ask(app, owner, 'login', anAddress())).statusCode).toBe(202);
  expect(await readMessages(database, owner)).toHaveLength(before + 1);
  clock.advanceMs(hourMs);
  await send(aNumber());
  // The day of a number is longer than the hour of a country.
  await expect(send(one)).rejects.toMatchObject(refused);
});
