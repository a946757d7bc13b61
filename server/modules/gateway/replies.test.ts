import { expect, test } from 'vitest';
import type { ReplySink } from './reply-sink.ts';
import { createStreamReply } from './stream-reply.ts';
import { textUsage } from './usage.ts';
import { createWholeReply } from './whole-reply.ts';

// When a client hears what of a reply, and what is known of its usage.

const names = { modelId: 'public', upstreamModel: 'vendor/m', secrets: [] };
const megabyte = 1024 * 1024;

/** A client's end that writes down what it is given. */
function aSink(canTake = true) {
  const heard: string[] = [];
  let isUntouched = true;
  const note = (text: string) => {
    isUntouched = false;
    heard.push(text);
  };
  const sink: ReplySink = {
    get isUntouched() {
      return isUntouched;
    },
    hasSentNothing: true,
    waitingBytes: 0,
    keepAlive: () => note('keep alive'),
    sendWhole: (body) => note(`whole ${body.toString()}`),
    startBody: () => note('json'),
    startStream: () => note('stream'),
    write(bytes) {
      note(bytes.length > 1000 ? `${bytes.length} bytes` : bytes.toString());
      return canTake;
    },
    end: (bytes) => note(`end ${bytes?.toString() ?? ''}`),
    complete: () => note('complete'),
    fail: () => note('fail'),
  };
  return { sink, heard };
}

function whole(endpoint: 'chat/completions' | 'completions' | 'embeddings', ...pieces: string[]) {
  const { sink, heard } = aSink();
  const reply = createWholeReply(sink, { ...names, endpoint });
  const took = pieces.map((piece) => reply.push(Buffer.from(piece)));
  expect(took.every(Boolean)).toBe(true);
  expect(heard, 'nothing before its end').toEqual([]);
  const failure = reply.end();
  return { heard, failure: failure?.health ?? null, usage: reply.usage(), reply };
}

const choices = '"choices":[{"message":{"content":"你好"}}]';
const usage = '"usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}';
const counted = { ...textUsage(2, 2), cachedInputTokens: 1 };

test('a reply is held back until it is whole, names the model as the catalogue does, and its usage is read', () => {
  const {
    heard,
    failure,
    usage: read,
    reply,
  } = whole('chat/completions', `{"model":"x",${choices},`, `${usage}}`);
  expect([heard, failure, read]).toEqual([[`whole {"model":"public",${choices},${usage}}`], null, counted]);
  expect([reply.hasDelivered(), reply.textBytes(), reply.outputTokensSoFar()]).toEqual([false, 6, 0]);
  const without = whole('completions', '{"choices":[{"text":"abc"}]}');
  expect([without.heard, without.usage, without.reply.textBytes()]).toEqual([
    ['whole {"choices":[{"text":"abc"}]}'],
    null,
    3,
  ]);
});

test('usage that cannot be true is shown to no client', () => {
  for (const [what, tokens] of [
    ['nothing was written', '{"prompt_tokens":3,"completion_tokens":0}'],
    ['nothing was read', '{"prompt_tokens":0,"completion_tokens":2}'],
  ])
    expect(whole('chat/completions', `{"model":"x",${choices},"usage":${tokens}}`), what).toMatchObject({
      heard: [`whole {"model":"public",${choices},"usage":null}`],
      usage: null,
    });
  const silent = '{"choices":[{"message":{"content":""}}],"usage":{"prompt_tokens":3,"completion_tokens":0}}';
  expect(whole('chat/completions', silent)).toMatchObject({
    heard: [`whole ${silent}`],
    usage: textUsage(3, 0),
  });
});

test('embeddings are an answer without a word, and are charged as reported', () => {
  const json = '{"data":[{"embedding":[0.1]}],"usage":{"prompt_tokens":8,"total_tokens":8}}';
  expect(whole('embeddings', json)).toMatchObject({ heard: [`whole ${json}`], usage: textUsage(8, 0) });
});

test('what is no answer is a failure of the upstream, and its client hears none of it', () => {
  for (const [endpoint, json, failure] of [
    ['chat/completions', '', 'shape'],
    ['chat/completions', `{${choices}`, 'shape'],
    ['chat/completions', '{"choices":[]}', 'shape'],
    ['chat/completions', '{"data":[1]}', 'shape'],
    ['embeddings', `{${choices}}`, 'shape'],
    ['chat/completions', `{${choices},"error":{"message":"x"}}`, 'reported'],
    ['completions', `{"object":"error",${choices}}`, 'reported'],
  ] as const)
    expect(whole(endpoint, json), json).toMatchObject({ heard: [], failure, usage: null });
});

/** A reply so large that it is passed on as it comes: `bytes` of it at once (two of its signs have two more), then the pieces. */
function large(endpoint: 'chat/completions' | 'embeddings', bytes: number, ...pieces: string[]) {
  const { sink, heard } = aSink();
  const reply = createWholeReply(sink, { ...names, endpoint });
  reply.push(Buffer.from(`{"data":[],${choices},"x":"`.padEnd(bytes - 4, 'x')));
  for (const piece of pieces) reply.push(Buffer.from(piece));
  return { heard, reply };
}

test('a reply of more than a megabyte is passed on as it comes', () => {
  const held = large('chat/completions', megabyte);
  expect([held.heard, held.reply.hasDelivered()]).toEqual([[], false]);
  const { heard, reply } = large('chat/completions', megabyte + 1, 'abc', `",${usage}}`);
  expect(heard).toEqual(['json', `${megabyte + 1} bytes`, 'abc', `",${usage}}`]);
  expect(reply.hasDelivered()).toBe(true);
  expect([reply.end(), heard.at(-1), reply.usage()]).toEqual([null, 'end ', counted]);
  expect(reply.textBytes(), 'hardly longer than its text').toBe(megabyte + 1 + 3 + usage.length + 3);
  expect(large('embeddings', megabyte + 1).reply.textBytes()).toBe(0);
  const slow = createWholeReply(aSink(false).sink, { ...names, endpoint: 'chat/completions' });
  expect(slow.push(Buffer.from(`{${choices}`.padEnd(megabyte + 1))), 'the client cannot take more').toBe(
    false,
  );
});

test('a megabyte without an answer in it is none', () => {
  const { sink, heard } = aSink();
  const reply = createWholeReply(sink, { ...names, endpoint: 'chat/completions' });
  expect(() => reply.push(Buffer.from('{"data":[],"x":"'.padEnd(megabyte + 1)))).toThrow('no answer');
  expect(heard).toEqual([]);
});

test('of a large reply the last four pieces are kept, and the last report within their last 4,096 bytes counts', () => {
  const usageOf = (...pieces: string[]) => {
    const { reply } = large('chat/completions', megabyte + 1, ...pieces);
    reply.end();
    return reply.usage();
  };
  const other = '"usage":{"prompt_tokens":7,"completion_tokens":7}';
  expect(usageOf(`",${other},`, `${usage}}`)).toEqual(counted);
  expect(usageOf('"', ',', usage.slice(0, 9), usage.slice(9), '}')).toEqual(counted);
  expect(usageOf(usage.slice(0, 9), usage.slice(9), '}', ' ', ' '), 'its beginning is gone').toBeNull();
  expect(usageOf(usage.padEnd(4096))).toEqual(counted);
  expect(usageOf(usage.padEnd(4097))).toBeNull();
  expect(usageOf(`${usage}, "usage" : {"prompt_tokens":x}`), 'no JSON').toBeNull();
  expect(usageOf('no report')).toBeNull();
});

const event = (json: string) => `data: ${json}\n\n`;
const text = event('{"choices":[{"index":0,"delta":{"content":"abc"}}]}');
const role = event('{"choices":[{"index":0,"delta":{"role":"assistant"}}]}');
const finish = event('{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}');
const report = event(`{"choices":[],${usage}}`);
const done = event('[DONE]');

function stream(...pieces: string[]) {
  const { sink, heard } = aSink();
  const options = { ...names, wantsUsage: false, continuousUsage: false, choices: 1 };
  const reply = createStreamReply(sink, options);
  for (const piece of pieces) reply.push(Buffer.from(piece));
  return { heard, reply };
}

test('a stream begins with the first that the model wrote, and ends with the farewell that clients wait for', () => {
  const { heard, reply } = stream(role);
  expect([heard, reply.hasDelivered(), reply.phase]).toEqual([[], false, 'open']);
  reply.push(Buffer.from(text));
  expect(heard).toEqual(['stream', role + text]);
  reply.push(Buffer.from(finish + report));
  expect([reply.hasDelivered(), reply.phase, reply.usage()]).toEqual([true, 'ended', counted]);
  expect([reply.end(), heard.slice(2)]).toEqual([null, [finish, `end ${done}`]]);
  expect(reply.textBytes()).toBe(3);
});

test('a client that cannot take more is waited for, one that was given nothing is not', () => {
  const { sink } = aSink(false);
  const reply = createStreamReply(sink, { ...names, wantsUsage: false, continuousUsage: false, choices: 1 });
  expect(reply.push(Buffer.from(role))).toBe(true);
  expect(reply.push(Buffer.from(text))).toBe(false);
});

test('while an answer is written its events are counted, and the report of the upstream when there is one', () => {
  const { reply } = stream(text + text + text);
  expect(reply.outputTokensSoFar()).toBe(3);
  reply.push(Buffer.from(report));
  expect(reply.outputTokensSoFar()).toBe(2);
});

test('a stream that is no answer, was cut off or reports an error ends without a farewell, and with the reason', () => {
  const error = event('{"error":{"message":"x"}}');
  for (const [pieces, failure] of [
    ['', 'shape'],
    [role, 'shape'],
    [done, 'shape'],
    [role + done, 'shape'],
    [role + finish, null],
    [text, 'truncated'],
    [text + error, 'reported'],
    [error, 'reported'],
    [text + done, null],
    [text + report, null],
  ] as const) {
    const { heard, reply } = stream(pieces);
    expect(reply.end()?.health ?? null, pieces).toBe(failure);
    expect(heard.includes(`end ${done}`), pieces).toBe(failure === null);
  }
});
