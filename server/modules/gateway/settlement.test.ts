import { expect, onTestFinished } from 'vitest';
import { newId } from '../../kernel/id.ts';
import { anApiKey, aPerson, type Person } from '../../testing/factories.ts';
import { fund } from '../../testing/gateway.ts';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { CommitInDoubt, settle, type Settlement } from './settlement.ts';
import { leaseEnd, twice, walletBank } from './wallet-bank.ts';
import type { LeaseSpending } from './wallet-leases.ts';

// The wallet as the gateway borrows from it, and the books as it writes them.

const balance = 1_000_000n;

async function aCustomer(person: Person, database: Database, clock: TestClock) {
  const ctx = contextWith(database, clock, { kind: 'system', name: 'gateway' }, null);
  const tenantId = person.tenant.id;
  await fund(ctx, tenantId, balance);
  const bank = walletBank(ctx);
  return {
    ctx,
    tenantId,
    bank: {
      ...bank,
      async lend(...asked: Parameters<typeof bank.lend>) {
        const id = await bank.lend(...asked);
        if (id === null) throw new Error('the wallet has it');
        return id;
      },
    },
    async money() {
      const { rows } = await database.admin.query<{ posted: bigint; held: bigint }>(
        'select posted_micros as posted, held_micros as held from wallet.accounts where id = $1',
        [`cash:${tenantId}`],
      );
      return rows[0];
    },
    async tokensUsed(apiKeyId: string) {
      const { rows } = await database.admin.query<{ tokens: string }>(
        'select tokens_used::text as tokens from identity.api_keys where id = $1',
        [apiKeyId],
      );
      return Number(rows[0]?.tokens);
    },
    aRequest(apiKeyId: string, tokens: Settlement['tokens'], ...spent: [string, bigint][]): Settlement {
      const chargeMicros = spent.reduce((sum, [, micros]) => sum + micros, 0n);
      return {
        tokens,
        spendings: spent.map(([leaseId, micros]) => ({ leaseId, micros }) as LeaseSpending),
        usage: {
          requestId: newId('req'),
          tenantId,
          userId: person.user.id,
          apiKeyId,
          sku: 'm',
          priceVersionId: newId('price'),
          lines: [{ meter: 'gateway.output-tokens', quantity: 1, chargeMicros }],
          isEstimated: false,
          isStreamed: true,
          outcome: 'completed',
          startedAt: clock.now(),
          durationMs: 1,
          endpoint: 'chat/completions',
          firstByteMs: 1,
        },
      };
    },
  };
}

/** What the next transactions do instead of ending with a commit that is heard of. */
function onCommit(database: Database, act: (commit: () => Promise<unknown>) => Promise<unknown>): () => void {
  const pool: { connect(): Promise<{ query(...input: unknown[]): Promise<unknown> }> } = database.db.$client;
  const connect = pool.connect.bind(pool);
  pool.connect = async () => {
    const client = await connect();
    const query = client.query.bind(client);
    client.query = async (...input) => {
      if (input[0] !== 'commit') return query(...input);
      client.query = query;
      return act(() => query(...input));
    };
    return client;
  };
  const restore = () => void (pool.connect = connect);
  onTestFinished(restore);
  return restore;
}

test('a batch charges each lease and counts for each key what its requests used, once, however often it is written', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const [one, other] = [await anApiKey(person), await anApiKey(person)];
  const { ctx, tenantId, bank, aRequest, money, tokensUsed } = await aCustomer(person, database, clock);
  const [first, second] = [await bank.lend(tenantId, 1000n), await bank.lend(tenantId, 500n)];
  const batch = [
    aRequest(one.id, { input: 10, output: 3 }, [first, 100n]),
    aRequest(one.id, { input: 7, output: 0 }, [first, 20n], [second, 5n]),
    aRequest(other.id, { input: 1, output: 1 }, [second, 60n]),
  ];
  await settle(ctx, batch);
  const booked = { posted: balance - 185n, held: 1500n - 185n };
  expect(await money()).toEqual(booked);
  expect([await tokensUsed(one.id), await tokensUsed(other.id)]).toEqual([20, 2]);
  const late = aRequest(other.id, { input: 4, output: 4 }, [second, 1n]);
  await settle(ctx, [...batch, late]);
  expect(await money()).toEqual({ posted: booked.posted - 1n, held: booked.held - 1n });
  expect([await tokensUsed(one.id), await tokensUsed(other.id)]).toEqual([20, 10]);
});

test('a commit that was sent and not answered leaves it in doubt; whatever fails before it booked nothing', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const key = await anApiKey(person);
  const { ctx, tenantId, bank, aRequest, money } = await aCustomer(person, database, clock);
  const lease = await bank.lend(tenantId, 100n);
  const refused = aRequest(key.id, { input: 1, output: 1 }, [lease, -1n]);
  await expect(settle(ctx, [refused])).rejects.not.toBeInstanceOf(CommitInDoubt);
  expect(await money()).toEqual({ posted: balance, held: 100n });
  const lost = new Error('Connection terminated');
  const restore = onCommit(database, async (commit) => {
    await commit();
    throw lost;
  });
  const request = aRequest(key.id, { input: 1, output: 1 }, [lease, 100n]);
  const doubt = settle(ctx, [request]);
  await expect(doubt).rejects.toBeInstanceOf(CommitInDoubt);
  await expect(doubt).rejects.toMatchObject({ cause: lost });
  restore();
  expect(await money()).toEqual({ posted: balance - 100n, held: 0n });
});

test('a lease is money of the wallet, held for two minutes from when it was taken or renewed, and given back', async ({
  app,
  database,
  clock,
}) => {
  const person = await aPerson(app);
  const { ctx, tenantId, bank, money } = await aCustomer(person, database, clock);
  const endOf = async (leaseId: string) => {
    const { rows } = await database.admin.query<{ at: Date }>(
      'select expires_at as at from wallet.holds where id = $1',
      [leaseId],
    );
    return (rows[0]?.at.getTime() ?? 0) - clock.now().getTime();
  };
  const lease = await bank.lend(tenantId, 300n);
  expect([await bank.availableMicros(tenantId), await money()]).toEqual([
    balance - 300n,
    { posted: balance, held: 300n },
  ]);
  expect([await endOf(lease), leaseEnd(ctx).getTime() - clock.now().getTime()]).toEqual([120_000, 120_000]);
  clock.advanceMs(60_000);
  expect([...(await bank.renew([lease, 'lease_gone']))]).toEqual([lease]);
  expect(await endOf(lease)).toBe(120_000);
  await bank.giveBack(tenantId, lease);
  expect(await money()).toEqual({ posted: balance, held: 0n });
  expect(bank.refusal(5n, 3n)).toMatchObject({
    code: 'wallet.insufficient_balance',
    fields: { neededMicros: '5', availableMicros: '3' },
  });
});

test('a lease whose commit was not heard of is taken once', async ({ app, database, clock }) => {
  const { bank, tenantId, money } = await aCustomer(await aPerson(app), database, clock);
  let commits = 0;
  onCommit(database, async (commit) => {
    await commit();
    if ((commits += 1) === 1) throw new Error('Connection terminated');
  });
  await bank.lend(tenantId, 300n);
  expect([commits, await money()]).toEqual([2, { posted: balance, held: 300n }]);
});

test('what a lost connection interrupted is tried once more, and a mistake of ours is not', async () => {
  const away = () => Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
  const run = async (...faults: Error[]) => {
    let tries = 0;
    const outcome = await twice(async () => {
      const fault = faults[tries];
      tries += 1;
      if (fault !== undefined) throw fault;
      return 'done';
    }).catch((error: unknown) => (error as Error).message);
    return [outcome, tries];
  };
  expect(await run()).toEqual(['done', 1]);
  expect(await run(away())).toEqual(['done', 2]);
  expect(await run(away(), away())).toEqual(['away', 2]);
  expect(await run(new TypeError('a mistake'))).toEqual(['a mistake', 1]);
});
