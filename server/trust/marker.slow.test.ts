import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import { inTransaction } from '../kernel/db.ts';
import { createLog } from '../kernel/log.ts';
import { openRows } from '../kernel/sealed-rows.ts';
import { entryDetails } from '../modules/audit/schema.ts';
import { anOperator } from '../testing/factories.ts';
import { buildTestApp, contextWith, type Database, test } from '../testing/test.ts';
import { fillPath, type JsonSchema, operationsOf } from './operations.ts';

/** A word no code of ours contains. Wherever it turns up, an input leaked there. */
const marker = 'zqxmarkerzqx';
const phoneMarker = '13877665544';

function captureLines(): { stream: Writable; lines: string[] } {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  return { stream, lines };
}

/** Fills every field of a body with the marker, in a form its format accepts where that is possible. */
function marked(schema: JsonSchema | undefined, key = ''): unknown {
  const variant = schema?.anyOf?.[0] ?? schema?.oneOf?.[0] ?? schema;
  if (variant?.const !== undefined) return variant.const;
  if (variant?.enum !== undefined) return variant.enum[0];
  if (variant?.properties !== undefined) {
    return Object.fromEntries(
      Object.entries(variant.properties).map(([name, property]) => [name, marked(property, name)]),
    );
  }
  if (variant?.type === 'array') return [marked(variant.items, key)];
  if (variant?.type === 'integer' || variant?.type === 'number') return 1;
  if (variant?.type === 'boolean') return true;
  if (/email/i.test(key)) return `${marker}@example.com`;
  if (/phone/i.test(key)) return phoneMarker;
  return `${marker}-${key}`;
}

async function drive(
  app: FastifyInstance,
  database: Database,
): Promise<{ errors: string[]; answered: number }> {
  const errors: string[] = [];
  let answered = 0;
  for (const operation of operationsOf(app)) {
    const person = await anOperator(app, database);
    const hasBody = operation.method !== 'GET' && operation.method !== 'DELETE';
    const variants = operation.bodySchema?.anyOf ??
      operation.bodySchema?.oneOf ?? [operation.bodySchema ?? {}];
    for (const variant of variants) {
      const response = await app.inject({
        method: operation.method,
        url: fillPath(operation.path, () => marker),
        query: Object.fromEntries(operation.queryParameters.map((name) => [name, marker])),
        headers: {
          ...person.headers,
          'user-agent': 'tests',
          ...(operation.path.startsWith('/v1') ? { authorization: `Bearer sk-${marker}` } : {}),
          ...(hasBody ? { 'content-type': 'application/json', 'idempotency-key': marker } : {}),
        },
        ...(hasBody ? { payload: JSON.stringify(marked(variant)) } : {}),
      });
      answered += 1;
      if (response.statusCode >= 400) errors.push(`${operation.method} ${operation.path}: ${response.body}`);
    }
  }
  return { errors, answered };
}

test(
  'DRUN-3.2.c a marker sent through every input is in no log line, error body, queue payload or metric',
  { timeout: 180_000 },
  async ({ database, clock }) => {
    const { stream, lines } = captureLines();
    const log = createLog('debug', stream);
    const app = await buildTestApp(database, clock, log);
    await app.ready();
    const { errors, answered } = await drive(app, database);
    expect(answered).toBeGreaterThan(20);
    const queue = await database.admin.query(
      `select payload::text, last_error, key from graphile_worker._private_jobs`,
    );
    const metrics = await app.inject({ url: '/metrics' });
    const entries = await database.admin.query(
      `select actor, action, target_id, details::text from audit.entries`,
    );
    const system = contextWith(database, clock, { kind: 'system', name: 'test' }, null);
    const details = await inTransaction(system, 'security', async (ctx) =>
      openRows(ctx, entryDetails, await ctx.db.select().from(entryDetails)),
    );
    expect(details.length).toBeGreaterThan(20);
    await app.close();
    const leaks = (texts: readonly string[]) =>
      texts.filter((text) => text.includes(marker) || text.includes(phoneMarker));
    expect(lines.length).toBeGreaterThan(20);
    expect(leaks(lines)).toEqual([]);
    expect(leaks(errors)).toEqual([]);
    expect(leaks(queue.rows.map((row) => JSON.stringify(row)))).toEqual([]);
    expect(leaks([...entries.rows, ...details].map((row) => JSON.stringify(row)))).toEqual([]);
    expect(leaks([metrics.body])).toEqual([]);
  },
);

test('DRUN-3.2.c an unforeseen database error is logged without the values it quotes', async ({
  database,
}) => {
  const { stream, lines } = captureLines();
  const log = createLog('info', stream);
  await database.admin.query('create table public.twice (word text constraint twice_word_key unique)');
  const insert = () => database.admin.query('insert into public.twice values ($1)', [marker]);
  await insert();
  const violation: unknown = await insert().catch((error: unknown) => error);
  expect(JSON.stringify(violation)).toContain(marker);
  log.error(
    { err: new Error(`Failed query: insert … params: ${marker}`, { cause: violation }) },
    'request failed',
  );
  expect(lines.join('')).not.toContain(marker);
  expect(lines.join('')).toContain('twice_word_key');
});
