import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { sendJson } from '../../../../testing/fake-upstream.ts';
import { type Cloud, type Customer, test } from '../../../../testing/gateway.ts';
import { sellModel } from '../../../../testing/kinds.ts';
import { soundTypeOf } from './speech-reply.ts';

// `/v1/audio/speech`: sound passes as it comes, and the characters spoken are charged.

const plenty = 100_000_000n;
const prices = [{ meter: 'gateway.characters', micros: 100n, perUnits: 1n }];
const sound = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(300_000, 7)]);

function speak(cloud: Cloud, { secret }: Customer, body: object, signal?: AbortSignal): Promise<Response> {
  return fetch(`${cloud.url}/v1/audio/speech`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ input: '你好, wörld 👋', voice: 'alloy', ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

const sending =
  (bytes: Buffer, type = 'audio/mpeg') =>
  (_request: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': type });
    response.end(bytes);
  };

test('sound arrives byte by byte as it was made, and each character is charged once, whatever its bytes', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'speech', prices);
  const customer = await cloud.customer(plenty);
  cloud.upstream.script(sending(sound));
  const answer = await speak(cloud, customer, { model });
  expect(answer.headers.get('content-type')).toBe('audio/mpeg');
  expect(Buffer.from(await answer.arrayBuffer()).equals(sound)).toBe(true);
  expect(await cloud.usage(customer, 1)).toMatchObject([
    { charge_micros: 1100n, is_estimated: false, outcome: 'completed' },
  ]);
});

test('bytes say what sound they are, cut anywhere, not what the server calls it', async ({ cloud }) => {
  const model = await sellModel(cloud, 'speech', prices);
  const customer = await cloud.customer(plenty);
  const wave = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVEfmt '), Buffer.alloc(40)]);
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.write(wave.subarray(0, 5), () => response.end(wave.subarray(5)));
  });
  const answer = await speak(cloud, customer, { model, response_format: 'mp3' });
  expect(answer.headers.get('content-type')).toBe('audio/wav');
  expect(Buffer.from(await answer.arrayBuffer()).equals(wave)).toBe(true);
  const types = [
    'OggS',
    'fLaC',
    'ID3',
    '\0\0\0\x20ftypM4A ',
    '\xff\xfb',
    '\xff\xf1',
    '<html>',
    '{"error"',
  ].map((head) => soundTypeOf(Buffer.from(head.padEnd(12, '\0'), 'latin1'), 'mp3'));
  expect(types).toEqual([
    'audio/ogg',
    'audio/flac',
    'audio/mpeg',
    'audio/mp4',
    'audio/mpeg',
    'audio/aac',
    null,
    null,
  ]);
  expect(soundTypeOf(Buffer.alloc(12), 'pcm')).toBe('audio/pcm');
});

test('an answer that is no sound is a failure of the server with a status, and free', async ({ cloud }) => {
  const model = await sellModel(cloud, 'speech', prices);
  const customer = await cloud.customer(plenty);
  const wrong = [
    sending(Buffer.alloc(0)),
    sending(Buffer.from('ID3')),
    sending(Buffer.from('<html>an error page of a proxy</html>')),
    sending(Buffer.from('<html></html>'), 'text/html'),
    (_request: unknown, response: ServerResponse) => sendJson(response, 200, { error: { message: 'no' } }),
    (_request: unknown, response: ServerResponse) => response.destroy(),
  ];
  for (const [index, script] of wrong.entries()) {
    cloud.upstream.script(script);
    const answer = await speak(cloud, customer, { model });
    expect([answer.status, await answer.json()], String(index)).toMatchObject([
      502,
      { error: { code: 'upstream_failed' } },
    ]);
  }
  for (const row of await cloud.usage(customer, wrong.length)) expect(row.charge_micros).toBe(0n);
});

test('sound that breaks off is cut off for the client too, and free; a client that leaves pays for what it was being sent', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'speech', prices);
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.write(sound, () => response.destroy());
  });
  await expect(speak(cloud, customer, { model }).then((answer) => answer.arrayBuffer())).rejects.toThrow(
    'terminated',
  );
  expect(await cloud.usage(customer, 1)).toMatchObject([{ charge_micros: 0n, outcome: 'upstream_failed' }]);
  let finish = () => {};
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.write(sound);
    finish = () => response.end(sound);
  });
  const leaving = new AbortController();
  const begun = await speak(cloud, customer, { model }, leaving.signal);
  await begun.body?.getReader().read();
  leaving.abort();
  finish();
  expect((await cloud.usage(customer, 2))[1]).toMatchObject({ charge_micros: 1100n, outcome: 'client_gone' });
});

test('a field that cannot be is refused by name before anything is held or sent', async ({ cloud }) => {
  const model = await sellModel(cloud, 'speech', prices);
  const customer = await cloud.customer(plenty);
  const wrong: [object, string][] = [
    [{ input: undefined }, 'input'],
    [{ input: '' }, 'input'],
    [{ input: ['a'] }, 'input'],
    [{ input: 'x'.repeat(32_769) }, 'input'],
    [{ response_format: 'midi' }, 'response_format'],
    [{ stream_format: 'sse' }, 'stream_format'],
  ];
  for (const [fields, param] of wrong) {
    const answer = await speak(cloud, customer, { model, ...fields });
    expect([answer.status, await answer.json()], JSON.stringify(fields).slice(0, 60)).toMatchObject([
      400,
      { error: { param } },
    ]);
  }
  expect(cloud.upstream.seen).toEqual([]);
});
