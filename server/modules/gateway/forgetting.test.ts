import { randomBytes } from 'node:crypto';
import { expect, onTestFinished, vi } from 'vitest';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { gatewaySinks, memorySink } from './forget-person.ts';
import { createGatewayPresence, defaultPresence } from './gateway-presence.ts';
import { untilGatewaysForgot } from './until-gateways-forgot.ts';

// What a gateway's row says of it, and what an erasure makes of the rows.

const aName = () => `gateway ${randomBytes(6).toString('hex')}`;

/** Rows of gateways as the database has them, and of some that run in no process. */
function theRows({ admin }: Database) {
  return {
    async add(leaseFor: string, asked = 0, answered = 0) {
      const id = aName();
      await admin.query(
        `insert into gateway.processes (id, asked, answered, lease_until) values ($1, $2, $3, now() + $4::interval)`,
        [id, asked, answered, leaseFor],
      );
      onTestFinished(
        async () => void (await admin.query('delete from gateway.processes where id = $1', [id])),
      );
      return id;
    },
    async of(id: string) {
      const { rows } = await admin.query<{ asked: number; answered: number; leaseS: number }>(
        `select asked, answered, round(extract(epoch from lease_until - now()))::int as "leaseS" from gateway.processes where id = $1`,
        [id],
      );
      return rows[0] ?? null;
    },
    ask: (id: string) => admin.query('update gateway.processes set asked = asked + 1 where id = $1', [id]),
    answer: (id: string) => admin.query('update gateway.processes set answered = asked where id = $1', [id]),
  };
}

function aGateway(database: Database, clock: TestClock, forget = async () => {}) {
  const ctx = contextWith(database, clock, { kind: 'system', name: 'gateway' }, null);
  const id = aName();
  const limits = { leaseMs: 60_000, renewEveryMs: 60_000 };
  const presence = createGatewayPresence(ctx, { id, limits, forget, onLost: () => {} });
  onTestFinished(() => presence.close());
  return { presence, id };
}

function aGate() {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { gate, open };
}

test('a gateway holds its lease from its first renewal to its end, and another one keeps its own', async ({
  database,
  clock,
}) => {
  const rows = theRows(database);
  const [{ presence, id }, other] = [aGateway(database, clock), aGateway(database, clock)];
  expect([presence.isHeld, await rows.of(id)]).toEqual([false, null]);
  await Promise.all([presence.renew(), other.presence.renew()]);
  expect([presence.isHeld, await rows.of(id)]).toEqual([true, { asked: 0, answered: 0, leaseS: 60 }]);
  await presence.close();
  await presence.renew();
  expect([presence.isHeld, await rows.of(id)]).toEqual([false, null]);
  expect([other.presence.isHeld, await rows.of(other.id)]).toMatchObject([true, { leaseS: 60 }]);
});

test('a gateway that is asked while it forgets forgets again before it says that it is done', async ({
  database,
  clock,
}) => {
  const rows = theRows(database);
  const first = aGate();
  let forgotten = 0;
  const { presence, id } = aGateway(database, clock, async () => {
    forgotten += 1;
    if (forgotten === 1) await first.gate;
  });
  await presence.renew();
  await presence.renew();
  expect(forgotten, 'it was not asked').toBe(0);
  await rows.ask(id);
  const renewing = presence.renew();
  await expect.poll(() => forgotten).toBe(1);
  await rows.ask(id);
  const again = presence.renew();
  expect(await rows.of(id)).toMatchObject({ asked: 2, answered: 0 });
  first.open();
  await Promise.all([renewing, again]);
  expect([forgotten, await rows.of(id)]).toMatchObject([2, { asked: 2, answered: 2 }]);
  await presence.renew();
  expect(forgotten, 'it has answered').toBe(2);
});

test('closing waits for a renewal that is under way, so that no lease is left', async ({
  database,
  clock,
}) => {
  const rows = theRows(database);
  const { gate, open } = aGate();
  let isForgetting = false;
  const { presence, id } = aGateway(database, clock, async () => {
    isForgetting = true;
    await gate;
  });
  await presence.renew();
  await rows.ask(id);
  const renewing = presence.renew();
  await expect.poll(() => isForgetting).toBe(true);
  const closing = presence.close();
  open();
  await Promise.all([renewing, closing]);
  expect(await rows.of(id)).toBeNull();
});

test('rows of gateways that were killed are deleted an hour after their lease', async ({
  database,
  clock,
}) => {
  const rows = theRows(database);
  const [long, lately] = [await rows.add('-61 minutes'), await rows.add('-59 minutes')];
  await aGateway(database, clock).presence.renew();
  expect([await rows.of(long), await rows.of(lately)]).toEqual([null, expect.anything()]);
});

test('an erasure asks the gateways that live, once each, and no other', async ({ database, clock }) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const rows = theRows(database);
  const [living, gone] = [await rows.add('1 hour', 3, 3), await rows.add('-1 second')];
  const forgetting = untilGatewaysForgot(system);
  await expect.poll(async () => (await rows.of(living))?.asked).toBe(4);
  await rows.answer(living);
  await forgetting;
  expect([await rows.of(living), await rows.of(gone)]).toMatchObject([{ asked: 4 }, { asked: 0 }]);
});

test('a gateway that lives and does not answer within its lease and ten seconds fails the erasure', async ({
  database,
  clock,
}) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const silent = await theRows(database).add('1 hour');
  const startMs = performance.now();
  let passedMs = 0;
  const looks = vi.spyOn(performance, 'now').mockImplementation(() => startMs + passedMs);
  onTestFinished(() => void vi.restoreAllMocks());
  let outcome = 'waits';
  const forgetting = untilGatewaysForgot(system).catch((error: unknown) => {
    outcome = (error as Error).message;
  });
  const afterLooking = async () => {
    const before = looks.mock.calls.length;
    await expect.poll(() => looks.mock.calls.length > before + 1 || outcome !== 'waits').toBe(true);
    return outcome;
  };
  await afterLooking();
  passedMs = defaultPresence.leaseMs + 10_000;
  expect(await afterLooking()).toBe('waits');
  passedMs += 1;
  await forgetting;
  expect(outcome).toMatch(/^1 gateways have not forgotten/);
  expect(await theRows(database).of(silent)).toMatchObject({ asked: 1, answered: 0 });
});

test('a gateway forgets a person at once, tells the others, and finds nothing once all have answered', async ({
  database,
  clock,
}) => {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const rows = theRows(database);
  const person = { userId: 'user_1', tenantId: null };
  const done: string[] = [];
  let found = 2;
  const sink = memorySink({
    clear: () => void done.push('keys'),
    countOf: () => found,
    endOf: (userId) => void done.push(`answers to ${userId}`),
  });
  const heard: (string | undefined)[] = [];
  const listener = await database.admin.connect();
  onTestFinished(() => listener.release(true));
  listener.on('notification', ({ channel, payload }) => void heard.push(`${channel} ${payload}`));
  await listener.query('listen access_closed');
  await sink.erase(system, person);
  expect(done.toSorted()).toEqual(['answers to user_1', 'keys']);
  await expect.poll(() => heard).toEqual(['access_closed user_1']);
  expect(await sink.probe(system, person, [])).toEqual({ isClean: false, found: 2 });
  found = 0;
  const silent = await rows.add('1 hour');
  const sinks = [sink, ...gatewaySinks.filter(({ name }) => name === sink.name)];
  for (const [index, { probe }] of sinks.entries()) {
    let isOver = false;
    const probing = probe(system, person, []).finally(() => void (isOver = true));
    await expect.poll(async () => (await rows.of(silent))?.asked).toBe(index + 1);
    expect(isOver).toBe(false);
    await rows.answer(silent);
    expect(await probing).toMatchObject({ isClean: true, note: expect.stringContaining('every gateway') });
  }
  const [local] = gatewaySinks.filter(({ name }) => name === 'local-model');
  expect(await local?.probe(system, person, [])).toMatchObject({ isClean: true });
});
