import { expect, test } from 'vitest';
import { readRequest, type RequestFacts } from './read-request.ts';
import { createTokenStatistics, tokensOfText } from './token-statistics.ts';
import { textUsage } from './usage.ts';

// What a request is expected to use: by a first guess, and by what recent answers of the same model were like.

const plain = await readRequest('chat/completions', Buffer.from('{"model":"m","messages":[]}'));
const aRequest = (fields: Partial<RequestFacts> = {}): RequestFacts => ({
  ...plain,
  inputBytes: 3000,
  ...fields,
});
const context = 100_000;

/** How a model that gave these answers is expected to answer the next request. */
function expectedAfter(answers: readonly number[], fields: Partial<RequestFacts> = {}): number {
  const statistics = createTokenStatistics();
  for (const tokens of answers) statistics.learn(aRequest(fields), textUsage(10, tokens));
  return statistics.estimate(aRequest(), context).outputTokens;
}

/** How many tokens 3,900 bytes are expected to be after one request of so many bytes and tokens. */
function inputAfter(inputBytes: number, inputTokens: number, fields: Partial<RequestFacts> = {}): number {
  const statistics = createTokenStatistics();
  statistics.learn(aRequest({ inputBytes, ...fields }), textUsage(inputTokens, 1));
  return statistics.estimate(aRequest({ inputBytes: 3900 }), context).inputTokens;
}

const many = (count: number, tokens: number) => Array.from({ length: count }, () => tokens);

test('a text of which only the size is known has a token for every three bytes begun', () => {
  expect([0, 1, 3, 4, 300].map(tokensOfText)).toEqual([0, 1, 1, 2, 100]);
});

test('of a model without a past are expected: a token for three bytes, a margin, the template, media by the piece, 1,024 tokens', () => {
  const { estimate } = createTokenStatistics();
  const usual = { inputTokens: 1150 + 32, outputTokens: 1024, usualOutputTokens: 1024 };
  expect(estimate(aRequest(), context)).toEqual(usual);
  expect(estimate(aRequest({ maxOutputTokens: 5000, choices: 2 }), context)).toEqual({
    ...usual,
    outputTokens: 10_000,
    usualOutputTokens: 2048,
  });
  expect(estimate(aRequest({ mediaTokens: 765 }), context).inputTokens).toBe(1150 + 32 + 765);
});

test('one context bounds the input of a request with one answer, and each answer', () => {
  const { estimate } = createTokenStatistics();
  const inputOf = (fields: Partial<RequestFacts>) => estimate(aRequest(fields), 500).inputTokens;
  expect(inputOf({})).toBe(500);
  expect(inputOf({ choices: 2 }), 'each reads it').toBe(1182);
  expect(inputOf({ endpoint: 'embeddings', choices: 0 }), 'each text for itself').toBe(1182);
  expect(estimate(aRequest({ choices: 3 }), 500).outputTokens).toBe(1500);
});

test('a tenth of what a request shows about bytes and tokens is learned, within one byte and twelve a token', () => {
  const inTokens = (bytesPerToken: number) => Math.ceil((3900 / bytesPerToken) * 1.15) + 32;
  expect(inputAfter(600, 100), 'six bytes a token').toBe(inTokens(3.3));
  expect(inputAfter(50_000, 100), 'twelve at most').toBe(inTokens(3.9));
  expect(inputAfter(10, 100), 'one at least').toBe(inTokens(2.8));
});

test('a request that is mostly template, or carries media, teaches nothing about bytes', () => {
  const unlearned = inputAfter(0, 0);
  expect(inputAfter(50_000, 64)).toBe(unlearned);
  expect(inputAfter(50_000, 65)).toBeLessThan(unlearned);
  expect(inputAfter(50_000, 1000, { mediaTokens: 1 })).toBe(unlearned);
});

test('every eighth answer sets what is expected: a quarter more than the longest but a twentieth, never under 64', () => {
  expect(expectedAfter(many(7, 100))).toBe(1024);
  expect(expectedAfter(many(8, 100))).toBe(125);
  expect(expectedAfter([800, 100, 200, 300, 400, 500, 600, 700])).toBe(1000);
  expect(expectedAfter([...many(4, 2000), ...many(60, 100)])).toBe(2500);
  expect(expectedAfter([...many(3, 2000), ...many(61, 100)])).toBe(125);
  expect(expectedAfter(many(8, 10))).toBe(64);
});

test('only the latest 64 answers count', () => {
  const answers = [...many(4, 2000), ...many(60, 100)];
  expect(expectedAfter([...answers, ...many(8, 100)])).toBe(125);
  expect(expectedAfter([...answers, ...many(8, 2000)]), 'they took the place of the oldest').toBe(2500);
});

test('answers with a bound of the client, and embeddings, say nothing of length; of several answers each counts', () => {
  expect(expectedAfter(many(8, 100), { maxOutputTokens: 100 })).toBe(1024);
  expect(expectedAfter(many(8, 100), { choices: 0 })).toBe(1024);
  expect(expectedAfter(many(8, 401), { choices: 2 })).toBe(Math.ceil(201 * 1.25));
});

test('what one model is like says nothing of another', () => {
  const statistics = createTokenStatistics();
  for (const tokens of many(8, 100)) statistics.learn(aRequest(), textUsage(10, tokens));
  expect(statistics.estimate(aRequest({ modelId: 'other' }), context).outputTokens).toBe(1024);
});
