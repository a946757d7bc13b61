import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Client, createClient } from '../demo/client.ts';
import { type Acknowledged, callModel, expectBalancedBooks, expectOnce, load } from './acknowledged.ts';
import {
  cutListeners,
  type Installation,
  jobsByMinute,
  type Member,
  silenceListeners,
  startInstallation,
  stuckJobs,
} from './installation.ts';
import { readEndlessAnswer } from './endless-answer.ts';
import { isReady } from './server-process.ts';
import { aPersonWithKey, type E2ePerson, everything, loginOperator } from './people.ts';
import {
  endlessUpstream,
  offerModel,
  quickAnswerMicros,
  quickModel,
  quickUpstream,
  type Upstream,
} from './quick-upstream.ts';

// Two processes of each role on one database. They start at once, before there is a schema.
const rounds = 10;
const loaders = 6;
let installation: Installation;
const upstreams: Upstream[] = [];
/** One per process that has the role `api`. */
let operators: readonly [Client, Client];

beforeAll(async () => {
  installation = await startInstallation({});
  const [one, other] = installation.of('api');
  operators = [await loginOperator(one), await loginOperator(other)];
  for (const [modelId, make] of [
    [quickModel, quickUpstream],
    ['endless', endlessUpstream],
  ] as const) {
    const upstream = await make();
    upstreams.push(upstream);
    await offerModel(operators[0], upstream, modelId, 1_000, 1);
  }
}, 600_000);
afterAll(async () => {
  for (const upstream of upstreams) upstream.close();
  await installation.stop();
});

function aCustomer(amountMicros: number): Promise<E2ePerson> {
  return aPersonWithKey(installation.of('api')[0], operators[0], amountMicros);
}

async function statusOf(gateway: Member, person: E2ePerson, model = quickModel): Promise<number> {
  const answer = await callModel(gateway.url, person, model);
  await answer.text();
  return answer.status;
}

/** Both gateways know the key, and the models are where they hear of them. */
async function warmUp(person: E2ePerson): Promise<void> {
  for (const gateway of installation.of('gateway'))
    await expect.poll(() => statusOf(gateway, person), { timeout: 60_000 }).toBe(200);
}

test('of six processes that start at once on an empty database one makes the operator, and all are ready', async () => {
  expect(await Promise.all(installation.members.map(({ url }) => isReady(url)))).not.toContain(false);
  const { items } = await operators[1].call<{ items: unknown[] }>(
    'GET',
    '/api/identity/tenants?limit=50',
    undefined,
    { 'x-candor-reason': encodeURIComponent('counting the accounts of the start') },
  );
  expect(items).toHaveLength(1);
});

test('256 requests at once over two gateways never spend more than a small balance', async () => {
  const affordable = 40;
  const person = await aCustomer(affordable * quickAnswerMicros);
  const gateways = installation.of('gateway');
  const statuses = await Promise.all(
    Array.from({ length: 256 }, (_, at) => statusOf(gateways[at % 2 === 0 ? 0 : 1], person)),
  );
  const answered = statuses.filter((status) => status === 200).length;
  const events = await everything<{ id: string; chargeMicros: number }>(
    person.client,
    '/api/billing/usage/events',
  );
  const chargedMicros = events.reduce((sum, { chargeMicros }) => sum + chargeMicros, 0);
  process.stdout.write(
    `overspend: ${answered} of 256 answered, ${chargedMicros} of ${affordable * quickAnswerMicros} spent\n`,
  );
  expect(statuses.filter((status) => status !== 200 && status !== 402 && status !== 429)).toEqual([]);
  expect(answered).toBeGreaterThan(0);
  expect(answered).toBeLessThanOrEqual(affordable);
  expect(events).toHaveLength(answered);
  expect(chargedMicros).toBe(answered * quickAnswerMicros);
  const wallet = await person.client.call<{ balanceMicros: number }>('GET', '/api/wallet');
  expect(wallet.balanceMicros).toBe(affordable * quickAnswerMicros - chargedMicros);
  await expectBalancedBooks(operators[0]);
});

test('a quota of a key holds over two gateways, up to the one request that may pass it', async () => {
  const tokensPerAnswer = 12;
  const person = await aCustomer(1_000 * quickAnswerMicros);
  const { apiKey, secret } = await person.client.call<{ apiKey: { id: string }; secret: string }>(
    'POST',
    '/api/identity/api-keys',
    { name: 'bounded', tokenQuota: 20 * tokensPerAnswer },
  );
  const limited = { ...person, apiKeyId: apiKey.id, secret };
  const gateways = installation.of('gateway');
  const answeredOf = async (count: number) => {
    const asked = Array.from({ length: count }, (_, at) => statusOf(gateways[at % 2 === 0 ? 0 : 1], limited));
    const statuses = await Promise.all(asked);
    expect(statuses.filter((status) => status !== 200 && status !== 429)).toEqual([]);
    return statuses.filter((status) => status === 200).length;
  };
  const admin = await openAdmin();
  const held = async () => {
    const { rows } = await admin.query<{ held: object }>(
      'select tokens_held as held from identity.api_keys where id = $1',
      [apiKey.id],
    );
    return rows[0]?.held;
  };
  let answered = 0;
  for (let passed = Infinity; passed > 0;) {
    // What runs counts with its estimate; when nothing runs any more, what is refused is used up.
    await expect.poll(held, { timeout: 60_000 }).toEqual({});
    passed = await answeredOf(64);
    answered += passed;
  }
  process.stdout.write(`quota: ${answered} answered, 20 are within it\n`);
  expect(answered).toBeGreaterThanOrEqual(20);
  expect(answered).toBeLessThanOrEqual(21);
});

test.each(['hears of it', 'has lost the connection on which it would hear of it'])(
  'a key that is deleted at one process is refused by a gateway that %s',
  async (how) => {
    const person = await aCustomer(1_000 * quickAnswerMicros);
    await warmUp(person);
    if (how !== 'hears of it') await cutListeners(await openAdmin(), installation.of('gateway').length);
    await person.client.call('DELETE', `/api/identity/api-keys/${person.apiKeyId}`);
    const startedAtMs = performance.now();
    for (const gateway of installation.of('gateway'))
      await expect.poll(() => statusOf(gateway, person), { timeout: 30_000 }).toBe(401);
    process.stdout.write(`refused ${Math.round(performance.now() - startedAtMs)} ms after the deletion\n`);
  },
);

test.each(['hear of it', 'never hear of it', 'hear of it, one of them frozen until after the certificate'])(
  'no answer to a person who is erased at one process goes out after the certificate, by gateways that %s',
  async (how) => {
    const person = await aCustomer(1_000_000_000);
    await warmUp(person);
    const gateways = installation.of('gateway');
    const answers = await Promise.all(gateways.map(({ url }) => readEndlessAnswer(url, person)));
    const body = await agreeToErasure(person);
    const admin = await openAdmin();
    if (how === 'never hear of it') onTestFinished(await silenceListeners(admin, gateways.length));
    const frozen = how.includes('frozen') ? gateways[1] : null;
    onTestFinished(() => frozen?.thaw());
    frozen?.freeze();
    const path = '/api/privacy/erasure';
    const { reference } = await person.client.call<{ reference: string }>('POST', `${path}/confirm`, body);
    const stranger = createClient(installation.of('api')[1].url);
    const state = async () =>
      (await stranger.call<{ state: string }>('POST', `${path}/status`, { reference })).state;
    await expect.poll(state, { timeout: 120_000 }).toBe('certified');
    const words = answers.map((answer) => answer.words());
    const areOver = () => answers.map((answer) => answer.isOver());
    expect(areOver()).toEqual([true, frozen === null]);
    frozen?.thaw();
    await expect.poll(areOver, { timeout: 30_000 }).toEqual([true, true]);
    expect(answers.map((answer) => answer.words())).toEqual(words);
    for (const gateway of gateways)
      await expect.poll(() => statusOf(gateway, person), { timeout: 30_000 }).toBe(401);
  },
);

test('each schedule runs once in each of its minutes, although two workers keep it', async () => {
  const runs = () => jobsByMinute(installation.of('worker'));
  // What is doubled in one minute shows at the latest when the next one has run.
  await expect.poll(() => runs().size, { timeout: 240_000 }).toBeGreaterThanOrEqual(3);
  const seen = [...runs()].toSorted(([one], [other]) => (one < other ? -1 : 1)).slice(0, -1);
  for (const [minute, jobs] of seen) {
    const doubled = [...jobs].filter(([, times]) => times !== 1);
    expect(doubled, minute).toEqual([]);
    for (const job of ['wallet.expire-holds', 'privacy.resume-erasures'])
      expect([...jobs.keys()], minute).toContain(job);
  }
  process.stdout.write(`schedules: ${seen.map(([minute, jobs]) => `${minute} ${jobs.size}`).join(', ')}\n`);
});

test(
  'kill -9 of any of the six and of PostgreSQL under load: nothing is lost, doubled or stuck',
  { timeout: 900_000 },
  async () => {
    const seed = Number(process.env['CANDOR_KILL_SEED'] ?? Date.now() % 1_000_000);
    // Each of them once, PostgreSQL too, then whichever the seed says.
    const kinds = installation.members.length + 1;
    const plan = fc
      .sample(
        fc.record({ victim: fc.nat({ max: installation.members.length }), ms: fc.nat({ max: 1_500 }) }),
        { numRuns: rounds, seed },
      )
      .map(({ victim, ms }, round) => ({ victim: round < kinds ? round : victim, ms }));
    const nameOf = (victim: number) => installation.members[victim]?.name ?? 'PostgreSQL';
    process.stdout.write(
      `kill test seed ${seed}: ${plan.map(({ victim, ms }) => `${nameOf(victim)} after ${ms} ms`).join(', ')}\n`,
    );
    const noted: Acknowledged = { serials: [], requestIds: [] };
    const person = await aCustomer(1_000_000_000);
    await warmUp(person);
    let isOver = false;
    const doors = () => ({
      operator: operators[Math.random() < 0.5 ? 0 : 1],
      gatewayUrl: installation.of('gateway')[Math.random() < 0.5 ? 0 : 1].url,
    });
    const running = Array.from({ length: loaders }, () =>
      load(doors, person, quickModel, noted, () => isOver),
    );
    onTestFinished(() => {
      isOver = true;
    });
    const goesOn = async () => {
      const [serials, requests] = [noted.serials.length, noted.requestIds.length];
      const isMore = () =>
        noted.serials.length > serials + loaders && noted.requestIds.length > requests + loaders;
      await expect.poll(isMore, { timeout: 120_000 }).toBe(true);
    };
    for (const { victim, ms } of plan) {
      await goesOn();
      await new Promise((resolve) => setTimeout(resolve, ms));
      const member = installation.members[victim];
      if (member === undefined) installation.killDatabase();
      else await member.kill();
      await goesOn();
      await member?.start();
    }
    isOver = true;
    await Promise.all(running);
    await expect
      .poll(async () => Promise.all(installation.members.map(({ url }) => isReady(url))), {
        timeout: 120_000,
      })
      .not.toContain(false);
    await expectOnce(operators[0], person, noted);
    await expectNothingStuck(person);
  },
);

/** Leases of killed gateways have given their money back, and no job is locked by a worker that is gone. */
async function expectNothingStuck(person: E2ePerson): Promise<void> {
  const held = async () =>
    (await person.client.call<{ heldMicros: number }>('GET', '/api/wallet')).heldMicros;
  await expect.poll(held, { timeout: 300_000, interval: 1_000 }).toBe(0);
  const admin = await openAdmin();
  const stuck = () => stuckJobs(admin);
  await expect.poll(stuck, { timeout: 120_000, interval: 500 }).toEqual([]);
}

/** What a person says when they have seen what their erasure would do. */
async function agreeToErasure({ client }: E2ePerson): Promise<object> {
  const preview = await client.call<{ promiseHash: string; balanceMicros: number }>(
    'POST',
    '/api/privacy/erasure/preview?lang=en',
  );
  const { user } = await client.call<{ user: { username: string } }>('GET', '/api/identity/me');
  return {
    proof: { password: `correct horse ${user.username}` },
    promiseHash: preview.promiseHash,
    acknowledgedBalanceMicros: preview.balanceMicros,
  };
}

async function openAdmin(): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: installation.databaseUrl });
  await admin.connect();
  onTestFinished(() => admin.end());
  return admin;
}
