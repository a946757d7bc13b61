import { publicKeySet, verifyReceipt } from '@candor/privacy';
import { sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { inTransaction } from '../../../kernel/db.ts';
import { consentPurposes } from '../../../policy.ts';
import { registry } from '../../../registry.ts';
import { aPerson, type Person, personOf } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { noticeInForce } from './in-force.ts';
import { unlinkConsents } from './index.ts';
import { consentEvents } from './tables.ts';

const dayMs = 24 * 60 * 60 * 1000;

interface Shown {
  readonly purpose: string;
  readonly state: string;
  readonly eventId: string | null;
  readonly mayAsk: boolean;
  readonly mayAskFrom: string | null;
  readonly notice: {
    readonly title: string;
    readonly hash: string;
    readonly sections: { key: string; text: string }[];
  };
  readonly shownToken: string;
}

async function consents(person: Person, lang: 'zh' | 'en' = 'en'): Promise<Shown[]> {
  const answer = await person.call('GET', `/api/privacy/consents?lang=${lang}`);
  expect(answer.statusCode).toBe(200);
  return answer.json<{ items: Shown[] }>().items;
}

async function marketing(person: Person): Promise<Shown> {
  const found = (await consents(person)).find(({ purpose }) => purpose === 'marketing');
  if (found === undefined) throw new Error('marketing is no optional purpose');
  return found;
}

async function give(person: Person, shownToken: string, purpose = 'marketing') {
  return person.call('POST', `/api/privacy/consents/${purpose}/give`, { shownToken });
}

/** Sessions end in the meantime; the person logs in again. */
async function again(app: FastifyInstance, { user, password }: Person): Promise<Person> {
  const payload = { method: 'password', login: user.username, password };
  const answer = await app.inject({ method: 'POST', url: '/api/identity/login', payload });
  return personOf(app, answer, '127.0.0.1');
}

test('DRUN-0.b PIPL 14 nobody has agreed to anything by registering, looking or being asked', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  for (const shown of await consents(person)) {
    expect(shown).toMatchObject({ state: 'undecided', eventId: null, mayAsk: true });
    expect((await person.call('POST', `/api/privacy/consents/${shown.purpose}/prompt`)).statusCode).toBe(200);
  }
  const events = await database.admin.query('select kind from privacy.consent_events where subject_id = $1', [
    person.user.id,
  ]);
  expect(events.rows.map(({ kind }) => kind)).toEqual(consentPurposes.map(() => 'noticed'));
  expect((await consents(person)).map(({ state }) => state)).toEqual(consentPurposes.map(() => 'undecided'));
});

test('DRUN-0.b a consent records the hash of the very text that was served, and the server’s time', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const shown = await marketing(person);
  const answer = await person.call('POST', '/api/privacy/consents/marketing/give', {
    shownToken: shown.shownToken,
    givenAt: '2020-01-01T00:00:00Z',
    createdAt: '2020-01-01T00:00:00Z',
  });
  expect(answer.json()).toMatchObject({ state: 'given', decidedAt: clock.now().toISOString() });
  const { rows } = await database.admin.query(
    'select kind, notice_hash, notice_locale, created_at, form, method, position from privacy.consent_events where subject_id = $1',
    [person.user.id],
  );
  expect(rows).toEqual([
    {
      kind: 'given',
      notice_hash: shown.notice.hash,
      notice_locale: 'en',
      created_at: clock.now(),
      form: 'explicit',
      method: 'page',
      position: 1,
    },
  ]);
});

test('CHIPL-1.5.d the text says purpose, data, method, scope, end, recipients, refusal and withdrawal, in both languages', async ({
  app,
}) => {
  const person = await aPerson(app);
  for (const lang of ['zh', 'en'] as const) {
    for (const { purpose, notice } of await consents(person, lang)) {
      expect(notice.sections.map(({ key }) => key)).toEqual([
        'purpose',
        'data',
        'method',
        'extent',
        'until',
        'recipients',
        'refusal',
        'withdrawal',
      ]);
      for (const { text } of notice.sections) expect(text.length, purpose).toBeGreaterThan(5);
    }
  }
});

test('a token works once, for its person, its purpose and its half hour only', async ({ app, clock }) => {
  const person = await aPerson(app);
  const other = await aPerson(app);
  const { shownToken } = await marketing(person);
  const [improvement] = (await consents(person)).filter(({ purpose }) => purpose === 'improvement');
  const reason = async (answer: ReturnType<typeof give>) => {
    const { statusCode, json } = await answer;
    expect(statusCode).toBe(409);
    return json<{ reason: string }>().reason;
  };
  expect(await reason(give(other, shownToken))).toBe('other_text');
  expect(await reason(give(person, improvement?.shownToken ?? ''))).toBe('other_text');
  expect(await reason(give(person, shownToken.slice(0, -4)))).toBe('not_genuine');
  expect((await give(person, shownToken)).statusCode).toBe(200);
  expect(await reason(give(person, shownToken))).toBe('already_used');
  const late = await marketing(person);
  clock.advanceMs(30 * 60 * 1000);
  expect(await reason(give(person, late.shownToken))).toBe('expired');
});

test('of twenty uses of one token at once exactly one counts', async ({ app, database }) => {
  const person = await aPerson(app);
  const { shownToken } = await marketing(person);
  const answers = await Promise.all(Array.from({ length: 20 }, () => give(person, shownToken)));
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  expect(answers.filter(({ statusCode }) => statusCode === 409)).toHaveLength(19);
  const { rowCount } = await database.admin.query(
    'select 1 from privacy.consent_events where subject_id = $1',
    [person.user.id],
  );
  expect(rowCount).toBe(1);
});

test('LAW-2 after a no nobody is asked for half a year, and the person can change their mind at any time', async ({
  app,
  clock,
}) => {
  const first = await aPerson(app);
  const refused = await first.call('POST', '/api/privacy/consents/marketing/refuse');
  const askAgain = new Date(clock.now().getTime() + 180 * dayMs).toISOString();
  expect(refused.json()).toMatchObject({ state: 'refused', mayAsk: false, mayAskFrom: askAgain });
  clock.advanceMs(179 * dayMs);
  const person = await again(app, first);
  await person.call('POST', '/api/privacy/consents/marketing/refuse');
  const nagging = await person.call('POST', '/api/privacy/consents/marketing/prompt');
  expect([nagging.statusCode, nagging.json()]).toMatchObject([
    409,
    { code: 'privacy.may_not_ask', mayAskFrom: askAgain },
  ]);
  const { shownToken } = await marketing(person);
  expect((await give(person, shownToken)).json()).toMatchObject({ state: 'given', mayAsk: false });
});

test('LAW-2 a prompt that was closed is not put up again for thirty days', async ({ app, clock }) => {
  const person = await aPerson(app);
  const prompt = async () =>
    (await (await again(app, person)).call('POST', '/api/privacy/consents/marketing/prompt')).statusCode;
  expect(await prompt()).toBe(200);
  clock.advanceMs(29 * dayMs);
  expect(await prompt()).toBe(409);
  clock.advanceMs(dayMs);
  expect(await prompt()).toBe(200);
});

test('LAW-3 one token carries one purpose, so two consents need two decisions', async ({ app }) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  const states = (await consents(person)).map(({ purpose, state }) => [purpose, state]);
  expect(Object.fromEntries(states)).toEqual({ marketing: 'given', improvement: 'undecided' });
});

test('PIPL 15 CHIPL-8.3.a withdrawing takes as many calls as giving, and saying it twice is harmless', async ({
  app,
}) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  for (let time = 0; time < 2; time += 1) {
    const answer = await person.call('POST', '/api/privacy/consents/marketing/withdraw');
    expect(answer.json()).toMatchObject({ state: 'withdrawn', mayAsk: false });
  }
  const history = await person.call('GET', '/api/privacy/consents/history?lang=en');
  expect(history.json<{ items: { kind: string; purposeTitle: string }[] }>().items).toMatchObject([
    { kind: 'withdrawn', purposeTitle: 'Product news by mail' },
    { kind: 'given', notice: { title: 'Product news by mail' } },
  ]);
});

test('giving and withdrawing at once leave a state that the newest event explains', async ({
  app,
  database,
}) => {
  const person = await aPerson(app);
  const tokens = await Promise.all(Array.from({ length: 6 }, () => marketing(person)));
  await Promise.all(
    tokens.flatMap(({ shownToken }) => [
      give(person, shownToken),
      person.call('POST', '/api/privacy/consents/marketing/withdraw'),
    ]),
  );
  const { rows } = await database.admin.query<{
    id: string;
    kind: string;
    position: number;
    previous_id: string | null;
  }>(
    'select id, kind, position, previous_id from privacy.consent_events where subject_id = $1 order by position',
    [person.user.id],
  );
  expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.map(({ previous_id }) => previous_id)).toEqual([
    null,
    ...rows.slice(0, -1).map(({ id }) => id),
  ]);
  expect((await marketing(person)).state).toBe(rows.at(-1)?.kind);
});

test('a receipt is verified offline and at the public page, by somebody else, and no changed one is', async ({
  app,
  ctx,
}) => {
  const person = await aPerson(app);
  const shown = await marketing(person);
  const given = (await give(person, shown.shownToken)).json<{ eventId: string }>();
  const download = await person.call('GET', `/api/privacy/receipts/${given.eventId}`);
  expect(download.headers['content-type']).toContain('application/jose');
  const receipt = download.body;
  const keys = (await app.inject({ url: '/.well-known/candor-keys.json' })).json<
    ReturnType<typeof publicKeySet>
  >();
  expect(await verifyReceipt(receipt, keys)).toMatchObject({
    isGenuine: true,
    payload: {
      recordId: given.eventId,
      purpose: 'marketing',
      event: { kind: 'given', method: 'page' },
      notice: { hash: shown.notice.hash, sections: noticeInForce(registry, 'marketing', 'en').sections },
    },
  });
  expect(receipt).not.toContain(Buffer.from(person.user.id).toString('base64url'));
  expect(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()).not.toContain(person.user.id);
  const verify = async (document: string) =>
    (await app.inject({ method: 'POST', url: '/api/privacy/receipts/verify', payload: { document } })).json();
  expect(await verify(receipt)).toMatchObject({
    isGenuine: true,
    kind: 'receipt',
    keyId: ctx.signingKey.keyId,
  });
  expect(await verify(`${receipt.slice(0, -6)}AAAAAA`)).toMatchObject({ isGenuine: false, statement: null });
  const linked = await person.call('GET', `/api/privacy/consent-records/${given.eventId}`);
  expect(linked.json()).toMatchObject({ '@type': 'dpv:ConsentRecord', 'dct:identifier': given.eventId });
});

test('an erased person’s evidence stays under a reference that only their receipt carries', async ({
  app,
  database,
  clock,
  ctx,
}) => {
  const person = await aPerson(app);
  const given = (await give(person, (await marketing(person)).shownToken)).json<{ eventId: string }>();
  const receipt = (await person.call('GET', `/api/privacy/receipts/${given.eventId}`)).body;
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  expect(await unlinkConsents(system, person.user.id)).toBe(1);
  expect(await unlinkConsents(system, person.user.id)).toBe(0);
  const { rows } = await database.admin.query('select * from privacy.consent_events where id = $1', [
    given.eventId,
  ]);
  expect(rows[0]).toMatchObject({ subject_id: null, unlinked_at: clock.now(), kind: 'given' });
  expect(JSON.stringify(rows)).not.toContain(person.user.id);
  const verdict = await app.inject({
    method: 'POST',
    url: '/api/privacy/receipts/verify',
    payload: { document: receipt },
  });
  expect(verdict.json()).toMatchObject({ isGenuine: true, statement: { subjectRef: rows[0]?.subject_ref } });
});

test('no purpose may change or delete an event, and nobody writes one for somebody else', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  for (const statement of [
    `update privacy.consent_events set kind = 'refused'`,
    'delete from privacy.consent_events',
  ]) {
    const attempt = inTransaction(ctx, 'rights', (ctx) => ctx.db.execute(statement));
    await expect(attempt).rejects.toMatchObject({ cause: { code: '42501' } });
  }
  const event = (
    await database.admin.query('select * from privacy.consent_events where subject_id = $1', [person.user.id])
  ).rows[0];
  const forged = inTransaction(ctx, 'rights', (ctx) =>
    ctx.db.insert(consentEvents).values({
      id: 'consent_01h455vb4pex5vsknk084sn02q',
      subjectId: person.user.id,
      subjectRef: 'x',
      purpose: 'improvement',
      kind: 'refused',
      form: 'explicit',
      method: 'page',
      scopeHash: String(event?.['scope_hash']),
      policyVersion: 'x',
      registryHash: 'x',
      position: 9,
      createdAt: new Date(),
    }),
  );
  await expect(forged).rejects.toMatchObject({ cause: { code: '42501' } });
});

test('PIPL 14(2) DRUN-3.3.j who agreed to less than a purpose covers today is not processed until they agree again', async ({
  app,
  ctx,
  database,
}) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  const isSeen = () =>
    inTransaction(system, 'marketing', async (ctx) => {
      const { rows } = await ctx.db.execute(sql`select 1 from identity.users where id = ${person.user.id}`);
      return rows.length === 1;
    });
  expect(await isSeen()).toBe(true);
  await database.admin.query(
    `update privacy.consent_events set scope_hash = 'what the purpose covered before' where subject_id = $1`,
    [person.user.id],
  );
  expect(await isSeen()).toBe(false);
  const { state, mayAsk, shownToken } = await marketing(person);
  expect([state, mayAsk]).toEqual(['outdated', true]);
  await give(person, shownToken);
  expect(await isSeen()).toBe(true);
});

test('a purpose sees who agreed to it and not who agreed to another', async ({ app, ctx }) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  const agreed = (purpose: 'marketing' | 'improvement') =>
    inTransaction(system, purpose, async (ctx) => {
      const { rows } = await ctx.db.execute(
        sql`select purpose from privacy_engine.consents_in_force where subject_id = ${person.user.id}`,
      );
      return rows;
    });
  expect(await agreed('marketing')).toEqual([{ purpose: 'marketing' }]);
  expect(await agreed('improvement')).toEqual([]);
});

test('DRUN-7.6 the later word counts: an objection stops what was agreed to, and agreeing again lifts it', async ({
  app,
  ctx,
}) => {
  const person = await aPerson(app);
  await give(person, (await marketing(person)).shownToken);
  const system = { ...ctx, actor: { kind: 'system', name: 'test' } } as const;
  const isSeen = () =>
    inTransaction(system, 'marketing', async (ctx) => {
      const { rows } = await ctx.db.execute(sql`select 1 from identity.users where id = ${person.user.id}`);
      return rows.length === 1;
    });
  expect(await isSeen()).toBe(true);
  const objected = await person.call('PUT', '/api/privacy/objections/marketing');
  expect(objected.statusCode).toBeLessThan(300);
  expect(await isSeen()).toBe(false);
  await give(person, (await marketing(person)).shownToken);
  expect(await isSeen()).toBe(true);
});
