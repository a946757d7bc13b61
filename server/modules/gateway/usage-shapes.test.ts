import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMembers } from '../../kernel/json-members.ts';
import { mediaInputOf } from './media-input.ts';
import { withinReason } from './reasonable-usage.ts';
import {
  allInputTokens,
  allOutputTokens,
  allTokens,
  replyMembers,
  textUsage,
  usageIn,
  usageOf,
} from './usage.ts';

/** As the servers named report a prompt and an answer, and the parts that are charged. */
const shapes: Readonly<Record<string, { readonly sent: object; readonly read: object }>> = {
  'OpenAI, a reasoning model with a cached prompt': {
    sent: {
      prompt_tokens: 2006,
      completion_tokens: 300,
      total_tokens: 2306,
      prompt_tokens_details: { cached_tokens: 1920, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 192,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    read: { inputTokens: 86, cachedInputTokens: 1920, outputTokens: 108, reasoningTokens: 192 },
  },
  'OpenAI, sound in and out': {
    sent: {
      prompt_tokens: 120,
      completion_tokens: 200,
      total_tokens: 320,
      prompt_tokens_details: { text_tokens: 20, audio_tokens: 100, cached_tokens: 0 },
      completion_tokens_details: { text_tokens: 50, audio_tokens: 150 },
    },
    read: { inputTokens: 20, audioInputTokens: 100, outputTokens: 50, audioOutputTokens: 150 },
  },
  DeepSeek: {
    sent: {
      prompt_tokens: 100,
      completion_tokens: 40,
      total_tokens: 140,
      prompt_cache_hit_tokens: 64,
      prompt_cache_miss_tokens: 36,
      completion_tokens_details: { reasoning_tokens: 25 },
    },
    read: { inputTokens: 36, cachedInputTokens: 64, outputTokens: 15, reasoningTokens: 25 },
  },
  'xAI, reasoning outside the completion': {
    sent: {
      prompt_tokens: 32,
      completion_tokens: 9,
      total_tokens: 135,
      prompt_tokens_details: { text_tokens: 32, cached_tokens: 6 },
      completion_tokens_details: { reasoning_tokens: 94 },
      num_sources_used: 0,
    },
    read: { inputTokens: 26, cachedInputTokens: 6, outputTokens: 9, reasoningTokens: 94 },
  },
  'Gemini, thoughts in the total alone': {
    sent: { prompt_tokens: 8, completion_tokens: 20, total_tokens: 128 },
    read: { inputTokens: 8, outputTokens: 20, reasoningTokens: 100 },
  },
  Moonshot: {
    sent: { prompt_tokens: 50, completion_tokens: 7, total_tokens: 57, cached_tokens: 30 },
    read: { inputTokens: 20, cachedInputTokens: 30, outputTokens: 7 },
  },
  'DashScope, with a cache written': {
    sent: {
      prompt_tokens: 3019,
      completion_tokens: 104,
      total_tokens: 3123,
      prompt_tokens_details: { cached_tokens: 0, cache_creation_input_tokens: 2048 },
    },
    read: { inputTokens: 971, cacheWriteTokens: 2048, outputTokens: 104 },
  },
  'vLLM and SGLang': {
    sent: { prompt_tokens: 12, total_tokens: 46, completion_tokens: 34, prompt_tokens_details: null },
    read: { inputTokens: 12, outputTokens: 34 },
  },
  'SGLang, reasoning beside the total': {
    sent: { prompt_tokens: 12, total_tokens: 46, completion_tokens: 34, reasoning_tokens: 0 },
    read: { inputTokens: 12, outputTokens: 34 },
  },
  'llama.cpp': {
    sent: {
      completion_tokens: 10,
      prompt_tokens: 9,
      total_tokens: 19,
      prompt_tokens_details: { cached_tokens: 4 },
    },
    read: { inputTokens: 5, cachedInputTokens: 4, outputTokens: 10 },
  },
  'Ollama, embeddings': { sent: { prompt_tokens: 8, total_tokens: 8 }, read: { inputTokens: 8 } },
};

test.each(Object.entries(shapes))(
  'usage as %s reports it is divided into parts once',
  (_name, { sent, read }) => {
    const usage = usageOf(sent);
    expect(usage).toEqual({ ...textUsage(0, 0), ...read });
    expect(usage && allTokens(usage)).toBe((sent as { total_tokens: number }).total_tokens);
  },
);

test('what is no count is no usage; what overlaps or is missing is counted where it comes first', () => {
  const plain = { prompt_tokens: 10, completion_tokens: 10 };
  const most = 100_000_000;
  const none: unknown[] = [
    undefined,
    null,
    5,
    'tokens',
    [],
    ...[0, 1.5, -1, '10', most + 1, null, undefined].map((prompt_tokens) => ({ ...plain, prompt_tokens })),
    ...[1.5, -1, '10', most + 1, null].map((completion_tokens) => ({ ...plain, completion_tokens })),
  ];
  expect(none.map((value) => usageOf(value))).toEqual(none.map(() => null));
  expect(usageOf({ prompt_tokens: most, completion_tokens: most })).toEqual(textUsage(most, most));
  expect(usageOf({ prompt_tokens: 10 })).toEqual(textUsage(10, 0));
  const shown = { reasoning_tokens: 6, audio_tokens: 9 };
  expect(usageOf({ ...plain, completion_tokens_details: shown })).toEqual({
    ...textUsage(10, 0),
    reasoningTokens: 6,
    audioOutputTokens: 4,
  });
  // xAI thinks beside what it writes, and says both.
  const thought = { ...plain, total_tokens: 26, completion_tokens_details: { reasoning_tokens: 6 } };
  expect(usageOf(thought)).toEqual({ ...textUsage(10, 10), reasoningTokens: 6 });
  expect(usageOf({ ...thought, total_tokens: 21 })).toEqual({ ...textUsage(10, 10), reasoningTokens: 1 });
  const broken = Buffer.from('{"usage":{"prompt_tokens":01}}');
  expect(usageIn(broken, readMembers(broken))).toBeNull();
  expect(replyMembers(Buffer.from('<html>'))).toBeNull();
});

test('whatever the details say, the parts add up to the total that is reported', () => {
  const count = fc.integer({ min: 0, max: 5000 });
  const detail = fc.oneof(count, fc.constantFrom(null, -1, 1.5, '7', 1e99, undefined));
  const details = (...names: string[]) =>
    fc.option(fc.record(Object.fromEntries(names.map((name) => [name, detail])), { requiredKeys: [] }));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      count,
      count,
      details('cached_tokens', 'cache_write_tokens', 'cache_creation_input_tokens', 'audio_tokens'),
      details('reasoning_tokens', 'audio_tokens'),
      detail,
      (input, output, thought, read, written, cacheHits) => {
        const usage = usageOf({
          prompt_tokens: input,
          completion_tokens: output,
          total_tokens: input + output + thought,
          prompt_tokens_details: read,
          completion_tokens_details: written,
          prompt_cache_hit_tokens: cacheHits,
        });
        expect(usage).not.toBeNull();
        if (usage === null) return;
        expect(Object.values(usage).every((tokens: number) => tokens >= 0)).toBe(true);
        expect([allInputTokens(usage), allOutputTokens(usage)]).toEqual([input, output + thought]);
      },
    ),
  );
});

test('no more is counted than the model can read and was asked to write, unless it was sent or delivered', () => {
  const counted = { read: 100, written: 90 };
  const bounds = { contextTokens: 1000, choices: 2, maxOutputTokens: 50, counted };
  expect(withinReason(textUsage(100, 90), bounds)).toEqual(textUsage(100, 90));
  expect(withinReason(textUsage(100, 900), bounds)).toEqual(textUsage(100, 100));
  expect(withinReason(textUsage(9000, 900), bounds)).toEqual(textUsage(2000, 100));
  const thinking = { ...textUsage(100, 40), reasoningTokens: 5000 };
  expect(withinReason(thinking, bounds)).toEqual({ ...textUsage(100, 40), reasoningTokens: 2000 });
  const long = { ...bounds, counted: { read: 9500, written: 3000 } };
  expect(withinReason(textUsage(9000, 2500), long)).toEqual(textUsage(9000, 2500));
  const unbounded = { ...bounds, maxOutputTokens: null };
  expect(withinReason(textUsage(100, 1900), unbounded)).toEqual(textUsage(100, 1900));
  expect(withinReason(textUsage(100, 2900), unbounded)).toEqual(textUsage(100, 2000));
});

test('what writes nothing reads as many contexts as it has texts, at most what the bytes can hold, and is charged for no answer', () => {
  const bounds = { contextTokens: 10, choices: 0, maxOutputTokens: 0, counted: { read: 100, written: 0 } };
  expect(withinReason(textUsage(2000, 0), bounds)).toEqual(textUsage(2000, 0));
  expect(withinReason(textUsage(50_000, 70), bounds)).toEqual(textUsage(1024 + 12 * 100, 0));
  const cached = { ...textUsage(2000, 0), cachedInputTokens: 50_000 };
  expect(withinReason(cached, bounds)).toEqual({ ...textUsage(2000, 0), cachedInputTokens: 224 });
});

test('where a bound is passed, the parts that were read and shown first are counted, and no part is more than it was', () => {
  const usage = {
    inputTokens: 1500,
    cachedInputTokens: 400,
    cacheWriteTokens: 300,
    audioInputTokens: 50,
    outputTokens: 60,
    reasoningTokens: 70,
    audioOutputTokens: 60,
  };
  const counted = { read: 0, written: 0 };
  expect(withinReason(usage, { contextTokens: 1000, choices: 2, maxOutputTokens: 50, counted })).toEqual({
    ...usage,
    cacheWriteTokens: 100,
    audioInputTokens: 0,
    audioOutputTokens: 40,
  });
});

test('a picture and a sound are counted by the piece, never their bytes as text', () => {
  const picture = 'A'.repeat(400_000);
  // Three seconds, and a byte of the next tenth.
  const sound = 'B'.repeat(64_001);
  const content = [
    { type: 'text', text: 'What is this? "image_url": {}, ;base64,' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${picture}` } },
    { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
    { type: 'input_audio', input_audio: { data: sound, format: 'mp3' } },
  ];
  const body = Buffer.from(JSON.stringify([{ role: 'user', content }]));
  const media = mediaInputOf(body, 0, body.length);
  expect(media.tokens).toBe(2 * 765 + 31);
  expect(media.bytes).toBeGreaterThanOrEqual(picture.length + sound.length);
  expect(body.length - media.bytes).toBeLessThan(400);
  expect(body.length - media.bytes).toBeGreaterThan(200);
});

test('text that looks like a picture is text', () => {
  const long = 'x'.repeat(10_000);
  for (const text of [
    `data:image/png;base64,${long}`,
    `"image_url":{"url":"data:image/png;base64,${long}"}`,
    `{"type":"input_audio","input_audio":{"data":"${long}"}}`,
  ]) {
    const body = Buffer.from(JSON.stringify([{ role: 'user', content: [{ type: 'text', text }] }]));
    expect(mediaInputOf(body, 0, body.length)).toEqual({ bytes: 0, tokens: 0 });
  }
});

test('bytes count once, however names stand around them, and no more parts are looked for than a request may have', () => {
  const long = `data:image/png;base64,${'x'.repeat(10_000)}`;
  const nested = '{"image_url":'.repeat(12) + JSON.stringify({ url: long }) + '}'.repeat(12);
  const twice = JSON.stringify([{ image_url: { url: long, input_audio: { data: 'y' } } }]);
  for (const text of [nested, twice]) {
    const body = Buffer.from(text);
    expect(mediaInputOf(body, 0, body.length).bytes).toBeLessThan(body.length);
  }
  const many = Buffer.from(JSON.stringify(Array.from({ length: 5000 }, () => ({ image_url: {} }))));
  expect(mediaInputOf(many, 0, many.length)).toEqual({ bytes: 0, tokens: 1000 * 765 });
});

const mediaOf = (text: string, end = Buffer.byteLength(text)) => mediaInputOf(Buffer.from(text), 0, end);

test('names that carry nothing count nothing, and a picture may be a string of its own', () => {
  expect(mediaOf('[{"type":"image_url"},{"type":"input_audio"}]')).toEqual({ bytes: 0, tokens: 0 });
  expect(mediaOf('[{"input_audio":{}},{"input_audio":{"data":null}}]')).toEqual({ bytes: 0, tokens: 0 });
  const url = `data:image/png;base64,${'A'.repeat(1000)}`;
  expect(mediaOf(JSON.stringify([{ image_url: url }]))).toEqual({ bytes: url.length, tokens: 765 });
  expect(mediaOf(`[{"image_url" : { "url" : "${url}"}}]`)).toEqual({ bytes: url.length, tokens: 765 });
  const cut = `[{"image_url":"${url}`;
  expect(mediaOf(cut), 'the text ends with it').toEqual({ bytes: url.length, tokens: 765 });
});

test('what stands further from its name than a format is text', () => {
  const url = `data:image/png;base64,${'A'.repeat(1000)}`;
  const spaced = (bytes: number) => `[{"image_url"${':'.padStart(bytes - 1)}{"url":"${url}"}}]`;
  expect(mediaOf(spaced(16))).toEqual({ bytes: url.length, tokens: 765 });
  expect(mediaOf(spaced(17))).toEqual({ bytes: 0, tokens: 0 });
  // Of a part that carries no such name within reach, only the string itself would count.
  const far = (bytes: number) =>
    `[{"input_audio":${'{"format":"'.padEnd(bytes - 9, 'x')}","data":"${'B'.repeat(1600)}"}}]`;
  expect(mediaOf(far(200)).bytes).toBe(1600);
  expect(mediaOf(far(201)).bytes).toBe(0);
});

test('media are found where the messages stand in the body, one after the other', () => {
  const url = `data:image/png;base64,${'A'.repeat(1000)}`;
  const part = { type: 'image_url', image_url: { url } };
  const before = `{"model":"m","user":${JSON.stringify(JSON.stringify(part))},"messages":`;
  const messages = JSON.stringify([{ role: 'user', content: [part, part, part] }]);
  const body = Buffer.from(`${before}${messages},"extra":{"image_url":{"url":"${url}"}}}`);
  expect(mediaInputOf(body, before.length, before.length + messages.length)).toEqual({
    bytes: 3 * url.length,
    tokens: 3 * 765,
  });
});
