import { expect } from 'vitest';
import { sendJson } from '../../../../testing/fake-upstream.ts';
import { type Cloud, type Customer, test } from '../../../../testing/gateway.ts';
import { sellModel } from '../../../../testing/kinds.ts';

// `/v1/rerank` in front of servers that write it in every way there is, and of some that write nonsense.

const plenty = 100_000_000n;
/** ¥1 per thousand tokens. */
const prices = [{ meter: 'gateway.input-tokens', micros: 1000n, perUnits: 1n }];
const documents = ['a recipe for bread', 'how books are kept', 'a ledger has two sides'];
const query = 'What is double entry?';

interface Reranked {
  readonly id: string;
  readonly model: string;
  readonly results: {
    readonly index: number;
    readonly relevance_score: number;
    readonly document?: unknown;
  }[];
  readonly usage?: { readonly prompt_tokens: number; readonly total_tokens: number };
  readonly error?: { readonly code: string | null; readonly param: string | null };
}

async function rerank(cloud: Cloud, { secret }: Customer, body: object) {
  const response = await fetch(`${cloud.url}/v1/rerank`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, documents, ...body }),
  });
  // Guarantee: every answer under /v1 is JSON of this form.
  return { status: response.status, body: (await response.json()) as Reranked };
}

const scores = [
  { index: 0, relevance_score: 0.1 },
  { index: 1, relevance_score: 0.7 },
  { index: 2, relevance_score: 0.9 },
];
const order = [2, 1, 0];
const places = (of: Reranked) => of.results.map(({ index }) => index);

test('the order comes in one form from every server, best first, with the public name, and is charged by the tokens that were read', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'rerank', prices);
  const customer = await cloud.customer(plenty);
  const ways: [string, unknown][] = [
    ['vLLM', { id: 'rerank-1', model: 'vendor/rerank', usage: { total_tokens: 56 }, results: scores }],
    ['Jina', { model: 'x', object: 'list', usage: { prompt_tokens: 56, total_tokens: 56 }, results: scores }],
    ['Cohere', { id: 'c', results: scores, meta: { tokens: { input_tokens: 56, output_tokens: 0 } } }],
    ['SiliconFlow', { id: 's', results: scores, tokens: { input_tokens: 56, output_tokens: 0 } }],
    [
      'Xinference',
      {
        id: 'x',
        results: scores,
        meta: { billed_units: { input_tokens: 56 }, tokens: null, warnings: null },
      },
    ],
  ];
  for (const [server, reply] of ways) {
    cloud.upstream.script((_request, response) => sendJson(response, 200, reply));
    const { status, body } = await rerank(cloud, customer, { model });
    expect([status, places(body), body.model, body.usage], server).toEqual([
      200,
      order,
      model,
      { prompt_tokens: 56, total_tokens: 56 },
    ]);
    expect(JSON.stringify(body), server).not.toContain('vendor');
  }
  for (const row of await cloud.usage(customer, ways.length))
    expect(row).toMatchObject({ input_tokens: 56, charge_micros: 56_000n, is_estimated: false });
  expect(cloud.upstream.seen.at(-1)).toMatchObject({
    path: '/v1/rerank',
    body: { model: 'vendor/rerank', query },
  });
});

test('a list as SGLang writes it, without usage, is ordered, estimated and flagged, and shows no numbers', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'rerank', prices);
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) =>
    sendJson(
      response,
      200,
      scores.map(({ index, relevance_score }) => ({
        score: relevance_score,
        document: documents[index],
        index,
      })),
    ),
  );
  const { body } = await rerank(cloud, customer, { model });
  expect([places(body), body.usage]).toEqual([order, undefined]);
  // The query is read with each document: a token for three bytes of them.
  const bytes = documents.length * JSON.stringify(query).length + JSON.stringify(documents).length;
  expect(await cloud.usage(customer, 1)).toMatchObject([
    { is_estimated: true, input_tokens: Math.ceil(bytes / 3) },
  ]);
});

test('`top_n` and `return_documents` hold whether the server knows them or not, and documents are those of the request', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'rerank', prices);
  const customer = await cloud.customer(plenty);
  cloud.upstream.script((_request, response) =>
    sendJson(response, 200, {
      results: scores.map((score) => ({ ...score, document: { text: 'what the server made of it' } })),
      usage: { total_tokens: 9 },
    }),
  );
  const bare = await rerank(cloud, customer, { model, top_n: 2 });
  expect(bare.body.results).toEqual([scores[2], scores[1]]);
  const picture = { image: 'data:image/png;base64,AA==' };
  const full = await rerank(cloud, customer, {
    model,
    documents: [...documents.slice(0, 2), picture],
    return_documents: true,
  });
  expect(full.body.results.map(({ document }) => document)).toEqual([
    picture,
    { text: documents[1] },
    { text: documents[0] },
  ]);
});

test('an answer that is no order of the documents is a failure of the server, and free', async ({
  cloud,
}) => {
  const model = await sellModel(cloud, 'rerank', prices);
  const customer = await cloud.customer(plenty);
  const wrong: unknown[] = [
    {},
    null,
    [],
    'sorted',
    { results: [] },
    { results: {} },
    { results: [null] },
    { results: [{ index: 3, relevance_score: 1 }] },
    { results: [{ index: -1, relevance_score: 1 }] },
    { results: [{ index: 0.5, relevance_score: 1 }] },
    { results: [{ index: 0, relevance_score: '1' }] },
    { results: [{ index: 0 }] },
    { results: [scores[0], scores[0]] },
    { results: scores, error: { message: 'worker died at 10.0.0.5' } },
    { object: 'error', message: 'worker died', results: scores },
  ];
  for (const reply of wrong) {
    cloud.upstream.script((_request, response) => sendJson(response, 200, reply));
    const { status, body } = await rerank(cloud, customer, { model });
    expect([status, body.error?.code], JSON.stringify(reply)).toEqual([502, 'upstream_failed']);
  }
  cloud.upstream.script((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end('{"results": [');
  });
  expect((await rerank(cloud, customer, { model })).status).toBe(502);
  const rows = await cloud.usage(customer, wrong.length + 1);
  expect(rows.map(({ charge_micros }) => charge_micros)).toEqual(rows.map(() => 0n));
});

test('a count that the bytes sent cannot hold is bounded by them', async ({ cloud }) => {
  const model = await sellModel(cloud, 'rerank', prices);
  const customer = await cloud.customer(10_000_000_000n);
  cloud.upstream.script((_request, response) =>
    sendJson(response, 200, { results: scores, usage: { total_tokens: 99_000_000 } }),
  );
  expect((await rerank(cloud, customer, { model })).status).toBe(200);
  const bytes = documents.length * JSON.stringify(query).length + JSON.stringify(documents).length;
  expect(await cloud.usage(customer, 1)).toMatchObject([
    { input_tokens: 1024 + 12 * Math.ceil(bytes / 3), outcome: 'completed' },
  ]);
});

test('a field that cannot be is refused by name before anything is held or sent', async ({ cloud }) => {
  const model = await sellModel(cloud, 'rerank', prices);
  const customer = await cloud.customer(plenty);
  const wrong: [object, string][] = [
    [{ query: undefined }, 'query'],
    [{ query: ['a', 'b'] }, 'query'],
    [{ documents: undefined }, 'documents'],
    [{ documents: [] }, 'documents'],
    [{ documents: 'one' }, 'documents'],
    [{ documents: Array.from({ length: 2049 }, () => 'x') }, 'documents'],
    [{ top_n: 0 }, 'top_n'],
    [{ return_documents: 'yes' }, 'return_documents'],
  ];
  for (const [fields, param] of wrong) {
    const { status, body } = await rerank(cloud, customer, { model, ...fields });
    expect([status, body.error?.param], JSON.stringify(fields).slice(0, 80)).toEqual([400, param]);
  }
  expect(cloud.upstream.seen).toEqual([]);
  expect(await cloud.balance(customer)).toEqual({ posted: plenty, held: 0n });
});
