import { expect } from 'vitest';
import { answerWell, sendJson } from '../../testing/fake-upstream.ts';
import { type Cloud, type Customer, postChat, test } from '../../testing/gateway.ts';
import { aModelSpeaking, answerMessages, postMessages } from '../../testing/messages.ts';
import { postResponses } from '../../testing/responses.ts';
import { aGate } from './rates.fixture.ts';

const plenty = 100_000_000n;

interface Logged {
  readonly requestId: string;
  readonly endpoint: string | null;
  readonly outcome: string;
  readonly isStreamed: boolean;
  readonly firstByteMs: number | null;
  readonly durationMs: number;
  readonly chargeMicros: number;
}

interface Page {
  readonly items: readonly Logged[];
  readonly nextCursor: string | null;
}

async function logOf({ person }: Customer, query = ''): Promise<Page> {
  return (await person.call('GET', `/api/billing/usage/events?${query}`)).json<Page>();
}

/** A stream whose second word waits. */
async function aSlowStream(cloud: Cloud, customer: Customer, pauseMs: number): Promise<Response> {
  const { gate, open } = aGate();
  cloud.upstream.script(answerWell({ gates: { 1: gate } }));
  const answer = await postChat(cloud, customer, { stream: true });
  setTimeout(open, pauseMs);
  await answer.text();
  return answer;
}

test('a call is logged with its endpoint, how it ended, when its first piece went out and when it was over, under the id that its answer carries', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const streamed = await aSlowStream(cloud, customer, 300);
  cloud.upstream.script(answerWell());
  const whole = await postChat(cloud, customer);
  await whole.text();
  const response = await postResponses(cloud, customer, { model: cloud.modelId, stream: true });
  await response.text();
  const messages = await aModelSpeaking(cloud, ['messages']);
  cloud.upstream.script(answerMessages());
  const message = await postMessages(cloud, customer, { model: messages, stream: true });
  await message.text();
  cloud.upstream.script((_request, reply) => sendJson(reply, 500, { error: { message: 'broken' } }));
  const failed = await postChat(cloud, customer, { stream: true });
  await failed.text();
  await cloud.usage(customer, 5);
  const { items } = await logOf(customer);
  const said = (answer: Response) =>
    items.find((one) => one.requestId === answer.headers.get('x-request-id'));
  expect(said(streamed)).toMatchObject({
    endpoint: 'chat/completions',
    isStreamed: true,
    outcome: 'completed',
  });
  const { firstByteMs, durationMs } = said(streamed) ?? {};
  expect(firstByteMs).toBeGreaterThanOrEqual(0);
  expect(durationMs).toBeGreaterThanOrEqual(295);
  expect(Number(durationMs) - Number(firstByteMs), 'the rest came after the pause').toBeGreaterThanOrEqual(
    290,
  );
  expect(said(whole)).toMatchObject({ endpoint: 'chat/completions', isStreamed: false, firstByteMs: null });
  expect(said(response)).toMatchObject({ endpoint: 'responses', firstByteMs: expect.any(Number) as number });
  expect(said(message)).toMatchObject({ endpoint: 'messages', firstByteMs: expect.any(Number) as number });
  expect(said(failed)).toMatchObject({ outcome: 'upstream_failed', firstByteMs: null, chargeMicros: 0 });
});

test('the log is filtered by outcome, found by request id, paged without a gap, and shows nothing of another account', async ({
  cloud,
}) => {
  const customer = await cloud.customer(plenty);
  const stranger = await cloud.customer(plenty);
  const ids: string[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const fails = turn % 3 === 2;
    cloud.upstream.script(
      fails ? (_request, reply) => sendJson(reply, 500, { error: { message: 'broken' } }) : answerWell(),
    );
    const answer = await postChat(cloud, customer);
    await answer.text();
    ids.push(answer.headers.get('x-request-id') ?? '');
  }
  await cloud.usage(customer, 6);
  const idsOf = ({ items }: Page) => items.map(({ requestId }) => requestId);
  expect(idsOf(await logOf(customer, 'outcome=upstream_failed')).toSorted()).toEqual(
    ids.filter((_, turn) => turn % 3 === 2).toSorted(),
  );
  expect(idsOf(await logOf(customer, 'outcome=completed'))).toHaveLength(4);
  expect(idsOf(await logOf(customer, `requestId=${ids[3] ?? ''}`))).toEqual([ids[3]]);
  expect(idsOf(await logOf(stranger, `requestId=${ids[3] ?? ''}`))).toEqual([]);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await logOf(customer, `limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
    seen.push(...idsOf(page));
    cursor = page.nextCursor ?? null;
  }
  expect(seen.toSorted()).toEqual(ids.toSorted());
  for (const wrong of ['outcome=lost', 'requestId=1'])
    expect((await customer.person.call('GET', `/api/billing/usage/events?${wrong}`)).statusCode, wrong).toBe(
      400,
    );
});
