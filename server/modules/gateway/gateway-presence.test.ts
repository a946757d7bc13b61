import { randomBytes } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { createGatewayPresence, defaultPresence, type PresenceLimits } from './gateway-presence.ts';
import { untilGatewaysForgot } from './until-gateways-forgot.ts';

const patience = { timeout: 15_000 };

/** A gateway as far as erasures see it. */
function aGateway(
  database: Database,
  clock: TestClock,
  limits: PresenceLimits = defaultPresence,
  forget = async () => {},
) {
  const ctx = contextWith(database, clock, { kind: 'system', name: 'gateway' }, null);
  let losses = 0;
  const presence = createGatewayPresence(ctx, {
    id: `gateway ${randomBytes(6).toString('hex')}`,
    limits,
    forget,
    onLost: () => void (losses += 1),
  });
  onTestFinished(() => presence.close());
  return { presence, losses: () => losses };
}

/** Every new transaction of the application fails, as when the database is away. */
function takeAway(database: Database): () => void {
  const pool = database.db.$client;
  const connect = pool.connect.bind(pool);
  pool.connect = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
  const bringBack = () => void (pool.connect = connect);
  onTestFinished(bringBack);
  return bringBack;
}

test('an erasure waits until every gateway that lives has forgotten', async ({ database, clock }) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  let [isForgetting, forgotten, finish] = [false, 0, () => {}];
  const slow = aGateway(database, clock, { leaseMs: 60_000, renewEveryMs: 20 }, async () => {
    isForgetting = true;
    await new Promise<void>((resolve) => void (finish = resolve));
    forgotten += 1;
  });
  const quick = aGateway(database, clock, { leaseMs: 60_000, renewEveryMs: 20 }, async () => {
    forgotten += 1;
  });
  await Promise.all([slow.presence.renew(), quick.presence.renew()]);
  expect(forgotten, 'none was asked yet').toBe(0);
  let isOver = false;
  const waiting = untilGatewaysForgot(system).then(() => void (isOver = true));
  await expect.poll(() => isForgetting && forgotten === 1, patience).toBe(true);
  expect(isOver).toBe(false);
  finish();
  await waiting;
  expect(forgotten).toBe(2);
});

test('a gateway that is gone keeps an erasure waiting no longer than its lease', async ({
  database,
  clock,
}) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const killed = aGateway(database, clock, { leaseMs: 600, renewEveryMs: 60_000 });
  await killed.presence.renew();
  expect(killed.presence.isHeld).toBe(true);
  await untilGatewaysForgot(system);
  expect(killed.presence.isHeld, 'it knew before the database').toBe(false);
  const stopped = aGateway(database, clock, { leaseMs: 60_000, renewEveryMs: 60_000 });
  await stopped.presence.renew();
  await stopped.presence.close();
  await untilGatewaysForgot(system);
});

test('a gateway that cannot renew its lease loses it, and has it again when the database is back', async ({
  database,
  clock,
}) => {
  const { presence, losses } = aGateway(database, clock, { leaseMs: 400, renewEveryMs: 50 });
  await presence.renew();
  const bringBack = takeAway(database);
  await expect.poll(losses, patience).toBe(1);
  expect(presence.isHeld).toBe(false);
  bringBack();
  await expect.poll(() => presence.isHeld, patience).toBe(true);
});
