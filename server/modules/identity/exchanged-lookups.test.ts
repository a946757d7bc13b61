import { expect } from 'vitest';
import {
  anAddress,
  anOperator,
  aPerson,
  goodPassword,
  type Person,
  readCode,
} from '../../testing/factories.ts';
import { type Database, test } from '../../testing/test.ts';

/** What an attacker can do who writes to the database and has no key: exchange what two persons are found by. */
async function exchange({ admin }: Database, key: string, [one, other]: readonly [Person, Person]) {
  const { rows } = await admin.query<{ id: string; value: string }>(
    `select id, ${key}_index as value from identity.users where id = any($1)`,
    [[one.user.id, other.user.id]],
  );
  const valueOf = (id: string) => rows.find((row) => row.id === id)?.value;
  const set = (id: string, value: string | undefined) =>
    admin.query(`update identity.users set ${key}_index = $2 where id = $1`, [id, value]);
  await set(one.user.id, 'for a moment');
  await set(other.user.id, valueOf(one.user.id));
  await set(one.user.id, valueOf(other.user.id));
}

test('whoever exchanges what two persons are found by gets into no account, and it is noticed', async ({
  app,
  database,
}) => {
  const [victim, attacker] = [await aPerson(app), await aPerson(app)];
  const operator = await anOperator(app, database);
  const login = (name: string) =>
    app.inject({
      method: 'POST',
      url: '/api/identity/login',
      remoteAddress: anAddress(),
      payload: { method: 'password', login: name, password: goodPassword },
    });
  await exchange(database, 'username', [victim, attacker]);
  // Both have the same password, so that the password does not tell them apart.
  expect((await login(attacker.user.username)).statusCode).toBe(401);
  const appointed = await operator.call('POST', '/api/identity/operators', {
    username: victim.user.username,
    proof: { password: goodPassword },
  });
  expect(appointed.statusCode, appointed.body).toBe(404);
  const { rows } = await database.admin.query('select 1 from identity.operators where user_id = $1', [
    attacker.user.id,
  ]);
  expect(rows).toEqual([]);
  const noticed = await operator.call('GET', '/api/privacy/unreadable-cells');
  expect(noticed.body).toContain('other-index');
  await exchange(database, 'username', [victim, attacker]);
  expect((await login(victim.user.username)).json()).toMatchObject({ user: { id: victim.user.id } });
});

test('a password is not recovered through the exchanged address of another', async ({ app, database }) => {
  const [victim, attacker] = [await aPerson(app), await aPerson(app)];
  const address = attacker.user.email ?? '';
  await exchange(database, 'email', [victim, attacker]);
  const remoteAddress = anAddress();
  const asked = await app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress,
    payload: { email: address, use: 'recover', language: 'en' },
  });
  expect(asked.statusCode, asked.body).toBe(202);
  await expect(readCode(database, address)).rejects.toThrow('no code was sent');
});
