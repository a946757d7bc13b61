import { expect } from 'vitest';
import { aPerson, goodPassword, type Person, readCode } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

const meUrl = '/api/identity/me';
const proof = { password: goodPassword };

function bindCode(person: Person, contact: { phone: string } | { email: string }) {
  return person.call('POST', '/api/identity/codes', { ...contact, use: 'bind' });
}

test('a person changes name and language; what is left out stays', async ({ app }) => {
  const person = await aPerson(app);
  const changed = await person.call('PATCH', meUrl, { displayName: '  Rosa Luxemburg ', language: 'zh-CN' });
  expect(changed.json()).toMatchObject({
    user: { displayName: 'Rosa Luxemburg', language: 'zh-CN', username: person.user.username },
    tenant: { name: 'Rosa Luxemburg' },
  });
  expect((await person.call('PATCH', meUrl, { displayName: '' })).json()).toMatchObject({
    user: { displayName: null, language: 'zh-CN' },
  });
  expect((await person.call('PATCH', meUrl, {})).statusCode).toBe(200);
});

test('what draws nothing is no display name and no part of one', async ({ app }) => {
  const person = await aPerson(app);
  for (const [displayName, shown] of [
    ['Rosa\u3164\u2800', 'Rosa'],
    ['\u3164\u115f', null],
  ])
    expect((await person.call('PATCH', meUrl, { displayName })).json()).toMatchObject({
      user: { displayName: shown },
    });
});

test('a username that is taken cannot be chosen', async ({ app }) => {
  const [person, other] = [await aPerson(app), await aPerson(app)];
  const answer = await person.call('PATCH', meUrl, {
    username: other.user.username.toUpperCase(),
    proof,
  });
  expect(answer.json()).toMatchObject({ status: 409, code: 'identity.username_taken' });
});

test('a username is not changed to one that looks like that of another person; ways to write the own one are free', async ({
  app,
}) => {
  const [person, other] = [await aPerson(app), await aPerson(app)];
  await other.call('PATCH', meUrl, { username: 'lola-wu', proof });
  const answer = await person.call('PATCH', meUrl, { username: '1ola-wu', proof });
  expect(answer.json()).toMatchObject({ status: 409, code: 'identity.username_lookalike' });
  const own = await other.call('PATCH', meUrl, { username: 'l0la-wü', proof });
  expect(own.json()).toMatchObject({ user: { username: 'l0la-wü' } });
  expect((await person.call('PATCH', meUrl, { username: 'lola-wu', proof })).json()).toMatchObject({
    code: 'identity.username_lookalike',
  });
});

test('usernames are letters and digits of any script, and nothing that looks like an address or a sub-account', async ({
  app,
}) => {
  const person = await aPerson(app);
  for (const username of ['张三', 'a.b-c_d', 'Zoë9', 'x2'])
    expect([username, (await person.call('PATCH', meUrl, { username, proof })).statusCode]).toEqual([
      username,
      200,
    ]);
  for (const username of [
    'a',
    '.dot',
    'dash-',
    'a@b.cn',
    'main#sub',
    'two words',
    'x'.repeat(41),
    'tab\tbed',
    'nul\u0000l',
    '<b>',
  ]) {
    expect([username, (await person.call('PATCH', meUrl, { username, proof })).statusCode]).toEqual([
      username,
      400,
    ]);
  }
});

test('D-ACC-5 a phone number and another e-mail address are bound by the code sent to them', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  expect((await person.call('PATCH', meUrl, { phone: '13600136001' })).statusCode).toBe(400);
  await bindCode(person, { phone: '13600136001' });
  const bound = await person.call('PATCH', meUrl, {
    phone: '136 0013 6001',
    code: await readCode(database, '+8613600136001'),
    proof: { password: goodPassword },
  });
  expect(bound.json()).toMatchObject({ user: { phone: '+86136****6001' } });
  await bindCode(person, { email: 'moved@example.com' });
  const moved = await person.call('PATCH', meUrl, {
    email: 'Moved@example.com',
    code: await readCode(database, 'moved@example.com'),
    proof: { password: goodPassword },
  });
  expect(moved.json()).toMatchObject({ user: { email: 'moved@example.com', phone: '+86136****6001' } });
});

test('a code that another person requested binds nothing, although it was read', async ({
  app,
  database,
}) => {
  const [person, other] = [await aPerson(app), await aPerson(app)];
  await bindCode(other, { phone: '13600136002' });
  const answer = await person.call('PATCH', meUrl, {
    phone: '13600136002',
    code: await readCode(database, '+8613600136002'),
    proof: { password: goodPassword },
  });
  expect(answer.json()).toMatchObject({ status: 400, code: 'identity.wrong_code' });
  expect((await person.call('GET', meUrl)).json()).toMatchObject({ user: { phone: null } });
});

test('a number that is bound cannot be bound again, and only its reader learns that', async ({
  app,
  database,
  clock,
}) => {
  const [person, other] = [await aPerson(app), await aPerson(app)];
  await bindCode(other, { phone: '13600136003' });
  await other.call('PATCH', meUrl, {
    phone: '13600136003',
    code: await readCode(database, '+8613600136003'),
    proof: { password: goodPassword },
  });
  clock.advanceMs(61_000);
  expect((await bindCode(person, { phone: '13600136003' })).statusCode).toBe(202);
  const code = await readCode(database, '+8613600136003');
  const wrong = await person.call('PATCH', meUrl, {
    phone: '13600136003',
    code: code === '000000' ? '000001' : '000000',
    proof: { password: goodPassword },
  });
  expect(wrong.json()).toMatchObject({ code: 'identity.wrong_code' });
  expect(
    (
      await person.call('PATCH', meUrl, { phone: '13600136003', code, proof: { password: goodPassword } })
    ).json(),
  ).toMatchObject({
    status: 409,
    code: 'identity.phone_taken',
  });
});
