import { expect, test } from 'vitest';
import { unavailable } from '../../kernel/problem.ts';
import { insufficientBalance } from '../wallet/index.ts';
import { watchMoney } from './money-watch.ts';
import { readRequest, type RequestFacts } from './read-request.ts';
import type { Ticket } from './ticket.ts';
import { textUsage } from './usage.ts';
import type { Hold, WalletLeases } from './wallet-leases.ts';
import { foldMeters } from '../../declare/meter.ts';
import { tokenPrices } from '../../testing/gateway.ts';
import { completePrices } from '../catalog/index.ts';
import { meters } from './meters.ts';

// A stream asks for more money before what is held is used up, waits when it is, and ends when there is no more.

const plain = await readRequest('chat/completions', Buffer.from('{"model":"m","messages":[]}'));
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Of a model at one micro-yuan a token. `grant` and `refuse` answer the request for money that is open. */
function aStream({
  heldMicros = 100n,
  micros = 1n,
  facts = {},
}: { heldMicros?: bigint; micros?: bigint; facts?: Partial<RequestFacts> } = {}) {
  const hold: Hold = { tenantId: 't', heldMicros, parts: [] };
  const asked: bigint[] = [];
  const heard: string[] = [];
  let open: { readonly more: bigint; resolve(): void; reject(error: Error): void } | null = null;
  // Guarantee: a watch only lets holds grow.
  const leases = {
    grow: (_hold: Hold, more: bigint) =>
      new Promise<void>((resolve, reject) => {
        asked.push(more);
        open = { more, resolve, reject };
      }),
  } as unknown as WalletLeases;
  const prices = completePrices(
    foldMeters(meters),
    tokenPrices({ input: micros, output: micros }, 1n),
    'chat',
  );
  // Guarantee: of a ticket, only these are looked at.
  const ticket = { hold, facts: { ...plain, ...facts }, model: { prices } } as unknown as Ticket;
  const watch = watchMoney(leases, ticket, {
    onWait: () => void heard.push('wait'),
    onGranted: () => void heard.push('granted'),
    onExhausted: () => void heard.push('exhausted'),
    onFault: (error) => void heard.push(`fault: ${(error as Error).message}`),
  });
  return {
    asked,
    heard,
    uses: (tokens: number) => watch.observe(textUsage(0, tokens)),
    reads: (input: number, output: number) => watch.observe(textUsage(input, output)),
    async grant() {
      hold.heldMicros += open?.more ?? 0n;
      open?.resolve();
      await turn();
    },
    async refuse(error: Error = insufficientBalance({ neededMicros: '1', availableMicros: '0' })) {
      open?.reject(error);
      await turn();
    },
  };
}

test('once four fifths of what is held are used, it is doubled, once, and the answer goes on meanwhile', async () => {
  const stream = aStream();
  stream.uses(79);
  expect(stream.asked).toEqual([]);
  stream.uses(80);
  stream.uses(90);
  stream.uses(100);
  expect([stream.asked, stream.heard]).toEqual([[100n], []]);
  await stream.grant();
  stream.uses(159);
  expect([stream.asked, stream.heard]).toEqual([[100n], []]);
  stream.uses(160);
  expect(stream.asked).toEqual([100n, 200n]);
});

test('an answer that has used up what is held waits for the money, and goes on with it', async () => {
  const stream = aStream();
  stream.uses(101);
  expect([stream.asked, stream.heard]).toEqual([[100n], ['wait']]);
  await stream.grant();
  expect(stream.heard).toEqual(['wait', 'granted']);
  stream.uses(160);
  await stream.grant();
  expect(stream.heard, 'the second time it did not wait').toEqual(['wait', 'granted']);
});

test('an answer whose wallet has no more goes on with what is held, asks once more, then ends', async () => {
  const stream = aStream();
  stream.uses(80);
  await stream.refuse();
  stream.uses(100);
  expect([stream.asked, stream.heard]).toEqual([[100n], []]);
  stream.uses(101);
  expect([stream.asked, stream.heard]).toEqual([[100n, 100n], ['wait']]);
  await stream.refuse();
  expect(stream.heard).toEqual(['wait', 'exhausted']);
});

test('a wallet that was filled after it refused pays for the rest', async () => {
  const stream = aStream();
  stream.uses(80);
  await stream.refuse();
  stream.uses(101);
  await stream.grant();
  stream.uses(150);
  expect(stream.heard).toEqual(['wait', 'granted']);
});

test('an answer that waits ends when its wallet has no more', async () => {
  const stream = aStream();
  stream.uses(101);
  await stream.refuse();
  expect(stream.heard).toEqual(['wait', 'exhausted']);
});

test('a database that cannot tell is no empty wallet: who waits hears of the fault, who does not asks again', async () => {
  const waiting = aStream();
  waiting.uses(101);
  await waiting.refuse(new Error('away'));
  expect(waiting.heard).toEqual(['wait', 'fault: away']);
  const refused = aStream();
  refused.uses(101);
  await refused.refuse(unavailable());
  expect(refused.heard).toEqual(['wait', expect.stringMatching(/^fault: /)]);
  const early = aStream();
  early.uses(80);
  await early.refuse(new Error('away'));
  early.uses(81);
  expect([early.asked, early.heard]).toEqual([[100n, 100n], []]);
});

test('no more is asked for than the longest answer that the client allows, all choices together', () => {
  const bounded = aStream({ facts: { maxOutputTokens: 45, choices: 2 } });
  bounded.reads(10, 85);
  expect(bounded.asked, '90 and 10 are paid for').toEqual([]);
  bounded.reads(11, 85);
  expect(bounded.asked, '90 and 11 are not').toEqual([100n]);
});

test('a hold of nothing grows from one micro-yuan, and a free model needs none', () => {
  const empty = aStream({ heldMicros: 0n });
  empty.uses(1);
  expect([empty.asked, empty.heard]).toEqual([[1n], ['wait']]);
  const free = aStream({ heldMicros: 0n, micros: 0n });
  free.uses(1_000_000);
  expect([free.asked, free.heard]).toEqual([[], []]);
});
