import { expect } from 'vitest';
import { anAddress, aPerson, goodPassword, personOf, readCode } from '../../testing/factories.ts';
import { test } from '../../testing/test.ts';

type App = Parameters<typeof aPerson>[0];

async function policyVersion(app: App): Promise<string> {
  return (await app.inject('/api/identity/policy')).json<{ version: string }>().version;
}

/** One requester: a code counts only where it was asked for. */
const here = anAddress();

async function register(app: App, body: object, remoteAddress = here) {
  const payload = { policyVersion: await policyVersion(app), ...body };
  return app.inject({ method: 'POST', url: '/api/identity/register', remoteAddress, payload });
}

const anna = { method: 'password', username: 'anna', email: 'anna@example.com', password: goodPassword };

function askCode(app: App, phone: string, remoteAddress = here) {
  return app.inject({
    method: 'POST',
    url: '/api/identity/codes',
    remoteAddress,
    payload: { phone, use: 'register' },
  });
}

test('who registers is logged in and owns an account', async ({ app }) => {
  const person = await aPerson(app);
  const me = await person.call('GET', '/api/identity/me');
  expect(me.statusCode).toBe(200);
  expect(me.json()).toMatchObject({
    user: { id: person.user.id, role: 'owner', isOperator: false },
    tenant: { kind: 'personal', status: 'active' },
  });
});

test('D-ACC-2 an e-mail address registers once, however it is written; the second is told', async ({
  app,
}) => {
  expect((await register(app, anna)).statusCode).toBe(201);
  const second = await register(app, { ...anna, username: 'anna-two', email: ' Anna@Example.COM ' });
  expect(second.statusCode).toBe(409);
  expect(second.json()).toMatchObject({ code: 'identity.email_taken' });
});

test('two names that differ in case or width only are one name', async ({ app }) => {
  await register(app, { ...anna, username: 'berta', email: 'berta@example.com' });
  const second = await register(app, { ...anna, username: 'ＢＥＲＴＡ', email: 'berta-two@example.com' });
  expect(second.json()).toMatchObject({ code: 'identity.username_taken' });
});

test('a name that is taken for that of another person is refused, also when both register at once', async ({
  app,
}) => {
  const names = ['bobcarol', 'b0bcarol', 'bobcar0l', 'bobcaroI', 'bòbcarol', 'b0bcaro1'];
  const answers = await Promise.all(
    names.map((username, index) =>
      register(app, { ...anna, username, email: `looks-${index}@example.com` }, anAddress()),
    ),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
  expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(names.length - 1);
  const codes = answers.flatMap((answer) => answer.json<{ code?: string }>().code ?? []);
  expect(new Set(codes)).toEqual(new Set(['identity.username_lookalike']));
});

test('twelve registrations of one address at once make exactly one account and nothing by halves', async ({
  app,
  database,
}) => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      // Each from an address of its own: one address alone gets only a share of the password hashes.
      register(app, { ...anna, username: `crowd-${index}`, email: 'crowd@example.com' }, anAddress()),
    ),
  );
  expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(1);
  expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(11);
  const orphans = await database.admin.query(
    `select 1 from identity.tenants t where not exists (select 1 from identity.users u where u.tenant_id = t.id)`,
  );
  expect(orphans.rowCount).toBe(0);
});

test('asking which addresses are registered gets expensive: then no registration succeeds from there, neither new nor old', async ({
  app,
  clock,
}) => {
  await register(app, { ...anna, username: 'doris', email: 'doris@example.com' });
  const from = anAddress();
  for (let asked = 0; asked < 20; asked += 1) {
    const answer = await register(
      app,
      { ...anna, username: `probe-${asked}`, email: 'doris@example.com' },
      from,
    );
    expect(answer.statusCode).toBe(409);
  }
  const known = await register(app, { ...anna, username: 'probe-known', email: 'doris@example.com' }, from);
  const unknown = await register(
    app,
    { ...anna, username: 'probe-new', email: 'nobody-yet@example.com' },
    from,
  );
  expect([known.statusCode, unknown.statusCode]).toEqual([429, 429]);
  expect(Number(known.headers['retry-after'])).toBeGreaterThan(0);
  clock.advanceMs(60 * 60 * 1000);
  expect(
    (await register(app, { ...anna, username: 'probe-new', email: 'nobody-yet@example.com' }, from))
      .statusCode,
  ).toBe(201);
});

test('registration keeps which version of the policy was accepted, and the hash of the declarations behind it', async ({
  app,
  database,
}) => {
  const version = await policyVersion(app);
  const { user } = await aPerson(app);
  const kept = await database.admin.query(
    'select policy_version, policy_hash from identity.policy_acceptances where user_id = $1',
    [user.id],
  );
  expect(kept.rows).toEqual([
    { policy_version: version, policy_hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
  ]);
});

test('nobody registers without accepting the policy that is in force', async ({ app }) => {
  const outdated = await register(app, {
    ...anna,
    username: 'elsa',
    email: 'elsa@example.com',
    policyVersion: 'strict-0000000000',
  });
  expect(outdated.statusCode).toBe(409);
  expect(outdated.json()).toMatchObject({
    code: 'identity.policy_outdated',
    currentVersion: await policyVersion(app),
  });
  const without = await register(app, {
    ...anna,
    username: 'elsa',
    email: 'elsa@example.com',
    policyVersion: undefined,
  });
  expect(without.statusCode).toBe(400);
});

test('D-ACC-7 weak passwords are refused with the rule they break', async ({ app }) => {
  const from = anAddress();
  const tries = [
    ['zw0lfkurz', 'too_short'],
    ['Frieda-the-First', 'same_as_name'],
    ['FRIEDA@example.com', 'same_as_name'],
    ['Password2026!', 'too_common'],
    ['1234567890', 'too_common'],
    ['aaaaaaaaaaaa', 'too_common'],
    ['qwertyuiop', 'too_common'],
    ['abcdefghijkl', 'too_common'],
  ] as const;
  for (const [password, rule] of tries) {
    const answer = await register(
      app,
      { ...anna, username: 'frieda-the-first', email: 'frieda@example.com', password },
      from,
    );
    expect([password, answer.statusCode, answer.json<{ rule: string }>().rule]).toEqual([
      password,
      400,
      rule,
    ]);
    expect(answer.json()).toMatchObject({
      code: 'identity.weak_password',
      issues: [{ path: 'body.password' }],
    });
    expect(answer.body).not.toContain(password);
  }
});

test('D-ACC-1 registering by phone needs the code sent to it, and gives a name', async ({
  app,
  database,
}) => {
  const from = anAddress();
  expect((await askCode(app, '13800138001', from)).statusCode).toBe(202);
  const code = await readCode(database, '+8613800138001');
  const answer = await register(app, { method: 'phone', phone: '+86 138 0013 8001', code }, from);
  expect(answer.statusCode).toBe(201);
  expect(answer.json()).toMatchObject({
    user: { username: expect.stringMatching(/^u_[a-z0-9]{10}$/), phone: '+86138****8001', email: null },
  });
  const person = await personOf(app, answer, from);
  expect((await person.call('GET', '/api/identity/me')).statusCode).toBe(200);
});

test('that a number is registered is revealed only to the reader of a code on it', async ({
  app,
  database,
  clock,
}) => {
  await askCode(app, '13800138002');
  await register(app, {
    method: 'phone',
    phone: '13800138002',
    code: await readCode(database, '+8613800138002'),
  });
  clock.advanceMs(61_000);
  await askCode(app, '13800138002');
  const code = await readCode(database, '+8613800138002');
  const wrong = code === '000000' ? '000001' : '000000';
  expect((await register(app, { method: 'phone', phone: '13800138002', code: wrong })).json()).toMatchObject({
    code: 'identity.wrong_code',
  });
  expect((await register(app, { method: 'phone', phone: '13800138003', code: wrong })).json()).toMatchObject({
    code: 'identity.wrong_code',
  });
  expect((await register(app, { method: 'phone', phone: '13800138002', code })).json()).toMatchObject({
    code: 'identity.phone_taken',
  });
});

test('a registration that fails for its name leaves the code good for the next try', async ({
  app,
  database,
}) => {
  await aPerson(app, { username: 'greta' });
  await askCode(app, '13800138004');
  const code = await readCode(database, '+8613800138004');
  const taken = await register(app, { method: 'phone', phone: '13800138004', code, username: 'greta' });
  expect(taken.json()).toMatchObject({ code: 'identity.username_taken' });
  expect(
    (await register(app, { method: 'phone', phone: '13800138004', code, username: 'greta-li' })).statusCode,
  ).toBe(201);
});

test('neither password nor code nor token is stored as it is', async ({ app, database }) => {
  const person = await aPerson(app);
  await askCode(app, '13800138005');
  const code = await readCode(database, '+8613800138005');
  const token = person.headers.cookie.split('=')[1] ?? '';
  const stored = await database.admin.query<{ text: string }>(
    `select string_agg(t::text, ' ') as text from (
       select p::text as t from identity.passwords p union all select s::text from identity.sessions s union all
       select c::text from identity.sign_in_codes c union all select a::text from identity.attempts a) as everything`,
  );
  const text = stored.rows[0]?.text ?? '';
  expect(text).toContain(person.user.id);
  for (const secret of ['$argon2id$', goodPassword, token, `(${code}`, `,${code},`, '13800138005'])
    expect(text).not.toContain(secret);
});
