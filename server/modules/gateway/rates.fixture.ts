import { expect, onTestFinished } from 'vitest';
import { createLog } from '../../kernel/log.ts';
import { type Cloud, type Customer, postChat } from '../../testing/gateway.ts';
import { buildTestApp } from '../../testing/test.ts';

export const minuteMs = 60_000;

export function aGate(): { readonly gate: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  return { gate, open };
}

/** Statuses of so many requests, sent at once to the gateways in turn. */
export async function ask(clouds: readonly Cloud[], customer: Customer, count: number, more: object = {}) {
  const answers = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const cloud = clouds[at % clouds.length];
      if (cloud === undefined) throw new Error('no gateway');
      const answer = await postChat(cloud, customer, { max_tokens: 10, ...more });
      await answer.text();
      return answer.status;
    }),
  );
  return {
    passed: answers.filter((status) => status === 200).length,
    statuses: [...new Set(answers)].sort((a, b) => a - b),
  };
}

type TestDatabase = Parameters<typeof buildTestApp>[0];

/** What gateways have taken together of the limits of a key; null when it was never counted. */
export async function counted(cloud: Cloud, database: TestDatabase, { apiKeyId }: Customer) {
  const { rows } = await database.admin.query<{ tokens: number; places: Record<string, number> }>(
    'select tokens::int, places from gateway.rate_counters where key_hash = $1',
    [cloud.system.keyedHash('gateway/rate', apiKeyId)],
  );
  return rows[0] ?? null;
}

export const patient = { timeout: 20_000 };

/** Resolves when every gateway has given its places back. */
export async function untilNoPlaces(
  ...[cloud, database, customer]: Parameters<typeof counted>
): Promise<void> {
  await expect.poll(async () => (await counted(cloud, database, customer))?.places, patient).toEqual({});
}

/** Another gateway on the same database. */
export async function secondGateway(
  cloud: Cloud,
  database: TestDatabase,
  clock: Parameters<typeof buildTestApp>[1],
): Promise<Cloud> {
  const app = await buildTestApp(database, clock, createLog('silent'));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  return { ...cloud, app, url };
}
