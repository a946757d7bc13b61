import type { ServerResponse } from 'node:http';
import { expect } from 'vitest';
import { sendJson } from '../../../../testing/fake-upstream.ts';
import { type Cloud, type Customer, test } from '../../../../testing/gateway.ts';
import { sellModel } from '../../../../testing/kinds.ts';

// `/v1/images/generations`: pictures are bytes, counted by the piece or by the tokens that the server reports.

const plenty = 100_000_000n;
const picture = Buffer.from('a picture that is one').toString('base64');
const price = (meter: string, micros: bigint) => ({ meter: `gateway.${meter}`, micros, perUnits: 1n });
const byPiece = [
  price('images', 1000n),
  price('large-images', 2000n),
  price('high-quality-images', 3000n),
  price('large-high-quality-images', 4000n),
];
const byToken = [price('images', 0n), price('input-tokens', 1n), price('output-tokens', 8n)];

async function draw(cloud: Cloud, { secret }: Customer, body: object) {
  const response = await fetch(`${cloud.url}/v1/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'A lighthouse', ...body }),
  });
  const text = await response.text();
  return { status: response.status, text, said: text.startsWith('{') ? (JSON.parse(text) as Drawn) : null };
}

interface Drawn {
  readonly data?: readonly object[];
  readonly usage?: object;
  readonly error?: { readonly code: string | null; readonly param: string | null };
}

const pictures = (count: number, more: object = {}) => ({
  created: 7,
  data: Array.from({ length: count }, () => ({ b64_json: picture })),
  ...more,
});

test('a picture costs what its size and quality cost, as requested or else as the answer tells', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'image', byPiece);
  const customer = await cloud.customer(plenty);
  const cases: [object, object, bigint][] = [
    [{}, {}, 1000n],
    [{ size: '1024x1024', quality: 'standard' }, {}, 1000n],
    [{ size: '1792x1024' }, {}, 2000n],
    [{ quality: 'hd' }, {}, 3000n],
    [{ size: '1024x1536', quality: 'high' }, {}, 4000n],
    [{ size: 'auto', quality: 'auto' }, { size: '1536x1024', quality: 'high' }, 4000n],
    [{ size: '512x512', quality: 'low' }, { size: '1536x1024', quality: 'high' }, 1000n],
  ];
  for (const [asked, told, micros] of cases) {
    cloud.upstream.script((_request, response) => sendJson(response, 200, pictures(1, told)));
    const before = (await cloud.balance(customer)).posted;
    expect((await draw(cloud, customer, { model, ...asked })).status).toBe(200);
    expect(before - (await cloud.balance(customer)).posted, JSON.stringify([asked, told])).toBe(micros);
  }
});

test('the dearest that was asked for is held before the request is sent, and what came is charged', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'image', byPiece);
  const customer = await cloud.customer(15_000n);
  const held: bigint[] = [];
  cloud.upstream.script(async (_request, response) => {
    held.push((await cloud.balance(customer)).held);
    sendJson(response, 200, pictures(2));
  });
  const { said } = await draw(cloud, customer, { model, n: 3 });
  expect([held[0], said?.data?.length]).toEqual([12_000n, 2]);
  expect(await cloud.usage(customer, 1)).toMatchObject([{ charge_micros: 2000n, is_estimated: false }]);
  const refused = await draw(cloud, customer, { model, n: 4 });
  expect([refused.status, refused.said?.error?.code]).toEqual([429, 'insufficient_quota']);
  expect(cloud.upstream.seen).toHaveLength(1);
  cloud.upstream.script((_request, response) => sendJson(response, 200, pictures(9)));
  expect(
    (await draw(cloud, customer, { model, n: 1 })).said?.data,
    'no more than were asked for',
  ).toHaveLength(1);
});

test('tokens that the server reports are charged where they have a price, within what pictures can have', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'image', byToken);
  const customer = await cloud.customer(plenty);
  const usage = {
    input_tokens: 20,
    input_tokens_details: { text_tokens: 20, image_tokens: 0 },
    output_tokens: 1056,
    total_tokens: 1076,
  };
  cloud.upstream.script((_request, response) => sendJson(response, 200, pictures(1, { usage })));
  expect((await draw(cloud, customer, { model })).said?.usage).toEqual(usage);
  const absurd = { ...usage, output_tokens: 90_000_000 };
  cloud.upstream.script((_request, response) => sendJson(response, 200, pictures(1, { usage: absurd })));
  await draw(cloud, customer, { model });
  cloud.upstream.script((_request, response) => sendJson(response, 200, pictures(1)));
  expect((await draw(cloud, customer, { model, size: '1024x1024' })).said).not.toHaveProperty('usage');
  expect(await cloud.usage(customer, 3)).toMatchObject([
    { charge_micros: 20n + 8n * 1056n, is_estimated: false },
    { charge_micros: 20n + 8n * 20_000n },
    { charge_micros: 5n + 8n * 1056n, is_estimated: true },
  ]);
});

test('bytes are asked for, except of models that refuse to be asked, and an address is neither promised nor passed on', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'image', byPiece);
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) =>
    sendJson(response, 200, {
      data: [{ b64_json: picture, url: 'https://cdn.supplier.example/1.png', revised_prompt: 'More' }],
      vendor: 'secret',
    }),
  );
  const { text, said } = await draw(cloud, customer, { model });
  expect(said?.data).toEqual([{ b64_json: picture, revised_prompt: 'More' }]);
  expect(text).not.toMatch(/supplier|secret/);
  expect(cloud.upstream.seen[0]?.body).toMatchObject({ response_format: 'b64_json', prompt: 'A lighthouse' });
  await draw(cloud, customer, { model, response_format: 'b64_json' });
  const unasked = await sellModel(cloud, 'image', byPiece, 'gpt-image-1');
  await draw(cloud, customer, { model: unasked });
  expect(cloud.upstream.seen[2]?.body).toEqual({ model: 'gpt-image-1', prompt: 'A lighthouse' });
  const refused = await draw(cloud, customer, { model, response_format: 'url' });
  expect([refused.status, refused.said?.error?.param]).toEqual([400, 'response_format']);
  expect(cloud.upstream.seen).toHaveLength(3);
});

test('an answer without the bytes of every picture is a failure of the server, and free', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'image', byPiece);
  const customer = await cloud.customer(plenty);
  const wrong: unknown[] = [
    {},
    [],
    { data: [] },
    { data: {} },
    { data: [{}] },
    { data: [{ b64_json: '' }] },
    { data: [{ b64_json: 7 }] },
    { data: [{ b64_json: '<html>' }] },
    { data: [{ url: 'https://cdn.supplier.example/1.png' }] },
    pictures(1, { error: { message: 'nsfw filter crashed' } }),
  ];
  for (const reply of wrong) {
    cloud.upstream.script((_request, response) => sendJson(response, 200, reply));
    const { status, said, text } = await draw(cloud, customer, { model });
    expect([status, said?.error?.code], JSON.stringify(reply)).toEqual([502, 'upstream_failed']);
    expect(text).not.toContain('supplier');
  }
  for (const row of await cloud.usage(customer, wrong.length)) expect(row.charge_micros).toBe(0n);
});

const event = (type: string, more: object = {}) =>
  `event: ${type}\ndata: ${JSON.stringify({ type, b64_json: picture, created_at: 1, ...more })}\n\n`;
const partial = event('image_generation.partial_image', { partial_image_index: 0 });
const completed = event('image_generation.completed', { size: '1536x1024' });

function streaming(events: string, end: (response: ServerResponse) => void = (response) => response.end()) {
  return (_request: unknown, response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(events, () => end(response));
  };
}

test('a streamed picture comes without what its server adds, its previews free, and is in the books when its end is seen', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'image', byPiece);
  const customer = await cloud.customer(plenty);
  const added = { model: 'supplier-xl', provider: 'supplier', usage: { output_tokens: 1, cost: 3 } };
  const counted = { usage: { output_tokens: 1 } };
  cloud.upstream.script(
    streaming(
      event('image_generation.partial_image', { partial_image_index: 0, ...added }) +
        event('image_generation.completed', { size: '1536x1024', ...added }),
    ),
  );
  expect((await draw(cloud, customer, { model, stream: true, partial_images: 1 })).text).toBe(
    event('image_generation.partial_image', { partial_image_index: 0, ...counted }) +
      event('image_generation.completed', { size: '1536x1024', ...counted }),
  );
  expect(cloud.upstream.seen[0]?.body).not.toHaveProperty('stream_options');
  cloud.upstream.script(streaming(completed));
  expect((await draw(cloud, customer, { model, stream: true })).text).toBe(completed);
  expect(await cloud.usage(customer, 2)).toMatchObject([
    { charge_micros: 2000n, is_streamed: true, is_estimated: false },
    { charge_micros: 2000n },
  ]);
});

test('a stream that fails gives its failure, and what it delivered whole alone is charged', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'image', byPiece);
  const customer = await cloud.customer(plenty);
  const failed = 'data: {"type":"error","error":{"message":"out of memory at 10.0.0.5","code":"oom"}}\n\n';
  const cases: [string, string, bigint][] = [
    [partial + failed, 'upstream_failed', 0n],
    [partial, 'upstream_failed', 0n],
    [completed + failed, 'upstream_failed', 2000n],
  ];
  for (const [events, code] of cases) {
    cloud.upstream.script(streaming(events));
    const { status, text } = await draw(cloud, customer, { model, stream: true, n: 2 });
    expect([status, text.includes(code), text.includes('10.0.0.5')]).toEqual([200, true, false]);
  }
  cloud.upstream.script(streaming(failed));
  expect((await draw(cloud, customer, { model, stream: true })).status, 'nothing was sent').toBe(502);
  cloud.upstream.script(streaming('data: {"type":"image_generation.completed"}\n\n'));
  expect((await draw(cloud, customer, { model, stream: true })).status).toBe(502);
  const rows = await cloud.usage(customer, cases.length + 2);
  expect(rows.map(({ charge_micros }) => charge_micros)).toEqual([
    ...cases.map(([, , micros]) => micros),
    0n,
    0n,
  ]);
});

test('a field that cannot be is refused by name before anything is held or sent', async ({ cloud }) => {
  const model = await sellModel(cloud, 'image', byPiece);
  const customer = await cloud.customer(plenty);
  const wrong: [object, string][] = [
    [{ prompt: undefined }, 'prompt'],
    [{ n: 0 }, 'n'],
    [{ n: 11 }, 'n'],
    [{ size: 'large' }, 'size'],
    [{ size: 1024 }, 'size'],
    [{ quality: '' }, 'quality'],
    [{ response_format: 'png' }, 'response_format'],
  ];
  for (const [fields, param] of wrong) {
    const { status, said } = await draw(cloud, customer, { model, ...fields });
    expect([status, said?.error?.param], JSON.stringify(fields)).toEqual([400, param]);
  }
  expect(cloud.upstream.seen).toEqual([]);
});
