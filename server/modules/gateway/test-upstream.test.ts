import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { aPerson, anOperator } from '../../testing/factories.ts';
import { sendJson } from '../../testing/fake-upstream.ts';
import { buildTestApp, test } from '../../testing/test.ts';
import { type ModelServerSettings, startModelServer } from './model-server.fixture.ts';
import { createUpstreamReach } from './upstream-reach.ts';
import { tryServer, type UpstreamTrial } from './upstream-trial.ts';

const url = '/api/gateway/upstreams/test';
const key = 'sk-key-of-a-vendor-1234567890';

async function server(wishes: Partial<ModelServerSettings> = {}) {
  const started = await startModelServer(wishes);
  onTestFinished(() => started.close());
  return started;
}

test('a server that speaks chat and asks for a key: reachable, key accepted, protocol, models, latency and a call', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { baseUrl } = await server({
    key,
    models: [{ id: 'vendor/large', max_model_len: 32_768 }, { id: 'bge-m3' }, { id: 'with space' }, {}],
  });
  const answer = await operator.call('POST', url, { baseUrl, apiKey: key, upstreamModel: 'vendor/large' });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    failure: null,
    key: 'accepted',
    protocols: ['chat'],
    latencyMs: expect.any(Number),
    models: [
      { upstreamModel: 'bge-m3', kind: 'embedding', contextTokens: null },
      { upstreamModel: 'vendor/large', kind: 'chat', contextTokens: 32_768 },
    ],
    call: { upstreamModel: 'vendor/large', kind: 'chat', latencyMs: expect.any(Number), failure: null },
  });
});

test('a wrong key is distinguished from a missing one and from a server that asks for none, also where the list of models is public', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const ask = async (body: object) => (await operator.call('POST', url, body)).json<UpstreamTrial>();
  const closed = await server({ key });
  expect((await ask({ baseUrl: closed.baseUrl, apiKey: 'sk-wrong-key' })).key).toBe('refused');
  expect((await ask({ baseUrl: closed.baseUrl })).key).toBe('refused');
  const listed = await server({ key, isListPublic: true });
  expect(await ask({ baseUrl: listed.baseUrl, apiKey: 'sk-wrong-key' })).toMatchObject({
    key: 'refused',
    models: [{ upstreamModel: 'small' }],
  });
  expect((await ask({ baseUrl: listed.baseUrl, apiKey: key })).key).toBe('accepted');
  const open = await server();
  expect((await ask({ baseUrl: open.baseUrl })).key).toBe('not_needed');
  expect((await ask({ baseUrl: open.baseUrl, apiKey: 'sk-any-key' })).key).toBe('not_needed');
});

test('what each protocol takes is asked with its own header, so a server of Messages alone is recognised', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const anthropic = await server({ key, protocols: ['messages'], isOwnHeaderOnly: true });
  const trial = (
    await operator.call('POST', url, { baseUrl: anthropic.baseUrl, apiKey: key, upstreamModel: 'small' })
  ).json<UpstreamTrial>();
  expect(trial).toMatchObject({ key: 'accepted', protocols: ['messages'], call: { failure: null } });
  expect(trial.models).toHaveLength(1);
  const all = await server({ key, protocols: ['chat', 'messages', 'responses'] });
  const other = await operator.call('POST', url, { baseUrl: all.baseUrl, apiKey: key });
  expect(other.json()).toMatchObject({ protocols: ['chat', 'messages', 'responses'], call: null });
});

test('a model that makes embeddings is called as one, and one that is not there is named with the code of the upstream', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const { baseUrl } = await server({
    answer(path, { model }, response) {
      if (model === 'absent') sendJson(response, 404, { error: { message: 'no', code: 'model_not_found' } });
      else if (model === 'unpaid')
        sendJson(response, 429, { error: { message: 'pay', code: 'insufficient_quota' } });
      else if (path === '/v1/embeddings') sendJson(response, 200, { data: [] });
      else sendJson(response, 400, { error: { message: 'no chat', code: 'unsupported' } });
    },
  });
  const call = async (upstreamModel: string) =>
    (await operator.call('POST', url, { baseUrl, upstreamModel })).json<UpstreamTrial>().call;
  expect(await call('vectors')).toMatchObject({ kind: 'embedding', failure: null });
  expect(await call('absent')).toMatchObject({
    failure: { reason: 'status_404', upstreamCode: 'model_not_found' },
  });
  expect(await call('unpaid')).toMatchObject({
    failure: { reason: 'account', upstreamCode: 'insufficient_quota' },
  });
});

test('what keeps a server from being asked has one code each: nothing listens, no such name, no encryption, closed', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const reasonAt = async (baseUrl: string) =>
    (await operator.call('POST', url, { baseUrl })).json<UpstreamTrial>().failure?.reason;
  const plain = await server();
  const silent = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  expect(await reasonAt(`http://127.0.0.1:${port}/v1`)).toBe('connection');
  await new Promise((resolve) => silent.close(resolve));
  expect(await reasonAt(`http://127.0.0.1:${port}/v1`)).toBe('refused');
  expect(await reasonAt(`https://127.0.0.1:${plain.port}/v1`)).toBe('encryption');
  expect(await reasonAt('http://no-such-name.invalid/v1')).toBe('name_unknown');
});

test('a page of HTML, a redirect and an endless list are no model server and are not followed or read to their end', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const trialOf = async (anything: ModelServerSettings['anything']) => {
    const started = await server({ anything });
    const trial = (await operator.call('POST', url, { baseUrl: started.baseUrl })).json<UpstreamTrial>();
    return { trial, seen: started.seen };
  };
  const page = await trialOf((response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
  });
  expect(page.trial).toMatchObject({ failure: null, protocols: [], models: null, key: 'unknown' });
  const target = await server();
  const moved = await trialOf((response) => {
    response.writeHead(302, { location: `${target.baseUrl}/models` }).end();
  });
  expect(moved.trial).toMatchObject({ protocols: [], models: null });
  expect(target.seen).toEqual([]);
  let sentBytes = 0;
  const piece = Buffer.alloc(64 * 1024, 0x20);
  const endless = await trialOf((response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const pour = () => {
      while (!response.destroyed) {
        sentBytes += piece.length;
        if (!response.write(piece)) {
          response.once('drain', pour);
          return;
        }
      }
    };
    pour();
  });
  expect(endless.trial).toMatchObject({ failure: null, protocols: [], models: null });
  // A list and three protocols, each cut at its bound; the rest is what sockets had taken.
  expect(sentBytes).toBeLessThan(32 * 1024 * 1024);
});

test('a server that takes a request and never answers is given up, and no more than four are waited for at once', async ({
  app,
  database,
}) => {
  const reach = createUpstreamReach({ allowsPrivate: true, ownServices: () => [] });
  const limits = { listBytes: 1000, replyBytes: 1000, mediaBytes: 1000, answerMs: 100, modelMs: 100 };
  const held: ServerResponse[] = [];
  const silent = await server({ anything: (response) => void held.push(response) });
  const input = { baseUrl: silent.baseUrl, apiKey: null, headers: {}, secrets: [], upstreamModel: null };
  expect((await tryServer(reach, input, limits)).failure).toEqual({ reason: 'timeout', upstreamCode: null });

  const operator = await anOperator(app, database);
  held.length = 0;
  const waiting = Array.from({ length: 4 }, () => operator.call('POST', url, { baseUrl: silent.baseUrl }));
  await expect.poll(() => held.length, { timeout: 10_000 }).toBe(4);
  const fifth = await operator.call('POST', url, { baseUrl: silent.baseUrl });
  expect(fifth.json()).toMatchObject({ status: 503, code: 'gateway.overloaded' });
  for (const response of held) response.destroy();
  expect((await Promise.all(waiting)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
  const next = await server();
  expect((await operator.call('POST', url, { baseUrl: next.baseUrl })).statusCode).toBe(200);
});

test('a test goes where the gateway may go and nowhere else, and only for operators', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const person = await aPerson(app);
  const { baseUrl, seen } = await server();
  expect((await person.call('POST', url, { baseUrl })).statusCode).toBe(403);
  expect(seen).toEqual([]);
  const { host } = new URL(database.appUrl);
  for (const [address, rule] of [
    [host, 'own_service'],
    ['169.254.169.254', 'special_address'],
    ['[::ffff:169.254.169.254]', 'special_address'],
  ]) {
    const answer = await operator.call('POST', url, { baseUrl: `http://${address}/v1` });
    expect(answer.statusCode, address).toBe(400);
    expect(answer.json()).toMatchObject({ issues: [{ path: 'body.baseUrl', rule }] });
  }
  // A name is judged by its addresses when it is called.
  const byName = await operator.call('POST', url, {
    baseUrl: `http://localhost:${new URL(database.appUrl).port}/v1`,
  });
  expect(byName.json()).toMatchObject({ failure: { reason: 'address_refused' } });
});

test('a stored key is used for its own address only, and a new one as typed, which is not stored', async ({
  app,
  database,
}) => {
  const operator = await anOperator(app, database);
  const first = await server({ key });
  const second = await server({ key });
  const added = await operator.call('POST', '/api/gateway/upstreams', {
    name: `tested ${first.port}`,
    baseUrl: first.baseUrl,
    apiKey: key,
    models: [],
  });
  const upstreamId = added.json<{ id: string }>().id;
  const ask = async (body: object) =>
    (await operator.call('POST', url, { upstreamId, ...body })).json<UpstreamTrial>().key;
  expect(await ask({ baseUrl: first.baseUrl })).toBe('accepted');
  expect(await ask({ baseUrl: second.baseUrl })).toBe('refused');
  expect(second.seen.filter(({ headers }) => JSON.stringify(headers).includes(key))).toEqual([]);
  expect(await ask({ baseUrl: first.baseUrl, apiKey: 'sk-another-key' })).toBe('refused');
  expect(await ask({ baseUrl: first.baseUrl })).toBe('accepted');
  expect(
    (await operator.call('POST', url, { upstreamId: `up_${'0'.repeat(26)}`, baseUrl: first.baseUrl }))
      .statusCode,
  ).toBe(404);
  const { rows } = await database.admin.query(
    `select target_id from audit.entries where action = 'gateway.upstream_tested' and target_id = $1`,
    [upstreamId],
  );
  expect(rows).toHaveLength(4);
});

test('DRUN-3.2.c the key is in no log line, no answer and no address, also when the server sends it back', async ({
  database,
  clock,
}) => {
  const lines: string[] = [];
  const app = await buildTestApp(
    database,
    clock,
    createLog('trace', { write: (line) => void lines.push(line) }),
  );
  onTestFinished(() => app.close());
  const operator = await anOperator(app, database);
  const secretHeader = [{ name: 'x-token', isSecret: true, value: 'a-header-secret' }];
  const echoing = await server({
    models: [{ id: key }, { id: 'a-header-secret' }, { id: 'small' }],
    answer: (_path, _body, response) => sendJson(response, 400, { error: { message: key, code: key } }),
  });
  const broken = await server({ anything: (response) => void response.destroy() });
  const answers = [
    await operator.call('POST', url, {
      baseUrl: echoing.baseUrl,
      apiKey: key,
      upstreamModel: 'small',
      headers: secretHeader,
    }),
    await operator.call('POST', url, { baseUrl: broken.baseUrl, apiKey: key }),
  ];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect(echoing.seen[0]?.headers['x-token']).toBe('a-header-secret');
  expect(answers[0]?.json()).toMatchObject({ models: [{ upstreamModel: 'small' }] });
  expect(lines.length).toBeGreaterThan(1);
  expect([...lines, ...answers.map(({ body }) => body)].filter((text) => text.includes(key))).toEqual([]);
  expect([...echoing.seen, ...broken.seen].filter(({ line }) => line.includes(key))).toEqual([]);
});
