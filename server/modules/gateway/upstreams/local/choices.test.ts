import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { question, startRandomModel, type RandomModel } from './testing/random-model.ts';

let model: RandomModel;
beforeAll(async () => {
  model = await startRandomModel();
});
afterAll(() => model.stop());

/** Of which the client's types disapprove. */
const seeded = (seed: number): object => ({ seed });
const chat = { model: 'random', messages: question, max_completion_tokens: 12, ...seeded(7) };

describe('several choices', () => {
  test('each is written with a seed of its own, and the prompt is counted once', async () => {
    const three = await model.openai.chat.completions.create({ ...chat, n: 3 });
    const alone = await Promise.all(
      [7, 8, 9].map((start) => model.openai.chat.completions.create({ ...chat, ...seeded(start) })),
    );
    expect(three.choices.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(three.choices.map(({ message }) => message.content)).size).toBe(3);
    expect(three.choices[0]?.message.content).toBe(alone[0]?.choices[0]?.message.content);
    expect(three.usage?.prompt_tokens).toBe(alone[0]?.usage?.prompt_tokens);
    expect(three.usage?.completion_tokens).toBe(
      three.choices.reduce((sum, { finish_reason: reason }) => sum + (reason === 'length' ? 12 : NaN), 0),
    );
  });

  test('a stream writes each to its end, with the same text as a whole answer', async () => {
    const whole = await model.openai.chat.completions.create({ ...chat, n: 2 });
    const texts = ['', ''];
    const reasons: (string | null)[] = [];
    for await (const { choices } of await model.openai.chat.completions.create({
      ...chat,
      n: 2,
      stream: true,
    })) {
      for (const { index, delta, finish_reason: reason } of choices) {
        texts[index] += delta.content ?? '';
        if (reason !== null) reasons[index] = reason;
      }
    }
    expect(texts).toEqual(whole.choices.map(({ message }) => message.content));
    expect(reasons).toEqual(['length', 'length']);
  });

  test('of a completion as many are written as are given', async () => {
    const completion = { model: 'random', prompt: ['bo', 'ka'], max_tokens: 3, n: 2 };
    const { choices } = await model.openai.completions.create({ ...completion, best_of: 2 });
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    await expect(model.openai.completions.create({ ...completion, best_of: 3 })).rejects.toMatchObject({
      status: 400,
      param: 'best_of',
    });
  });
});

describe('log probabilities', () => {
  test('every token is named, with the likeliest in its place, whole and in a stream', async () => {
    const asked = { ...chat, logprobs: true, top_logprobs: 5, temperature: 1 };
    const whole = await model.openai.chat.completions.create(asked);
    const tokens = whole.choices[0]?.logprobs?.content ?? [];
    expect(tokens).toHaveLength(whole.usage?.completion_tokens ?? -1);
    for (const { logprob, top_logprobs: top } of tokens) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(top).toHaveLength(5);
      const probabilities = top.map((one) => Math.exp(one.logprob));
      expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
      expect(probabilities.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(1.000_01);
    }
    const streamed: unknown[] = [];
    for await (const { choices } of await model.openai.chat.completions.create({ ...asked, stream: true }))
      streamed.push(...(choices[0]?.logprobs?.content ?? []));
    expect(streamed).toEqual(tokens);
  });

  test('a completion tells them in its own form', async () => {
    const { choices } = await model.openai.completions.create({
      model: 'random',
      prompt: 'bo',
      max_tokens: 4,
      logprobs: 2,
    });
    const { tokens, token_logprobs: logprobs, top_logprobs: top } = choices[0]?.logprobs ?? {};
    expect([tokens?.length, logprobs?.length, top?.length]).toEqual([4, 4, 4]);
  });

  test('without the wish nothing is told', async () => {
    const { choices } = await model.openai.chat.completions.create(chat);
    expect(choices[0]?.logprobs).toBeNull();
  });
});
