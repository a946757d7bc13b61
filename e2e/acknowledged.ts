import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { Client } from '../demo/client.ts';
import { type E2ePerson, everything, transfer } from './people.ts';

/** What was acknowledged to callers: it must be there exactly once, whatever was killed meanwhile. */
export interface Acknowledged {
  readonly serials: string[];
  readonly requestIds: string[];
}

/** Where a caller tops up and calls the model, chosen anew each time. */
export interface Doors {
  readonly operator: Client;
  readonly gatewayUrl: string;
}

/** What each top-up brings. */
export const topUpMicros = 10_000;

/** Tops up and calls the model until it is stopped, noting what was acknowledged. */
export async function load(
  doors: () => Doors,
  person: E2ePerson,
  model: string,
  noted: Acknowledged,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const { operator, gatewayUrl } = doors();
    const serial = `kill-${randomBytes(8).toString('hex')}`;
    try {
      await transfer(operator, person.tenantId, topUpMicros, serial);
      noted.serials.push(serial);
      const answer = await callModel(gatewayUrl, person, model);
      await answer.text();
      if (answer.status === 200) noted.requestIds.push(answer.headers.get('x-request-id') ?? '');
    } catch {
      // A process went away in the middle: nothing was acknowledged.
    }
  }
}

export function callModel(gatewayUrl: string, person: E2ePerson, model: string): Promise<Response> {
  return fetch(`${gatewayUrl}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], max_tokens: 4 }),
  });
}

/** Every acknowledged top-up and charge is there exactly once, and the books agree with themselves. */
export async function expectOnce(operator: Client, person: E2ePerson, noted: Acknowledged): Promise<void> {
  const events = await everything<{ id: string; requestId: string; chargeMicros: number }>(
    person.client,
    '/api/billing/usage/events',
  );
  expectChargedOnce(events, noted.requestIds);

  // Repeating every acknowledged transfer changes nothing: each is there, once.
  const before = await balanceOf(person);
  for (const serial of noted.serials) await transfer(operator, person.tenantId, topUpMicros, serial);
  const after = await balanceOf(person);
  expect(after).toBe(before);

  const transactions = await everything<{ id: string; direction: string; amountMicros: number }>(
    person.client,
    '/api/wallet/transactions',
  );
  const creditedMicros = transactions
    .filter(({ direction }) => direction === 'in')
    .reduce((sum, row) => sum + row.amountMicros, 0);
  const chargedMicros = events.reduce((sum, event) => sum + event.chargeMicros, 0);
  expect(after).toBe(creditedMicros - chargedMicros);
  await expectBalancedBooks(operator);
  process.stdout.write(
    `${noted.serials.length} top-ups and ${noted.requestIds.length} charges acknowledged, all there once\n`,
  );
}

/** Every acknowledged request is among the charges, and none of them is there twice. */
export function expectChargedOnce(
  events: readonly { readonly requestId: string }[],
  acknowledged: readonly string[],
): void {
  const times = new Map<string, number>();
  for (const { requestId } of events) times.set(requestId, (times.get(requestId) ?? 0) + 1);
  expect(acknowledged.filter((id) => times.get(id) !== 1)).toEqual([]);
  expect([...times].filter(([, count]) => count !== 1)).toEqual([]);
}

export async function expectBalancedBooks(operator: Client): Promise<void> {
  const books = await operator.call<{ sumMicros: number; mismatches: unknown[] }>(
    'GET',
    '/api/wallet/ledger-check',
  );
  expect(books).toMatchObject({ sumMicros: 0, mismatches: [] });
}

async function balanceOf(person: E2ePerson): Promise<number> {
  const { balanceMicros } = await person.client.call<{ balanceMicros: number }>('GET', '/api/wallet');
  return balanceMicros;
}
