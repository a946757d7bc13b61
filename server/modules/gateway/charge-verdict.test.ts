import { expect, onTestFinished } from 'vitest';
import type pg from 'pg';
import { buildApp } from '../../http/app.ts';
import { createLog } from '../../kernel/log.ts';
import { answerWell, startFakeUpstream } from '../../testing/fake-upstream.ts';
import { type Cloud, openCloud } from '../../testing/gateway.ts';
import { testConfig } from '../../testing/test-config.ts';
import { contextWith, type Database, test, type TestClock } from '../../testing/test.ts';
import { createCandor } from '../../candor.ts';
import { roleOf } from '../../kernel/database-options.ts';
import { registry } from '../../testing/registry.ts';

/** Where a settlement can be hit, by the statement that is about to be sent. */
const steps = {
  begin: /^set local role/,
  usage: /insert into billing\.usage_events/,
  charge: /insert into wallet\.transfers/,
  'key counters': /tokens_used = k\.tokens_used/,
  commit: /^commit$/,
} as const;
const stepNames = ['begin', 'usage', 'charge', 'key counters', 'commit'] as const;

interface Verdict {
  readonly status: number;
  readonly isBooked: boolean;
}

test.for(stepNames)(
  'a settlement whose database is killed at "%s": answered and charged, or refused and not charged',
  async (step, { database, clock }) => {
    const { cloud, ask } = await impatientCloud(database, clock);
    const restore = hitSettlement(database.db.$client, steps[step], ({ holdBack, processId }, send) => {
      void database.admin.query('select pg_terminate_backend($1)', [processId]).then(holdBack());
      return send();
    });
    const verdict = await ask();
    restore();
    expect(verdict.isBooked).toBe(verdict.status === 200);
    expect([200, 503]).toContain(verdict.status);
    expect(await cloud.ledger()).toMatchObject({ sumMicros: 0n, mismatches: [] });
    await expect.poll(ask, { timeout: 15_000 }).toEqual({ status: 200, isBooked: true });
  },
);

test('a settlement whose commit arrives and is not answered: the answer comes late and is charged once', async ({
  database,
  clock,
}) => {
  const { cloud, ask } = await impatientCloud(database, clock);
  const restore = hitSettlement(database.db.$client, steps.commit, async (_connection, send) => {
    await send();
    throw new Error('Connection terminated unexpectedly');
  });
  const verdict = await ask();
  restore();
  expect(verdict).toEqual({ status: 200, isBooked: true });
  expect(await cloud.ledger()).toMatchObject({ sumMicros: 0n, mismatches: [] });
});

test.for(stepNames)(
  'a settlement whose database stalls at "%s": who is in it is answered late, who waits behind it is refused and not charged',
  async (step, { database, clock }) => {
    const { cloud, ask } = await impatientCloud(database, clock);
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let reach = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const restore = hitSettlement(database.db.$client, steps[step], ({ holdBack }, send) => {
      void gate.then(holdBack());
      reach();
      return send();
    });
    const first = ask();
    await reached;
    const behind = await Promise.all([ask(), ask()]);
    expect(behind).toEqual([
      { status: 503, isBooked: false },
      { status: 503, isBooked: false },
    ]);
    release();
    expect(await first).toEqual({ status: 200, isBooked: true });
    restore();
    expect(await cloud.ledger()).toMatchObject({ sumMicros: 0n, mismatches: [] });
  },
);

test('a database that goes away in the middle of a stream is reported as such, not as an empty balance', async ({
  database,
  clock,
}) => {
  const { cloud, customer } = await impatientCloud(database, clock);
  const words = Array.from({ length: 3000 }, (_, index) => `w${index} `);
  let goOn = () => {};
  const gate = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  cloud.upstream.script(answerWell({ words, gates: { 1: gate } }));
  const stream = await customer.client.chat.completions.create({
    model: cloud.modelId,
    messages: [{ role: 'user', content: 'hi' }],
    stream: true,
  });
  const pool: Connectable = database.db.$client;
  const connect = pool.connect.bind(pool);
  pool.connect = () => Promise.reject(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }));
  goOn();
  const failure: unknown = await (async () => {
    for await (const _chunk of stream);
  })().catch((error: unknown) => error);
  pool.connect = connect;
  expect(failure).toMatchObject({ code: 'service_unavailable' });
  const [row] = await cloud.usage(customer, 1);
  expect(row?.output_tokens).toBeGreaterThan(0);
});

/** A cloud whose finished answers wait no time at all for a charge that can still be withdrawn. */
async function impatientCloud(database: Database, clock: TestClock) {
  const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
  const { keyedHash, vault, signingKey } = system;
  const app = await buildApp({
    product: createCandor(),
    db: database.db,
    databaseUrl: database.appUrl,
    clock,
    log: createLog('silent'),
    config: { ...testConfig, gatewayBookPatienceMs: 0 },
    keyedHash,
    vault,
    signingKey,
  });
  const upstream = await startFakeUpstream();
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
    await upstream.close();
  });
  const cloud: Cloud = await openCloud(app, database, clock, upstream);
  const customer = await cloud.customer(100_000_000n);
  async function ask(): Promise<Verdict> {
    const answer = await fetch(`${cloud.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: cloud.modelId, messages: [{ role: 'user', content: 'hi' }] }),
    });
    await answer.arrayBuffer();
    const { rows } = await database.admin.query('select 1 from billing.usage_events where request_id = $1', [
      answer.headers.get('x-request-id'),
    ]);
    return { status: answer.status, isBooked: rows.length > 0 };
  }
  // The lease is borrowed and the caches are filled, so that the next transaction is a settlement.
  expect(await ask()).toMatchObject({ isBooked: true });
  return { cloud, customer, ask };
}

interface Connectable {
  connect(): Promise<pg.PoolClient>;
}
interface Connection {
  readonly processId: number;
  /** Sends nothing from now on, and all of it in order when what it answers is called. */
  holdBack(): () => void;
}
/** What is known of a client of the driver beyond its types. */
interface Inside {
  readonly processID: number;
  readonly connection: { readonly stream: { write: (...input: never[]) => boolean } };
}
type Hit = (connection: Connection, send: () => Promise<unknown>) => Promise<unknown>;

/** Calls `hit` once, when a settlement is about to send the statement. */
function hitSettlement(pool: Connectable, statement: RegExp, hit: Hit): () => void {
  const connect = pool.connect.bind(pool);
  let isHit = false;
  pool.connect = async () => {
    const client = await connect();
    const query = client.query.bind(client) as (...input: unknown[]) => Promise<unknown>;
    let isSettlement = false;
    const watching = (...input: unknown[]): Promise<unknown> => {
      const text = textOf(input[0]);
      if (text.startsWith('set local role'))
        isSettlement = text.includes(roleOf(registry, 'settlement')) && text.includes('system:gateway');
      if (isHit || !isSettlement || !statement.test(text)) return query(...input);
      isHit = true;
      return hit(connectionOf(client), () => query(...input));
    };
    client.query = watching as typeof client.query;
    const release = client.release.bind(client);
    client.release = (error) => {
      client.query = query as unknown as typeof client.query;
      client.release = release;
      release(error);
    };
    return client;
  };
  return () => {
    pool.connect = connect;
  };
}

function connectionOf(client: pg.PoolClient): Connection {
  const { processID, connection } = client as unknown as Inside;
  return {
    processId: processID,
    holdBack() {
      const { stream } = connection;
      const held: never[][] = [];
      stream.write = (...input) => held.push(input) > 0;
      return () => {
        // What stands in the prototype is the driver's own again.
        Reflect.deleteProperty(stream, 'write');
        for (const input of held) stream.write(...input);
      };
    },
  };
}

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
}
