import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { answerWell, sendJson, startFakeUpstream } from '../../testing/fake-upstream.ts';
import { openCloud, test } from '../../testing/gateway.ts';
import { buildTestApp } from '../../testing/test.ts';

const marker = 'zqxmarkerzqx';

test('LAW-22 CHIPL-1.5.c POOL-sec-4b prompts and answers are in no table, log line, metric or refusal, however the request ends', async ({
  database,
  clock,
}) => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const app = await buildTestApp(database, clock, createLog('debug', stream));
  const upstream = await startFakeUpstream();
  const cloud = await openCloud(app, database, clock, upstream);
  const customer = await cloud.customer(100_000_000n);
  const send = (body: unknown) =>
    fetch(`${cloud.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${customer.secret}`,
        'content-type': 'application/json',
        'user-agent': 'tests',
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const model = cloud.modelId;
  const messages = [{ role: 'user', content: marker, name: marker }];

  upstream.script(answerWell({ words: [marker] }));
  expect(await (await send({ model, messages })).text()).toContain(marker);
  expect(
    await (await send({ model, messages, stream: true, user: marker, metadata: { marker } })).text(),
  ).toContain(marker);
  upstream.script(answerWell({ words: [marker, marker], cutBefore: 1, reportsUsage: false }));
  await (await send({ model, messages, stream: true })).text();
  upstream.script((_request, response) => sendJson(response, 500, { error: { message: marker } }));
  const refusals = [await send({ model, messages })];
  upstream.script((_request, response) => void response.destroy());
  refusals.push(
    await send({ model, messages }),
    await send({ model: marker, messages }),
    await send(`{"${marker}":1,"${marker}":2}`),
    await send(`{"a":${marker}`),
  );
  refusals.push(
    await send({ model, messages, n: marker }),
    await fetch(`${cloud.url}/v1/${marker}`),
    await fetch(`${cloud.url}/v1/models/${marker}`),
  );
  for (const refusal of refusals) {
    expect(refusal.status).toBeGreaterThanOrEqual(400);
    expect(await refusal.text()).not.toContain(marker);
  }
  await cloud.usage(customer, 5);
  const metrics = await (await fetch(`${cloud.url}/metrics`)).text();
  app.server.closeAllConnections();
  await app.close();
  await upstream.close();
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => line.includes(marker))).toEqual([]);
  expect(metrics).not.toContain(marker);
  expect(await tablesHolding(database, marker)).toEqual([]);
});

test('whatever bytes are sent to the model routes, the answer is a reply or a refusal, never a failure of ours', async ({
  cloud,
}) => {
  const customer = await cloud.customer(1_000_000_000n);
  const field = fc.oneof(
    fc.constantFrom(
      'model',
      'messages',
      'prompt',
      'input',
      'stream',
      'stream_options',
      'max_tokens',
      'n',
      'best_of',
      'apiKeyId',
    ),
    fc.string(),
  );
  const value = fc.oneof(
    fc.constantFrom(cloud.modelId, true, 1, null, [], {}),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const object = fc
    .array(fc.tuple(field, value), { maxLength: 8 })
    .map(
      (pairs) =>
        `{${pairs.map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`).join(',')}}`,
    );
  const body = fc.oneof(
    object.map((text) => Buffer.from(text)),
    object.map((text) => Buffer.from(text.slice(0, -3))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('chat/completions', 'completions', 'embeddings'),
      body,
      async (endpoint, payload) => {
        const answer = await cloud.app.inject({
          method: 'POST',
          url: `/v1/${endpoint}`,
          headers: { authorization: `Bearer ${customer.secret}`, 'content-type': 'application/json' },
          payload,
        });
        expect([200, 400, 404]).toContain(answer.statusCode);
        if (answer.statusCode !== 200)
          expect(answer.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
      },
    ),
    { numRuns: 300 },
  );
});

/** Every table of the database with a row that contains the text. */
async function tablesHolding(database: Parameters<typeof openCloud>[1], text: string): Promise<string[]> {
  const { rows } = await database.admin.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const holding: string[] = [];
  for (const { name } of rows) {
    const found = await database.admin.query(`select 1 from ${name} t where t::text like $1 limit 1`, [
      `%${text}%`,
    ]);
    if (found.rows.length > 0) holding.push(name);
  }
  expect(rows.length).toBeGreaterThan(20);
  return holding;
}
