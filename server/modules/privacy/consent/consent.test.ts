import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { consentPurposes } from '../../../declare/policy.ts';
import { aPerson, type Person, personOf } from '../../../testing/factories.ts';
import { test } from '../../../testing/test.ts';
import { consents, give, marketing } from './choices.fixture.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Sessions end in the meantime; the person logs in again. */
async function again(app: FastifyInstance, { user, password }: Person): Promise<Person> {
  const payload = { method: 'password', login: user.username, password };
  const answer = await app.inject({ method: 'POST', url: '/api/identity/login', payload });
  return personOf(app, answer, '127.0.0.1');
}

test('DRUN-0.b X8 PIPL 14 no person has agreed to anything by registering, looking or being asked', async ({
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

test('LAW-2 after a no the person is not asked for half a year, and the person can change their mind at any time', async ({
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
