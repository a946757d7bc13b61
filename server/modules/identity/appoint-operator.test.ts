import { expect } from 'vitest';
import { anOperator, aPerson, goodPassword, type Person } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

const path = '/api/identity/operators';
const appoint = (by: Person, username: string, password = goodPassword) =>
  by.call('POST', path, { username, proof: { password } });

test('an operator who proves who they are makes a person an operator, once, and the log says so', async ({
  app,
  database,
}) => {
  const [operator, person] = [await anOperator(app, database), await aPerson(app)];
  const sees = async () => (await person.call('GET', '/api/identity/tenants?limit=1')).statusCode;
  expect(await sees()).toBe(403);
  const unproven = await appoint(operator, person.user.username, 'not the password at all');
  expect(unproven.json()).toMatchObject({ code: 'identity.wrong_password' });
  expect(await sees()).toBe(403);
  const answers = [
    await appoint(operator, person.user.username.toUpperCase()),
    await appoint(operator, person.user.username),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([204, 204]);
  // The door is open; what is still missing is the reason that staff gives for looking.
  expect(await sees()).not.toBe(403);
  const entries = await database.admin.query(
    `select actor from audit.entries where action = 'identity.operator_appointed' and target_id = $1`,
    [person.user.id],
  );
  expect(entries.rows).toEqual([{ actor: `user:${operator.user.id}` }]);
});

test('only an operator appoints one, and only a user who exists is appointed', async ({ app, database }) => {
  const [operator, person] = [await anOperator(app, database), await aPerson(app)];
  expect((await appoint(person, person.user.username)).statusCode).toBe(403);
  expect((await appoint(operator, 'nobody-has-this-name')).statusCode).toBe(404);
  const { rows } = await database.admin.query('select 1 from identity.operators where user_id = $1', [
    person.user.id,
  ]);
  expect(rows).toEqual([]);
});

test('the forced replacement of the generated first password confirms at once; every later change cools off', async ({
  app,
  database,
}) => {
  const [first, ...others] = [await anOperator(app, database), await aPerson(app), await aPerson(app)];
  await database.admin.query('update identity.operators set must_change_password = true where user_id = $1', [
    first.user.id,
  ]);
  const [second, third] = ['the first one of my own', 'and another one of my own'];
  const change = (password: string, newPassword: string) =>
    first.call('POST', '/api/identity/me/password', { proof: { password }, newPassword });
  expect((await appoint(first, others[0]?.user.username ?? '')).json()).toMatchObject({
    code: 'identity.password_change_required',
  });
  expect((await change(goodPassword, second)).statusCode).toBe(204);
  expect((await appoint(first, others[0]?.user.username ?? '', second)).statusCode).toBe(204);
  expect((await change(second, third)).statusCode).toBe(204);
  expect((await appoint(first, others[1]?.user.username ?? '', third)).json()).toMatchObject({
    code: 'identity.proof_too_fresh',
  });
});
