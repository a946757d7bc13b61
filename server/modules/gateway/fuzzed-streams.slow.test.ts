import { expect } from 'vitest';
import { postChat, test } from '../../testing/gateway.ts';
import { createExchanges } from './fuzzed-exchange.fixture.ts';
import { type BookedCall, expectProperEnd, expectRule } from './fuzzed-rules.fixture.ts';
import { fuzzedStream } from './fuzzed-streams.fixture.ts';

const inProcess = 100_000;
const throughGateway = 3000;
const atOnce = 24;

test('a hundred thousand streams of every kind, cut anywhere: one row each, charged by the rule, and nothing breaks', async () => {
  const exchange = await createExchanges();
  for (let seed = 1; seed <= inProcess; seed += 1) {
    const heard = await exchange(`req ${seed}`, fuzzedStream(seed));
    const rows = heard.rows.map(({ usage }) => ({
      outcome: usage.outcome,
      isEstimated: usage.isEstimated,
      chargeMicros: usage.lines.reduce((sum, line) => sum + line.chargeMicros, 0n),
    }));
    expectRule(seed, rows, 2);
    expectProperEnd(seed, heard);
  }
}, 1_800_000);

test('three thousand of them through the gateway: the books hold what the rule says, and the wallet pays that', async ({
  cloud,
  database,
}) => {
  const balance = 100_000_000_000n;
  const customer = await cloud.customer(balance);
  cloud.upstream.script(async ({ body }, response) => {
    const [message] = body['messages'] as { content: string }[];
    const { chunks, end } = fuzzedStream(Number(message?.content));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    // In a few writes: every single byte was cut in the test above.
    const size = Math.ceil(chunks.length / 8);
    for (let at = 0; at < chunks.length; at += size) {
      const piece = Buffer.concat(chunks.slice(at, at + size));
      await new Promise((resolve) => response.write(piece, resolve));
    }
    if (end === 'reset') response.destroy();
    else response.end();
  });
  const seedByRequest = new Map<string, number>();
  let inputBytes = 0;
  let next = 1;
  async function askOn(): Promise<void> {
    for (let seed = next; seed <= throughGateway; seed = next) {
      next += 1;
      const messages = [{ role: 'user', content: String(seed).padStart(6, '0') }];
      inputBytes = JSON.stringify(messages).length;
      const answer = await postChat(cloud, customer, {
        messages,
        stream: true,
        n: fuzzedStream(seed).choices,
      });
      seedByRequest.set(answer.headers.get('x-request-id') ?? '', seed);
      expectProperEnd(seed, { status: answer.status, body: await answer.text() });
    }
  }
  await Promise.all(Array.from({ length: atOnce }, askOn));
  expect(seedByRequest.size).toBe(throughGateway);
  await cloud.app.close();
  const { rows } = await database.admin.query<{
    request_id: string;
    outcome: string;
    is_estimated: boolean;
    charge_micros: bigint;
  }>(
    'select request_id, outcome, is_estimated, charge_micros from billing.usage_events where tenant_id = $1',
    [customer.person.tenant.id],
  );
  const booked = new Map<number, BookedCall[]>();
  for (const { request_id: id, outcome, is_estimated: isEstimated, charge_micros: chargeMicros } of rows) {
    const seed = seedByRequest.get(id) ?? 0;
    booked.set(seed, [...(booked.get(seed) ?? []), { outcome, isEstimated, chargeMicros }]);
  }
  expect(booked.has(0), 'a row of no request').toBe(false);
  for (const seed of seedByRequest.values()) expectRule(seed, booked.get(seed) ?? [], inputBytes);
  const charged = rows.reduce((sum, { charge_micros: micros }) => sum + micros, 0n);
  expect(await cloud.balance(customer)).toEqual({ posted: balance - charged, held: 0n });
}, 1_800_000);
