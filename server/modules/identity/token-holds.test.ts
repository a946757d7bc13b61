import { expect } from 'vitest';
import { type Ctx, now } from '../../kernel/context.ts';
import { anApiKey, aPerson } from '../../testing/factories.ts';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { holdQuota } from './token-holds.ts';

function system(database: Database, clock: TestClock): Ctx {
  return contextWith(database, clock, { kind: 'system', name: 'gateway' }, null);
}

const tokensOnly = (tokens: number) => ({ tokens, micros: 0 });

function inAMinute(ctx: Ctx): Date {
  return new Date(now(ctx).getTime() + 60_000);
}

test('of a quota gateways together start what fits, and the one request that passes it', async ({
  app,
  database,
  clock,
}) => {
  const ctx = system(database, clock);
  const { id: apiKeyId } = await anApiKey(await aPerson(app), { tokenQuota: 100 });
  const until = inAMinute(ctx);
  const hold = (holder: string, held: number, ...wanted: number[]) =>
    holdQuota(ctx, { apiKeyId, holder, held: tokensOnly(held), wanted: wanted.map(tokensOnly), until });
  expect(await hold('one', 0, 30, 30)).toBe(2);
  expect(await hold('other', 0, 30, 30, 30)).toBe(2);
  expect(await hold('one', 60, 1)).toBe(0);
  expect(await hold('other', 30), 'one request of the other is over').toBe(0);
  expect(await hold('one', 60, 1)).toBe(1);
});

test('of many takes at once on two gateways none is counted twice or lost', async ({
  app,
  database,
  clock,
}) => {
  const ctx = system(database, clock);
  const { id: apiKeyId } = await anApiKey(await aPerson(app), { tokenQuota: 100 });
  const until = inAMinute(ctx);
  const started = await Promise.all(
    Array.from({ length: 40 }, (_, at) =>
      holdQuota(ctx, {
        apiKeyId,
        holder: `gateway ${at}`,
        held: tokensOnly(0),
        wanted: [tokensOnly(5)],
        until,
      }),
    ),
  );
  expect(started.filter((count) => count === 1)).toHaveLength(20);
});

test('a gateway that was killed holds its tokens until they expire, and no longer', async ({
  app,
  database,
  clock,
}) => {
  const ctx = system(database, clock);
  const { id: apiKeyId } = await anApiKey(await aPerson(app), { tokenQuota: 100 });
  const hold = (holder: string) =>
    holdQuota(ctx, {
      apiKeyId,
      holder,
      held: tokensOnly(0),
      wanted: [tokensOnly(100)],
      until: inAMinute(ctx),
    });
  expect(await hold('killed')).toBe(1);
  expect(await hold('other')).toBe(0);
  clock.advanceMs(60_001);
  expect(await hold('other')).toBe(1);
});

test('nothing starts with a key that was deleted meanwhile', async ({ app, database, clock }) => {
  const ctx = system(database, clock);
  const person = await aPerson(app);
  const { id: apiKeyId } = await anApiKey(person, { tokenQuota: 100 });
  await person.call('DELETE', `/api/identity/api-keys/${apiKeyId}`);
  const input = {
    apiKeyId,
    holder: 'one',
    held: tokensOnly(0),
    wanted: [tokensOnly(1)],
    until: inAMinute(ctx),
  };
  expect(await holdQuota(ctx, input)).toBe(0);
});
