import { expect } from 'vitest';
import { postChat, test } from '../../testing/gateway.ts';

// The end of an answer is the protocol's end, not the connection's.

const plenty = 100_000_000n;
const text = (content: string) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const finish = (index = 0) => event({ choices: [{ index, delta: {}, finish_reason: 'stop' }] });
const usage = event({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 3, total_tokens: 13 } });
const done = 'data: [DONE]\n\n';
const reported = { outcome: 'completed', is_estimated: false, input_tokens: 10, output_tokens: 3 };

interface Case {
  readonly sent: readonly string[];
  /** Choices that were requested. */
  readonly n?: number;
  readonly row: object;
  /** What follows in the same connection, which never ends. */
  readonly after?: string;
}

const wholeAnswers: Readonly<Record<string, Case>> = {
  '[DONE], and the connection stays open': { sent: [text('Hello'), finish(), usage, done], row: reported },
  'the finish and the usage without [DONE]': { sent: [text('Hello'), finish(), usage], row: reported },
  'the usage with the finish': {
    sent: [
      text('Hello'),
      event({
        choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
        usage: { prompt_tokens: 10, completion_tokens: 3 },
      }),
    ],
    row: reported,
  },
  'the finish alone': {
    sent: [text('Hello'), finish()],
    row: { outcome: 'completed', is_estimated: true },
  },
  'more text after [DONE]': {
    sent: [text('Hello'), finish(), usage, done],
    after: text(' after') + usage,
    row: reported,
  },
  'an error after the usage': {
    sent: [text('Hello'), finish(), usage],
    after: 'data: {"error":{"message":"too late"}}\n\n',
    row: reported,
  },
  'the finish of both choices': {
    n: 2,
    sent: [text('Hello'), finish(0), finish(1), usage],
    row: reported,
  },
};

test('an answer that its protocol has ended ends for the client too, whatever the connection does; what comes after is not passed on', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  for (const [name, { sent, n = 1, after = '' }] of Object.entries(wholeAnswers)) {
    cloud.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(sent.join('') + after);
    });
    const read = await (await postChat(cloud, customer, { stream: true, n })).text();
    expect(read, name).toContain('Hello');
    expect(read.endsWith(done), `${name}: ${read}`).toBe(true);
    expect(read, name).not.toMatch(/after|too late|"choices":\[\]/);
  }
  const rows = await cloud.usage(customer, Object.keys(wholeAnswers).length);
  expect(rows).toMatchObject(Object.values(wholeAnswers).map(({ row }) => row));
});

test('a stream that just stops was cut off: the client reads an error and no [DONE], and pays nothing', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const cut = [text('Hello'), `${text('Hello')}data: {"choices":[{"index":0,"del`];
  for (const sent of cut) {
    cloud.upstream.script((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(sent);
    });
    const read = await (await postChat(cloud, customer, { stream: true })).text();
    expect(read).toContain('Hello');
    expect(read).toContain('"code":"upstream_failed"');
    expect(read).not.toMatch(/\[DONE\]|"del\b/);
  }
  for (const row of await cloud.usage(customer, cut.length))
    expect(row).toMatchObject({ outcome: 'upstream_failed', charge_micros: 0n });
});

test('the connection of an answer that ended is used for the next one', async ({ cloud }) => {
  const customer = await cloud.customer(plenty);
  const ports = new Set<number | undefined>();
  cloud.upstream.script((_request, response) => {
    ports.add(response.socket?.remotePort);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(text('Hello') + finish() + usage + done);
  });
  for (let turn = 0; turn < 5; turn += 1) await (await postChat(cloud, customer, { stream: true })).text();
  expect(ports.size).toBe(1);
});

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
