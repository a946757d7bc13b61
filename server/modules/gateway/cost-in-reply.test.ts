import { expect } from 'vitest';
import { answerWell, type Script, sendJson } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, postChat, test } from '../../testing/gateway.ts';
import { aModelSpeaking, answerMessages, messageUsage, postMessages } from '../../testing/messages.ts';
import { answerResponses, postResponses, responseUsage } from '../../testing/responses.ts';
import { aGate } from './rates.fixture.ts';

const plenty = 100_000_000n;
const wish = { usage: { include: true } };

interface Usage {
  readonly cost?: number;
  readonly [name: string]: unknown;
}

/** Every usage with a cost in an answer, whichever its protocol, whole or in events. */
function costsIn(text: string): Usage[] {
  const objects = text.startsWith('{')
    ? [text]
    : text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [line.slice('data: '.length)] : []));
  return objects.flatMap((json) => {
    const { usage, response } = JSON.parse(json) as { usage?: Usage; response?: { usage?: Usage } };
    const found = usage ?? response?.usage;
    return found?.cost === undefined ? [] : [found];
  });
}

/** The charge in the books, in yuan. */
async function booked(cloud: Cloud, customer: Customer, count: number): Promise<number> {
  const rows = await cloud.usage(customer, count);
  return Number(rows.at(-1)?.charge_micros) / 1_000_000;
}

const clients = {
  chat: (cloud: Cloud, customer: Customer, body: object) => postChat(cloud, customer, body),
  messages: (cloud: Cloud, customer: Customer, body: object) => postMessages(cloud, customer, body),
  responses: (cloud: Cloud, customer: Customer, body: object) => postResponses(cloud, customer, body),
};
/** What a server that sells says of its own price. */
const price = { cost: 9.99, cost_details: { upstream_inference_cost: 9.98 } };
const servers: Readonly<Record<string, Script>> = {
  chat: answerWell(),
  messages: answerMessages({ usage: { ...messageUsage, ...price } }),
  responses: answerResponses({ usage: { ...responseUsage, ...price } }),
};

test('whichever protocols client and server speak, whole or in events, the usage of an answer says what is in the books, once, and its server does not hear of it', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  let count = 0;
  for (const [server, script] of Object.entries(servers)) {
    const model = await aModelSpeaking(cloud, [server]);
    cloud.upstream.script(script);
    for (const [client, post] of Object.entries(clients))
      for (const stream of [false, true]) {
        const place = `${client} before ${server}, ${stream ? 'events' : 'whole'}`;
        const answer = await post(cloud, customer, { model, stream, ...wish });
        const text = await answer.text();
        expect(answer.status, `${place}: ${text}`).toBe(200);
        expect(text, place).not.toContain('9.9');
        count += 1;
        const cost = await booked(cloud, customer, count);
        expect(cost, place).toBeCloseTo(0.016, 9);
        const told = costsIn(text);
        expect(
          told.map((usage) => usage.cost),
          `${place}: ${text}`,
        ).toEqual([cost]);
        expect(told[0], place).toMatchObject(
          client === 'chat'
            ? { prompt_tokens: 10, completion_tokens: 3 }
            : { input_tokens: 10, output_tokens: 3 },
        );
        expect(answer.headers.get('x-candor-cost'), place).toBe(stream ? null : '0.016000');
        expect(cloud.upstream.seen.at(-1)?.body, place).not.toHaveProperty('usage');
      }
  }
});

test('without the wish the bytes are those of before, and a whole answer has its cost in a header', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  for (const more of [{}, { usage: null }, { usage: { include: false } }]) {
    const whole = await postChat(cloud, customer, more);
    expect(whole.headers.get('x-candor-cost')).toBe('0.016000');
    expect(await whole.json()).toMatchObject({
      usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 },
    });
    const events = await (await postChat(cloud, customer, { ...more, stream: true })).text();
    expect(events).not.toContain('usage');
  }
  expect((await postChat(cloud, customer, { usage: true })).status).toBe(400);
  const wrong = await postChat(cloud, customer, { usage: { include: 'yes' } });
  expect(await wrong.json()).toMatchObject({ error: { param: 'usage.include' } });
});

test('the cost that an answer says is the booked one with an estimate, a short wallet and a quota', async ({
  cloud,
}) => {
  for (const stream of [false, true]) {
    const customer = await cloud.customer(plenty);
    cloud.upstream.script(answerWell({ reportsUsage: false, words: ['A', ' guess'] }));
    const guessed = costsIn(await (await postChat(cloud, customer, { stream, ...wish })).text());
    const [row] = await cloud.usage(customer, 1);
    expect(row).toMatchObject({ is_estimated: true });
    expect(guessed).toEqual([
      expect.objectContaining({
        prompt_tokens: row?.input_tokens,
        completion_tokens: row?.output_tokens,
        cost: await booked(cloud, customer, 1),
      }),
    ]);
    // What was read costs more than was held, and more than there is.
    const poor = await cloud.customer(100_000n);
    cloud.upstream.script(answerWell({ inputTokens: 150 }));
    const answer = await postChat(cloud, poor, { stream, max_tokens: 4, ...wish });
    const short = costsIn(await answer.text());
    const cost = await booked(cloud, poor, 1);
    expect(cost).toBeGreaterThan(0.09);
    expect(cost).toBeLessThanOrEqual(0.1);
    expect(short.map((usage) => usage.cost)).toEqual([cost]);
    const limited = await cloud.customer(plenty, { moneyQuotaMicros: 120_000 });
    const within = costsIn(await (await postChat(cloud, limited, { stream, max_tokens: 4, ...wish })).text());
    expect(within.map((usage) => usage.cost)).toEqual([await booked(cloud, limited, 1)]);
    expect(await booked(cloud, limited, 1)).toBeLessThanOrEqual(0.12);
  }
});

test('words go out as they are written, and what a server asks for them is not passed on', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ gates: { 2: gate } }));
  const answer = await postChat(cloud, customer, { stream: true, ...wish });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let seen = '';
  while (!seen.includes(' world')) seen += (await reader?.read())?.value ?? '';
  open();
  for (let piece = await reader?.read(); piece?.done === false; piece = await reader?.read())
    seen += piece.value;
  expect(costsIn(seen).map((usage) => usage.cost)).toEqual([await booked(cloud, customer, 1)]);
  expect(seen.trimEnd().endsWith('data: [DONE]')).toBe(true);

  const usage = { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13, ...price };
  cloud.upstream.script(({ body }, response) => {
    const head = { id: 'x', created: 1, model: body['model'] };
    const choice = { index: 0, finish_reason: 'stop' };
    if (body['stream'] !== true) {
      const message = { role: 'assistant', content: 'Hi' };
      sendJson(response, 200, {
        ...head,
        object: 'chat.completion',
        choices: [{ ...choice, message }],
        usage,
      });
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = (fields: object) => `data: ${JSON.stringify({ ...head, ...fields })}\n\n`;
    // Usage in the event of a text, and a comment behind it.
    response.write(event({ choices: [{ ...choice, delta: { content: 'Hi' } }], usage }));
    response.end(': processing\n\ndata: [DONE]\n\n');
  });
  for (const [at, more] of [wish, {}, { stream: true, ...wish }, { stream: true }].entries()) {
    const text = await (await postChat(cloud, customer, more)).text();
    expect(text).toContain('Hi');
    expect(text, JSON.stringify(more)).not.toContain('9.9');
    const cost = await booked(cloud, customer, at + 2);
    expect(costsIn(text).map((one) => one.cost)).toEqual('usage' in more ? [cost] : []);
  }
});
