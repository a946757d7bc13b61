import { expect } from 'vitest';
import { aPerson } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

test('who registers is logged in and owns an account', async ({ app }) => {
  const person = await aPerson(app);
  const me = await person.call('GET', '/api/identity/me');
  expect(me.statusCode).toBe(200);
  expect(me.json()).toMatchObject({ user: { id: person.user.id, role: 'owner', isOperator: false }, tenant: { status: 'active' } });
});
