import { expect, onTestFinished } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { answerWell, type Script, sendJson, startFakeUpstream } from '../../testing/fake-upstream.ts';
import { type Cloud, openCloud, postChat, test } from '../../testing/gateway.ts';
import { testConfig } from '../../testing/test-config.ts';
import { buildTestApp, type Database, type TestClock } from '../../testing/test.ts';

const plenty = 100_000_000n;
const comment = ': keep-alive\n\n';

/** A cloud that says every few milliseconds that a stream lives. */
async function aCloud(database: Database, clock: TestClock, gatewayKeepAliveMs = 10): Promise<Cloud> {
  const app = await buildTestApp(database, clock, createLog('silent'), { ...testConfig, gatewayKeepAliveMs });
  const upstream = await startFakeUpstream();
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
    await upstream.close();
  });
  return openCloud(app, database, clock, upstream);
}

/** A model that says nothing before `speak` is called, and then does what a script says. */
function silent(script: Script): { script: Script; speak: () => void } {
  let speak = () => {};
  const mayWrite = new Promise<void>((resolve) => {
    speak = resolve;
  });
  return {
    speak: () => speak(),
    async script(request, response) {
      await mayWrite;
      await script(request, response);
    },
  };
}

/** Reads a stream, lets the model speak after some comments, and gives back all that came. */
async function readAfterComments(answer: Response, speak: () => void): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.startsWith(comment.repeat(3))) speak();
  }
  return text;
}

const withoutComments = (text: string) => text.replaceAll(comment, '');

test('a stream of a model that thinks long gets comments until its first word, and clients read past them', async ({
  database,
  clock,
}) => {
  const cloud = await aCloud(database, clock);
  const customer = await cloud.customer(plenty);
  const first = silent(answerWell());
  cloud.upstream.script(first.script);
  const answer = await postChat(cloud, customer, { stream: true });
  const text = await readAfterComments(answer, first.speak);
  expect(withoutComments(text)).toMatch(/^data: .*Hello[^]*data: \[DONE\]\n\n$/);
  expect(text.lastIndexOf(comment)).toBeLessThan(text.indexOf('Hello'));
  const second = silent(answerWell());
  cloud.upstream.script(second.script);
  const asking = customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'hi' }],
    stream: true,
  });
  // With the headers come the comments: the model has not said a word.
  const stream = await asking;
  second.speak();
  let words = '';
  for await (const chunk of stream) words += chunk.choices[0]?.delta.content ?? '';
  expect(words).toBe('Hello world!');
  expect(await cloud.usage(customer, 2)).toMatchObject([{ outcome: 'completed' }, { outcome: 'completed' }]);
});

test('after comments another upstream is asked as before, and where there is none the failure is an event: nothing is charged', async ({
  database,
  clock,
}) => {
  const cloud = await aCloud(database, clock);
  const customer = await cloud.customer(plenty);
  const alone = silent((_request, response) => sendJson(response, 500, {}));
  cloud.upstream.script(alone.script);
  const failed = await postChat(cloud, customer, { stream: true });
  expect(failed.status).toBe(200);
  const [event, rest] = withoutComments(await readAfterComments(failed, alone.speak)).split('\n\n');
  expect(JSON.parse((event ?? '').slice('data: '.length))).toMatchObject({
    error: { code: 'upstream_failed' },
  });
  expect(rest).toBe('');

  const refusing = silent((_request, response) =>
    sendJson(response, 400, { error: { message: 'too high', param: 'temperature' } }),
  );
  cloud.upstream.script(refusing.script);
  const refused = await postChat(cloud, customer, { stream: true });
  expect(withoutComments(await readAfterComments(refused, refusing.speak))).toContain(
    '"param":"temperature"',
  );

  await cloud.operator.call('POST', '/api/gateway/upstreams', {
    name: `${cloud.modelId}-2`,
    baseUrl: cloud.upstream.baseUrl,
    models: [{ modelId: cloud.modelId, upstreamModel: 'other/name', priority: 2 }],
  });
  await cloud.untilHeard();
  let attempts = 0;
  const both = silent((request, response) =>
    (attempts += 1) === 1 ? sendJson(response, 500, {}) : answerWell()(request, response),
  );
  cloud.upstream.script(both.script);
  const answered = await postChat(cloud, customer, { stream: true });
  expect(withoutComments(await readAfterComments(answered, both.speak))).toContain('Hello');
  expect(attempts).toBe(2);
  // A refused request is no use of the model and has no row.
  const rows = await cloud.usage(customer, 2);
  expect(rows.map(({ outcome, charge_micros: micros }) => [outcome, micros])).toEqual([
    ['upstream_failed', 0n],
    ['completed', 16_000n],
  ]);
});

test('a whole answer gets no comments, and without the setting no stream does: its status is still chosen', async ({
  database,
  clock,
}) => {
  const cloud = await aCloud(database, clock);
  const customer = await cloud.customer(plenty);
  const model = silent(answerWell());
  cloud.upstream.script(model.script);
  const asking = postChat(cloud, customer);
  // While a stream gets its comments, the whole answer waits as long.
  const beside = await postChat(cloud, customer, { stream: true });
  await readAfterComments(beside, model.speak);
  expect(await (await asking).json()).toMatchObject({ choices: [{ message: { content: 'Hello world!' } }] });

  const quiet = await aCloud(database, clock, 0);
  const failing = silent((_request, response) => sendJson(response, 500, {}));
  quiet.upstream.script(failing.script);
  const failed = postChat(quiet, await quiet.customer(plenty), { stream: true });
  failing.speak();
  expect((await failed).status).toBe(502);
});
