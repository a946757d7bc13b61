import type OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { question, startRandomModel, type RandomModel } from './testing/random-model.ts';
import { spelledCall, withCalls } from './tool-calls.ts';

let model: RandomModel;
beforeAll(async () => {
  model = await startRandomModel({ contextTokens: 2048 });
});
afterAll(() => model.stop());

function aTool(name: string, parameters?: Record<string, unknown>) {
  return { type: 'function' as const, function: { name, description: 'for tests', parameters } };
}

const weather = aTool('weather', {
  type: 'object',
  properties: { city: { enum: ['bo', 'ka "ti"'] }, days: { $ref: '#/$defs/days' } },
  required: ['city', 'days'],
  $defs: { days: { type: 'integer' } },
});
const clock = aTool('clock', { type: 'object', properties: {}, additionalProperties: false });
/** Of which the client's types disapprove. */
const seeded = (seed: number): object => ({ seed });
const chat = { model: 'random', messages: question, max_completion_tokens: 400, temperature: 1 };

function argumentsOf(call: OpenAI.ChatCompletionMessageToolCall | undefined) {
  if (call?.type !== 'function') throw new Error('no call of a function');
  return JSON.parse(call.function.arguments) as Record<string, unknown>;
}

describe('functions', () => {
  test('one that must be called is called, as its schema wants, even by a model that knows nothing', async () => {
    for (const seed of [1, 2, 3]) {
      const { choices } = await model.openai.chat.completions.create({
        ...chat,
        ...seeded(seed),
        tools: [clock, weather],
        tool_choice: { type: 'function', function: { name: 'weather' } },
      });
      expect(choices[0]).toMatchObject({
        finish_reason: 'tool_calls',
        message: { content: null, tool_calls: [{ type: 'function', function: { name: 'weather' } }] },
      });
      const args = argumentsOf(choices[0]?.message.tool_calls?.[0]);
      expect(['bo', 'ka "ti"']).toContain(args['city']);
      expect(Number.isInteger(args['days'])).toBe(true);
    }
    const { choices } = await model.openai.chat.completions.create({
      ...chat,
      tools: [clock],
      tool_choice: 'required',
    });
    expect(argumentsOf(choices[0]?.message.tool_calls?.[0])).toEqual({});
  });

  test('a stream tells of the same call at once, and then why it ends', async () => {
    const asked = { ...chat, ...seeded(5), tools: [weather], tool_choice: 'required' as const };
    const whole = await model.openai.chat.completions.create(asked);
    const deltas: OpenAI.ChatCompletionChunk.Choice[] = [];
    for await (const { choices } of await model.openai.chat.completions.create({ ...asked, stream: true }))
      deltas.push(...choices);
    const call = whole.choices[0]?.message.tool_calls?.[0];
    expect(deltas.flatMap(({ delta }) => delta.tool_calls ?? [])).toEqual([
      { ...call, index: 0, id: expect.stringMatching(/^call_/) as string },
    ]);
    expect(deltas.map(({ delta }) => delta.content ?? '').join('')).toBe('');
    expect(deltas.at(-1)).toMatchObject({ finish_reason: 'tool_calls' });
  });

  test('a model that may talk does one or the other, and one that may not call talks', async () => {
    for (const seed of [1, 2, 3, 4]) {
      const { choices } = await model.openai.chat.completions.create({
        ...chat,
        ...seeded(seed),
        max_completion_tokens: 40,
        tools: [weather],
      });
      const { content, tool_calls: calls } = choices[0]?.message ?? {};
      expect([content === null, calls === undefined]).toEqual(
        calls === undefined ? [false, true] : [true, false],
      );
      expect(content?.startsWith('{') ?? false).toBe(false);
    }
    const { choices } = await model.openai.chat.completions.create({
      ...chat,
      max_completion_tokens: 5,
      tools: [weather],
      tool_choice: 'none',
    });
    expect(choices[0]?.message.tool_calls).toBeUndefined();
    expect(choices[0]?.message.content).not.toBe('');
  });

  test('results go back to the model, each with its call, and count as its prompt', async () => {
    const call = (id: string) => ({
      id,
      type: 'function' as const,
      function: { name: 'weather', arguments: '{"city":"bo","days":1}' },
    });
    const messages = (...more: OpenAI.ChatCompletionMessageParam[]) => [
      { role: 'system' as const, content: 'ka' },
      ...question,
      { role: 'assistant' as const, content: null, tool_calls: [call('a'), call('b')] },
      ...more,
    ];
    const short = await model.openai.chat.completions.create({
      ...chat,
      max_completion_tokens: 1,
      tools: [weather],
      messages: messages({ role: 'tool', tool_call_id: 'a', content: 'ti' }),
    });
    const long = await model.openai.chat.completions.create({
      ...chat,
      max_completion_tokens: 1,
      tools: [weather],
      messages: messages(
        { role: 'tool', tool_call_id: 'a', content: 'ti' },
        { role: 'tool', tool_call_id: 'b', content: 'ti' },
      ),
    });
    expect(long.usage?.prompt_tokens).toBeGreaterThan(short.usage?.prompt_tokens ?? Infinity);
    await expect(
      model.openai.chat.completions.create({
        ...chat,
        messages: messages({ role: 'tool', tool_call_id: 'c', content: 'ti' }),
      }),
    ).rejects.toMatchObject({ status: 400, param: 'messages.3.tool_call_id' });
  });

  test('what cannot be kept is refused by its name', async () => {
    const cases: [object, string][] = [
      [
        { tools: [aTool('f', { type: 'object', properties: { x: { type: 'string', pattern: 'a' } } })] },
        'tools',
      ],
      [{ tools: [aTool('a name')] }, 'tools.0.function.name'],
      [{ tools: [{ type: 'custom', custom: { name: 'f' } }] }, 'tools.0.type'],
      [{ tool_choice: 'required' }, 'tool_choice'],
      [{ tools: [clock], tool_choice: { type: 'function', function: { name: 'other' } } }, 'tool_choice'],
      [{ tools: [clock], response_format: { type: 'json_object' } }, 'response_format'],
    ];
    for (const [wish, param] of cases) {
      const { status, text } = await model.post('/v1/chat/completions', { ...chat, ...wish });
      expect([status, JSON.parse(text)]).toMatchObject([400, { error: { param } }]);
    }
  });
});

test('a call that may not be longer is given as far as it came, and ends for its length', async () => {
  const spelled = spelledCall('f', '{"x":"long"}');
  const read = async (text: string) => {
    const pieces = [...text].map((letter, index) => ({
      text: letter,
      completionTokens: index + 1,
      finishReason: index === text.length - 1 ? ('length' as const) : null,
      likely: [],
    }));
    const out = [];
    for await (const piece of withCalls(inTurn(pieces))) out.push(piece);
    return out;
  };
  expect(await read(spelled)).toMatchObject([
    { text: '', finishReason: 'tool_calls', call: { function: { name: 'f', arguments: '{"x":"long"}' } } },
  ]);
  expect(await read(spelled.slice(0, -4))).toMatchObject([
    { text: '', finishReason: 'length', call: { function: { name: 'f', arguments: '{"x":"lon' } } },
  ]);
  expect(await read('{"na')).toMatchObject([{ text: '{"na', finishReason: 'length', call: null }]);
  expect((await read('hi')).map(({ text }) => text)).toEqual(['h', 'i']);
});

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
