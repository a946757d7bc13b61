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
  const send = (body: unknown, endpoint = 'chat/completions') =>
    fetch(`${cloud.url}/v1/${endpoint}`, {
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
  upstream.script(answerWell({ words: [marker] }));
  const asked = { model, messages, max_tokens: 5, input: marker, instructions: marker };
  const said = [{ role: 'user', content: marker }];
  const asMessages = { model, messages: said, system: marker, max_tokens: 5, metadata: { user_id: marker } };
  for (const stream of [false, true]) {
    expect(await (await send({ ...asMessages, stream }, 'messages')).text()).toContain(marker);
    expect(await (await send({ model, input: marker, stream }, 'responses')).text()).toContain(marker);
  }
  refusals.push(
    await send({ ...asMessages, [marker]: marker }, 'messages'),
    await send({ ...asMessages, messages: [{ role: 'user', [marker]: 1 }] }, 'messages'),
    await send({ ...asMessages, tools: [{ type: marker }] }, 'messages'),
    await send({ ...asked, [marker]: marker }, 'responses'),
    await send({ model, input: [{ type: marker }] }, 'responses'),
    await send({ model, input: marker, previous_response_id: marker }, 'responses'),
  );
  for (const refusal of refusals) {
    expect(refusal.status).toBeGreaterThanOrEqual(400);
    expect(await refusal.text()).not.toContain(marker);
  }
  await cloud.usage(customer, 9);
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
      'system',
      'instructions',
      'tools',
      'thinking',
      'max_output_tokens',
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
      fc.constantFrom(
        'chat/completions',
        'completions',
        'embeddings',
        'messages',
        'messages/count_tokens',
        'responses',
      ),
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
          expect(answer.json()).toMatchObject({
            error: { type: expect.stringMatching(/^(invalid_request|not_found)_error$/) },
          });
      },
    ),
    { numRuns: 300 },
  );
});

test('whatever stands where a request is converted, the answer is a reply or a refusal by the name of a field', async ({
  cloud,
}) => {
  const customer = await cloud.customer(1_000_000_000n);
  const anything = fc.jsonValue({ maxDepth: 3 });
  const type = fc.constantFrom(
    'text',
    'image',
    'tool_use',
    'tool_result',
    'input_text',
    'function_call',
    'reasoning',
  );
  const part = fc.record({ type, text: fc.string(), content: anything, source: anything, input: anything });
  const content = fc.oneof(fc.string(), fc.array(part, { maxLength: 3 }), anything);
  const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 'tool'), content });
  const turns = fc.oneof(fc.array(message, { maxLength: 4 }), anything);
  const body = fc.record(
    {
      messages: turns,
      input: turns,
      system: content,
      tools: anything,
      tool_choice: anything,
      thinking: anything,
    },
    { requiredKeys: ['messages', 'input'] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('messages', 'responses'), body, async (endpoint, fields) => {
      const { messages, input, ...rest } = fields;
      const own = endpoint === 'messages' ? { messages, max_tokens: 5 } : { input };
      const answer = await cloud.app.inject({
        method: 'POST',
        url: `/v1/${endpoint}`,
        headers: { authorization: `Bearer ${customer.secret}` },
        payload: { model: cloud.modelId, ...own, ...rest },
      });
      if (answer.statusCode === 200) return;
      expect(answer.statusCode, answer.body).toBe(400);
      const { error } = answer.json<{ error: { type: string; message: string } }>();
      expect(error).toMatchObject({
        type: 'invalid_request_error',
        message: expect.stringMatching(/'[\w.[\]]+'/),
      });
    }),
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
