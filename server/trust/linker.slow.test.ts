import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { runErasure } from '../modules/privacy/erasure/index.ts';
import { sequenceLog } from '../modules/audit/index.ts';
import { consentTo } from '../testing/consents.fixture.ts';
import { confirmed, previewOf } from '../testing/erasing.ts';
import { anApiKey, aPerson, goodPassword, type Person } from '../testing/factories.ts';
import { type Cloud, fund, test } from '../testing/gateway.ts';
import type { TestClock } from '../testing/test.ts';
import { dumpDatabase, endsOf } from './dump-database.ts';
import { type End, findLinks, findNames, type Row } from './linker.ts';

const lives = 50;
const leavers = 25;

/** The same numbers at every run, so that a failure can be looked at twice (Park and Miller). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

type Act = (cloud: Cloud, person: Person, below: (below: number) => number) => Promise<unknown>;

/** What persons do here, by the verbs they do it with. */
const acts: readonly Act[] = [
  (_, person, below) => person.call('PATCH', '/api/identity/me', { displayName: `Name ${below(1_000)}` }),
  (_, person, below) => anApiKey(person, { name: `key ${below(1_000)}` }),
  (_, person) => consentTo(person, 'improvement'),
  (_, person) => person.call('POST', '/api/privacy/consents/marketing/refuse'),
  (_, person) => person.call('POST', '/api/privacy/consents/improvement/withdraw'),
  (cloud, person, below) => fund(cloud.system, person.tenant.id, BigInt(1 + below(90)) * 10_000n),
  (_, person) =>
    person.call('POST', '/api/privacy/cases?lang=en', { type: 'explain-rules', description: 'Please.' }),
  (_, person) => person.call('POST', '/api/privacy/restriction', { proof: { password: goodPassword } }),
  (cloud, person) => callModel(cloud, person),
  (cloud, person) => callModel(cloud, person),
];

async function callModel(cloud: Cloud, person: Person): Promise<void> {
  await fund(cloud.system, person.tenant.id, 5_000_000n);
  const { secret } = await anApiKey(person);
  await cloud.app.inject({
    method: 'POST',
    url: '/v1/chat/completions',
    headers: { authorization: `Bearer ${secret}` },
    payload: { model: cloud.modelId, messages: [{ role: 'user', content: 'Hello' }] },
  });
}

/** Half of the persons leave, each at an instant of their own, while the others go on. */
async function live(cloud: Cloud, clock: TestClock): Promise<Person[]> {
  const below = numbersFrom(7);
  const pass = () => clock.advanceMs(3_000 + below(60_000));
  const persons: Person[] = [];
  for (let count = 0; count < lives; count += 1) {
    pass();
    persons.push(await aPerson(cloud.app));
  }
  const act = async (person: Person) => {
    pass();
    await acts[below(acts.length)]?.(cloud, person, below);
  };
  for (const person of persons) for (let count = below(6); count >= 0; count -= 1) await act(person);
  const left: Person[] = [];
  for (const person of persons.slice(0, leavers)) {
    await act(persons[leavers + below(lives - leavers)] ?? person);
    pass();
    const { balanceMicros } = await previewOf(person);
    const { erasureId } = await confirmed(person, { acknowledgedBalanceMicros: balanceMicros });
    pass();
    expect(await runErasure(cloud.system, erasureId)).toBe('certified');
    left.push(person);
  }
  await sequenceLog(cloud.system);
  return left;
}

test(
  'DRUN-2.9 DRUN-2.10 DRUN-3.2.f FC-1.1.b LAW-8 with the whole database in hand an attacker cannot tell which erasure or which consent was whose, nor who a shell was',
  { timeout: 600_000 },
  async ({ cloud, database, clock }) => {
    const left = await live(cloud, clock);
    const rows = await dumpDatabase(database.admin);
    const ends = endsOf(rows);
    const count = (kind: End['kind']) => ends.filter((end) => end.kind === kind).length;
    expect([count('erasure'), count('shell')]).toEqual([leavers, leavers]);
    expect(count('consent')).toBeGreaterThan(5);
    expect(findLinks(rows, ends)).toEqual([]);
    const known = left.flatMap(({ user, password }) => [user.username, user.email ?? '', password]);
    expect(
      findNames(
        rows,
        known.filter((name) => name !== ''),
      ),
    ).toEqual([]);
  },
);

const [a, b] = ['user_aaaaaaaaaaaaaaaa', 'user_bbbbbbbbbbbbbbbb'] as const;
const fewEnds: readonly End[] = [
  { kind: 'erasure', name: 'erase_a', keys: ['erase_a'] },
  ...[a, b].map((name) => ({ kind: 'shell', name, keys: [name] }) as const),
];
let transactions = 0;
const row = (table: string, cells: Row['cells']): Row => ({
  table,
  cells,
  transaction: String((transactions += 1)),
});
const innocent = () => [
  row('privacy.erasures', { id: 'erase_a', certified_at: '2026-11-01T00:00:00+00:00' }),
  ...[a, b].map((subject) =>
    row('privacy.restrictions', { subject_id: subject, created_at: '2026-11-20T00:00:00+00:00' }),
  ),
];

/** One way back per line: what stands beside the erasure, and what in the rows of the first shell. */
const ways: Record<string, () => Row[]> = {
  'the same row': () => [row('audit.entries', { actor: a, target_id: 'erase_a' })],
  'the same value': () => [
    row('audit.entries', { target_id: 'erase_a', request_id: 'req_1' }),
    row('audit.access_log', { user_id: a, request_id: 'req_1' }),
  ],
  'the same instant': () => [
    row('x.sinks', { erasure_id: 'erase_a', closed_at: '2026-11-20T10:11:12.131Z' }),
    row('x.marks', { subject_id: a, created_at: '2026-11-20T10:11:12.131+00:00' }),
  ],
  'instants near each other': () => [
    row('x.sinks', { erasure_id: 'erase_a', erased_at: '2026-11-20T10:11:13Z' }),
    row('audit.access_log', { user_id: a, created_at: '2026-11-20T10:11:12Z' }),
  ],
  'instants near each other, inside of ids': () => [
    row('x.steps', { id: 'step_01kbb2p5q6e9vs1qbvzzzzzzzz', erasure_id: 'erase_a' }),
    row('x.top_ups', { id: 'topup_01kbb2p5s0e9vs1qbvyyyyyyyy', user_id: a }),
  ],
  'a hash of the id': () => [
    row('x.plans', { erasure_id: 'erase_a', plan: { of: createHash('sha256').update(a).digest('hex') } }),
  ],
  'the same number': () => [
    row('x.plans', { erasure_id: 'erase_a', plan: { tables: [{ rows: 3 }] } }),
    ...[1, 2, 4].map((place) => row('billing.usage_events', { user_id: a, model: `model ${place}` })),
  ],
  'the same transaction': () => [
    { ...row('x.sinks', { erasure_id: 'erase_a' }), transaction: '70' },
    { ...row('x.marks', { subject_id: a }), transaction: '70' },
  ],
  'neighbours in the log': () => [
    row('audit.entries', { id: 'audit_1_of_the_erasure', target_id: 'erase_a' }),
    row('audit.entries', { id: 'audit_2_of_the_person', subject_id: a }),
    row('audit.log_leaves', { seq: 40, entry_id: 'audit_1_of_the_erasure' }),
    row('audit.log_leaves', { seq: 42, entry_id: 'audit_2_of_the_person' }),
  ],
};

test('the linker finds every way back that it looks for, and none where there is none', () => {
  expect(findLinks(innocent(), fewEnds)).toEqual([]);
  for (const [way, plant] of Object.entries(ways)) {
    const links = findLinks([...innocent(), ...plant()], fewEnds);
    const join = way.split(',')[0] ?? way;
    expect({ way, link: links.find(({ by }) => by.startsWith(join)) }).toMatchObject({
      way,
      link: { from: 'erasure erase_a', to: `shell ${a}` },
    });
    expect({ way, wrong: links.filter(({ to }) => to !== `shell ${a}`) }).toEqual({ way, wrong: [] });
  }
  const alone = innocent().filter(({ cells }) => cells['subject_id'] !== b);
  expect(findLinks(alone, fewEnds)).toMatchObject([{ by: 'the only one of the month 2026-11' }]);
});
