import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createEventStream, type EventStreamOptions } from './event-stream.ts';
import { textUsage } from './usage.ts';

const usage = { prompt_tokens: 12, completion_tokens: 34, total_tokens: 46 };
const neither: EventStreamOptions = {
  wantsUsage: false,
  continuousUsage: false,
  choices: 1,
  modelId: 'm',
};

function textEvent(content: string, extra: object = {}): string {
  return `data: ${JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content } }], ...extra })}`;
}
const usageEvent = `data: ${JSON.stringify({ id: 'c', choices: [], usage })}`;
const done = 'data: [DONE]';

/** Pushes the text in pieces of the given sizes and gives back what came out. */
function through(text: string, sizes: readonly number[], options: EventStreamOptions) {
  const bytes = Buffer.from(text);
  const stream = createEventStream(options);
  const out: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? bytes.length;
    out.push(Buffer.from(stream.push(bytes.subarray(at, at + size))));
    at += size;
  }
  out.push(Buffer.from(stream.end()));
  return { text: Buffer.concat(out).toString(), pieces: out, stream };
}

const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });
const contents = fc.array(
  fc.oneof(
    fc.string(),
    fc.constantFrom('"usage"', '"usage":{"prompt_tokens":1}', '"error"', '\n\n', 'data:', '[DONE]', '你好'),
  ),
);

test('a stream cut at any byte arrives whole, without the usage that was not requested, and the usage is known', () => {
  fc.assert(
    fc.property(contents, cuts, fc.constantFrom('\n\n', '\r\n\r\n'), (texts, sizes, blank) => {
      const kept = texts.map((text) => textEvent(text));
      const sent = [...texts.map((text) => textEvent(text)), usageEvent, done];
      const result = through(sent.map((event) => event + blank).join(''), sizes, neither);
      expect(result.text).toBe(kept.map((event) => event + blank).join(''));
      expect(result.stream.usage).toMatchObject({ inputTokens: 12, outputTokens: 34 });
      expect(result.stream.error).toBeNull();
      expect(result.stream.tokensSoFar).toBeGreaterThanOrEqual(texts.length);
      expect(result.stream.phase).toBe('ended');
    }),
  );
});

test('a client that asked for the usage event gets every byte of the upstream before [DONE]', () => {
  fc.assert(
    fc.property(contents, cuts, (texts, sizes) => {
      const sent = [...texts.map((text) => textEvent(text, { usage: null })), usageEvent]
        .map((event) => `${event}\n\n`)
        .join('');
      const result = through(`${sent}${done}\n\n`, sizes, { ...neither, wantsUsage: true });
      expect(result.text).toBe(sent);
      expect(result.stream.usage).toMatchObject({ inputTokens: 12, outputTokens: 34 });
    }),
  );
});

test('usage that comes with every event is read and taken out again', () => {
  fc.assert(
    fc.property(contents, cuts, fc.boolean(), (texts, sizes, wantsUsage) => {
      const counted = texts.map((text, index) =>
        textEvent(text, { usage: { prompt_tokens: 5, completion_tokens: index + 1 } }),
      );
      const expected = texts.map((text) => `${textEvent(text, { usage: null })}\n\n`).join('');
      const result = through(counted.map((event) => `${event}\n\n`).join(''), sizes, {
        ...neither,
        wantsUsage,
        continuousUsage: true,
      });
      expect(result.text).toBe(expected);
      expect(result.stream.usage).toEqual(texts.length === 0 ? null : textUsage(5, texts.length));
    }),
  );
});

test('only whole events are passed on before the end', () => {
  const { pieces } = through(`${textEvent('a')}\n\n${textEvent('b')}\n\ndata: {"half":`, [7], neither);
  for (const piece of pieces.slice(0, -1))
    expect(piece.length === 0 || piece.toString().endsWith('\n\n')).toBe(true);
});

test('from an error event on nothing is passed on, in whatever form it comes; text about errors is', () => {
  const text = [textEvent('"error"'), textEvent('x', { error: null })]
    .map((event) => `${event}\n\n`)
    .join('');
  for (const error of [
    'data: {"error": {"message": "out of memory"}}',
    'data: {"object":"error","message":"out of memory"}',
    'event: error\ndata: {"error":\ndata: "out of memory"}',
  ]) {
    const sent = `${text}${error}\n\n${textEvent('after')}\n\n${usageEvent}\n\n${done}\n\n`;
    const result = through(sent, [3], { ...neither, wantsUsage: true });
    expect(result.text).toBe(text);
    expect(result.stream.error).not.toBeNull();
    expect(result.stream.usage).toMatchObject({ inputTokens: 12, outputTokens: 34 });
  }
  expect(through(text, [1000], neither).stream.error).toBeNull();
});

test('impossible numbers are no usage, and are shown to no client', () => {
  const asking = { ...neither, wantsUsage: true };
  for (const bad of [
    '{"prompt_tokens":-1,"completion_tokens":2}',
    '{"prompt_tokens":1e99}',
    '{"prompt_tokens":1,"completion_tokens":"2"}',
    '{"prompt_tokens":0,"completion_tokens":0}',
    '{"prompt_tokens":12,"completion_tokens":0}',
    '{}',
  ]) {
    const text = `${textEvent('some text')}\n\n`;
    const alone = through(`${text}data: {"choices":[],"usage":${bad}}\n\n`, [1000], asking);
    expect([alone.text, alone.stream.usage], bad).toEqual([text, null]);
  }
  const withText = through(
    `data: {"choices":[{"delta":{"content":"x"}}],"usage":{"prompt_tokens":-5}}\n\n`,
    [1000],
    asking,
  );
  expect(withText.text).toBe('data: {"choices":[{"delta":{"content":"x"}}],"usage":null}\n\n');
});

test('a large event that comes in tiny pieces is copied a few times, not once per piece', () => {
  const concat = vi.spyOn(Buffer, 'concat');
  const event = `${textEvent('x'.repeat(200_000))}\n\n`;
  const { text } = through(event, [50], neither);
  const copied = concat.mock.calls.reduce(
    (sum, [parts]) => sum + parts.reduce((all, { length }) => all + length, 0),
    0,
  );
  concat.mockRestore();
  expect(text).toBe(event);
  expect(copied).toBeLessThan(20 * event.length);
});

test('the public name of the model stands in every event, however the upstream writes its own and whatever it is', () => {
  const named = (model: string, content: string) =>
    `data: {"id":"c","model": ${JSON.stringify(model)},"choices":[{"index":0,"delta":{"content":${JSON.stringify(content)}}}]}`;
  const texts = ['a', '"model": "vendor/real"', 'b', ' '];
  const own = ['vendor/real', 'vendor/real', 'vendor/other', 'vendor/real'];
  const sent = texts.map((text, index) => `${named(own[index] ?? '', text)}\n\n`).join('');
  fc.assert(
    fc.property(cuts, (sizes) => {
      const { text } = through(`${sent}${usageEvent}\n\n`, sizes, { ...neither, modelId: 'shown "so"' });
      const events = text.split('\n\n').filter((event) => event !== '');
      const read = events.map(
        (event) =>
          JSON.parse(event.slice('data: '.length)) as {
            model: string;
            choices: [{ delta: { content: string } }];
          },
      );
      expect(read.map(({ model }) => model)).toEqual(texts.map(() => 'shown "so"'));
      expect(read.map(({ choices: [{ delta }] }) => delta.content)).toEqual(texts);
    }),
  );
});

test('tokens so far are the events, and more where one event carries many', () => {
  const events = (texts: readonly string[]) => texts.map((text) => `${textEvent(text)}\n\n`).join('');
  const tokensSoFar = (text: string, options = neither) => through(text, [1000], options).stream.tokensSoFar;
  expect(tokensSoFar(events(Array.from({ length: 100 }, () => ' word')))).toBe(100);
  expect(tokensSoFar(events(Array.from({ length: 100 }, () => '\u4f60')))).toBe(100);
  const large = events(['word '.repeat(1000), 'word '.repeat(1000)]);
  expect(tokensSoFar(large)).toBeGreaterThan(800);
  expect(tokensSoFar(large)).toBeLessThan(2000);
  expect(tokensSoFar(large, { ...neither, hasProbabilities: true })).toBe(2);
});
