import { expect, onTestFinished, vi } from 'vitest';
import { newId } from '../../kernel/id.ts';
import { answerWell } from '../../testing/fake-upstream.ts';
import { recordUsage } from '../billing/index.ts';
import { asSystem } from '../../kernel/context.ts';
import { confirm, previewOf } from '../../testing/erasing.ts';
import { test } from '../../testing/gateway.ts';
import { closeAccess } from '../identity/index.ts';
import { announce } from './announced-body.fixture.ts';
import { defaultPresence } from './gateway-presence.ts';
import { untilGatewaysForgot } from './until-gateways-forgot.ts';

test('a person whose access was closed calls no model any more, although the gateway knew the key', async ({
  cloud,
}) => {
  const [leaves, stays] = [await cloud.customer(100_000_000n), await cloud.customer(100_000_000n)];
  const ask = ({ client }: typeof leaves) =>
    client.chat.completions
      .create({ model: cloud.modelId, messages: [{ role: 'user', content: 'hello' }] })
      .then(
        () => 'answered',
        (error: { status?: number }) => error.status,
      );
  expect([await ask(leaves), await ask(stays)]).toEqual(['answered', 'answered']);
  await closeAccess(asSystem(cloud.system, 'erasure'), leaves.person.user.id);
  await cloud.untilHeard();
  expect([await ask(leaves), await ask(stays)]).toEqual([401, 'answered']);
});

test('a request that was let in before its person left is refused when its body arrives after', async ({
  cloud,
}) => {
  const leaves = await cloud.customer(100_000_000n);
  const body = JSON.stringify({ model: cloud.modelId, messages: [{ role: 'user', content: 'hello' }] });
  const { socket, answer } = await announce(cloud, leaves, body.length);
  await closeAccess(asSystem(cloud.system, 'erasure'), leaves.person.user.id);
  await cloud.untilHeard();
  socket.write(body);
  expect((await answer).toString()).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

test('a request that was let in before its person was erased is refused, although no notification came', async ({
  cloud,
  database,
}) => {
  const leaves = await cloud.customer(100_000_000n);
  const messages = [{ role: 'user' as const, content: 'hello' }];
  await leaves.client.chat.completions.create({ model: cloud.modelId, messages });
  const body = JSON.stringify({ model: cloud.modelId, messages });
  const { socket, answer } = await announce(cloud, leaves, body.length);
  await database.admin.query(
    `insert into privacy.restrictions (subject_id, kind, created_at) values ($1, 'erased', now())`,
    [leaves.person.user.id],
  );
  await untilGatewaysForgot(cloud.system);
  socket.write(body);
  expect((await answer).toString()).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

test('an answer that is under way ends when its person is erased in another process', async ({ cloud }) => {
  const leaves = await cloud.customer(100_000_000n);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  cloud.upstream.script(answerWell({ words: ['one ', 'two ', 'three '], gates: { 1: gate } }));
  const stream = await leaves.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'hello' }],
    stream: true,
  });
  const words: string[] = [];
  const reading = (async () => {
    for await (const chunk of stream) {
      words.push(chunk.choices[0]?.delta.content ?? '');
      // Only the database notifies this gateway.
      if (words.length === 1) await closeAccess(asSystem(cloud.system, 'erasure'), leaves.person.user.id);
    }
  })();
  await expect(reading).rejects.toBeInstanceOf(Error);
  open();
  expect(words.join('')).not.toContain('three');
});

test('a gateway that slept for longer than its lease sends nothing of what has arrived meanwhile', async ({
  cloud,
}) => {
  const { client } = await cloud.customer(100_000_000n);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  cloud.upstream.script(answerWell({ words: ['one ', 'two ', 'three '], gates: { 1: gate } }));
  const messages = [{ role: 'user' as const, content: 'hello' }];
  const stream = await client.chat.completions.create({ model: cloud.modelId, messages, stream: true });
  const iterator = stream[Symbol.asyncIterator]();
  expect((await iterator.next()).value?.choices[0]?.delta.content).toBe('one ');
  // As after a pause of the machine: data are read before a timer runs.
  const awake = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => awake() + defaultPresence.leaseMs);
  onTestFinished(() => void vi.restoreAllMocks());
  open();
  await expect(iterator.next()).rejects.toMatchObject({ code: 'service_unavailable' });
});

test('an answer that is under way ends when its key is deleted or disabled', async ({ cloud }) => {
  for (const end of ['delete', 'disable']) {
    const customer = await cloud.customer(100_000_000n);
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    cloud.upstream.script(answerWell({ words: ['one ', 'two ', 'three '], gates: { 1: gate } }));
    const stream = await customer.client.chat.completions.create({
      model: cloud.modelId,
      messages: [{ role: 'user', content: 'hello' }],
      stream: true,
    });
    const startedAtMs = performance.now();
    const reading = (async () => {
      let isFirst = true;
      for await (const _chunk of stream) {
        if (!isFirst) continue;
        isFirst = false;
        const path = `/api/identity/api-keys/${customer.apiKeyId}`;
        const answer = await (end === 'delete'
          ? customer.person.call('DELETE', path)
          : customer.person.call('PATCH', path, { disabled: true }));
        expect(answer.statusCode).toBeLessThan(300);
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'invalid_api_key' });
    open();
    // The look that needs no notification comes every ten seconds only.
    process.stdout.write(`${end}d: ended after ${Math.round(performance.now() - startedAtMs)} ms\n`);
  }
});

test('LAW-8 no person is frozen in the middle of a batch that writes about them', async ({
  cloud,
  database,
}) => {
  const { person } = await cloud.customer(0n);
  const preview = await previewOf(person);
  const batch = await database.admin.connect();
  await batch.query('begin');
  await batch.query(`select pg_advisory_xact_lock_shared(hashtextextended('person ' || $1::text, 0))`, [
    person.user.id,
  ]);
  const confirming = confirm(person, preview).then(({ statusCode }) => statusCode);
  const isWaiting = async () => {
    const { rows } = await database.admin.query(
      `select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows.length > 0;
  };
  expect(await Promise.race([confirming, vi.waitUntil(isWaiting, { timeout: 30_000 })])).toBe(true);
  await batch.query('commit');
  batch.release();
  expect(await confirming).toBe(202);
});

test('LAW-8 a batch of usage that arrives late names no erased person, also when both happen at once', async ({
  cloud,
  database,
}) => {
  const leaves = await cloud.customer(100_000_000n);
  const { user, tenant } = leaves.person;
  const requestId = newId('req');
  const usage = {
    requestId,
    tenantId: tenant.id,
    userId: user.id,
    apiKeyId: leaves.apiKeyId,
    sku: cloud.modelId,
    priceVersionId: newId('price'),
    lines: [{ meter: 'gateway.output-tokens', quantity: 1, chargeMicros: 1n }],
    isEstimated: false,
    isStreamed: true,
    outcome: 'completed',
    startedAt: cloud.system.clock.now(),
    durationMs: 1,
    endpoint: 'chat/completions',
    firstByteMs: 1,
  } as const;
  const freezing = await database.admin.connect();
  await freezing.query('begin');
  await freezing.query(`select pg_advisory_xact_lock(hashtextextended('person ' || $1::text, 0))`, [user.id]);
  await freezing.query(
    `insert into privacy.restrictions (subject_id, kind, created_at) values ($1, 'erased', now())`,
    [user.id],
  );
  const recording = recordUsage(asSystem(cloud.system, 'settlement'), [usage]);
  await freezing.query('commit');
  freezing.release();
  expect([...(await recording)]).toEqual([requestId]);
  const { rows } = await database.admin.query<{ user_id: string; charge_micros: string }>(
    'select user_id, charge_micros::text from billing.usage_events where request_id = $1',
    [requestId],
  );
  expect(rows).toMatchObject([{ charge_micros: '1' }]);
  expect(rows[0]?.user_id).toMatch(/^erased-/);
  const hours = await database.admin.query('select 1 from billing.usage_sums where tenant_id = $1', [
    tenant.id,
  ]);
  expect(hours.rows, 'the hours of the account stay as the erasure found them').toEqual([]);
});
