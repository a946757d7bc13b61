import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect } from 'vitest';
import { readMigrations } from '../../database/migration-files.ts';
import { migrationsFolder } from '../../places.ts';
import { priceMicros } from '../../kernel/money.ts';
import { onDatabase } from '../../testing/on-database.ts';
import { test as base } from '../../testing/test.ts';

/** A database as the release before meters left it, in a transaction of the test. */
const test = base.extend<{ landed: pg.Client }>({
  landed: async ({ database }, use) => {
    const server = new pg.Client({ connectionString: database.adminUrl });
    await server.connect();
    const name = `candor_test_meters_${randomBytes(6).toString('hex')}`;
    await server.query(`create database ${name}`);
    const client = new pg.Client({ connectionString: onDatabase(database.adminUrl, name) });
    await client.connect();
    for (const { statements } of readMigrations(migrationsFolder).slice(0, placeOfMeters()))
      for (const statement of statements) await client.query(statement);
    await use(client);
    await client.end();
    await server.query(`drop database ${name} with (force)`);
    await server.end();
  },
});

function placeOfMeters(): number {
  return readMigrations(migrationsFolder).findIndex(({ tag }) => tag.endsWith('_meters'));
}

async function migrate(client: pg.Client): Promise<void> {
  for (const statement of readMigrations(migrationsFolder)[placeOfMeters()]?.statements ?? [])
    await client.query(statement);
}

interface Call {
  readonly id: number;
  readonly input: number;
  readonly output: number;
  readonly price: keyof typeof prices;
}

const prices = {
  dear: { input: { micros: 2_000_000n, perUnits: 1_000_000n }, output: { micros: 7n, perUnits: 3n } },
  odd: { input: { micros: 1n, perUnits: 7n }, output: { micros: 5n, perUnits: 11n } },
  free: { input: { micros: 0n, perUnits: 1n }, output: { micros: 0n, perUnits: 1n } },
};

const calls: readonly Call[] = (['dear', 'odd', 'free'] as const).flatMap((price, which) =>
  [
    [12, 34],
    [1, 1],
    [90_001, 0],
    [0, 0],
    [5, 12_345],
  ].map(([input = 0, output = 0], index) => ({ id: which * 10 + index, input, output, price })),
);

/** What the former release charged: both parts as fractions, rounded up once. */
function chargeOf({ input, output, price }: Call): bigint {
  return priceMicros([
    { quantity: input, price: prices[price].input },
    { quantity: output, price: prices[price].output },
  ]);
}

/** As the former release writes them: by names of columns, without those it does not know. */
async function writeAsBefore(client: pg.Client, batch: readonly Call[]): Promise<void> {
  for (const call of batch) {
    await client.query(
      `insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, model_id, price_version_id, input_tokens,
         output_tokens, charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
       values ($1, $2, 'tenant', 'user', 'key', $3, $4, $5, $6, $7, $8, false, 'completed', now(), 1, '2026-11-02T03:10:00Z', '2026-11-02T03:10:00Z', false, now())`,
      [
        `usage_${call.id}`,
        `req_${call.id}`,
        `model-${call.price}`,
        `price_${call.price}`,
        call.input,
        call.output,
        chargeOf(call),
        call.id % 2 === 0,
      ],
    );
    await client.query(
      `insert into billing.usage_hours as h (tenant_id, hour, api_key_id, model_id, requests, estimated_requests, input_tokens, output_tokens, charge_micros)
       values ('tenant', '2026-11-02T03:00:00Z', 'key', $1, 1, $2, $3, $4, $5)
       on conflict (tenant_id, hour, api_key_id, model_id) do update set requests = h.requests + excluded.requests,
         estimated_requests = h.estimated_requests + excluded.estimated_requests, input_tokens = h.input_tokens + excluded.input_tokens,
         output_tokens = h.output_tokens + excluded.output_tokens, charge_micros = h.charge_micros + excluded.charge_micros`,
      [`model-${call.price}`, call.id % 2 === 0 ? 1 : 0, call.input, call.output, chargeOf(call)],
    );
  }
}

async function writePrices(client: pg.Client, suffix = ''): Promise<void> {
  for (const [name, { input, output }] of Object.entries(prices)) {
    await client.query(
      `insert into catalog.price_versions (id, model_id, currency, input_micros, input_per_tokens, output_micros, output_per_tokens, effective_from, published_at)
       values ($1, $2, 'CNY', $3, $4, $5, $6, now(), now())`,
      [
        `price_${name}${suffix}`,
        `model-${name}${suffix}`,
        input.micros,
        input.perUnits,
        output.micros,
        output.perUnits,
      ],
    );
  }
}

async function writeModels(client: pg.Client): Promise<void> {
  for (const name of Object.keys(prices).flatMap((price) => [price, `${price}-later`]))
    await client.query(
      `insert into catalog.models (id, display_name, description, provider, kind, context_tokens, tags, is_nonsense, created_at, updated_at)
       values ($1, '{}', '{}', 'x', 'chat', 1, '{}', false, now(), now())`,
      [`model-${name}`],
    );
}

const rowsOf = async (client: pg.Client, query: string) =>
  (await client.query<Record<string, unknown>>(query)).rows;

/** Every figure that the former release shows: calls, hours, bills, statistics, price versions. */
async function figuresOf(client: pg.Client): Promise<unknown> {
  return {
    events: await rowsOf(
      client,
      'select id, model_id, price_version_id, input_tokens, output_tokens, charge_micros, billable_at from billing.usage_events order by id',
    ),
    hours: await rowsOf(client, 'select * from billing.usage_hours order by seq'),
    bills: await rowsOf(client, 'select * from billing.bill_rows order by seq'),
    statistics: await rowsOf(client, 'select * from billing.model_statistics order by model_id'),
    prices: await rowsOf(
      client,
      'select id, model_id, input_micros, input_per_tokens, output_micros, output_per_tokens, effective_from from catalog.price_versions order by id',
    ),
  };
}

/** What differs between what the meters say and what the columns of the former release say of the same row. */
const differences = {
  events: `select id, meters, quantities, charges_micros, charge_micros from billing.usage_events e,
    lateral (select coalesce(sum(quantity) filter (where meter = 'gateway.calls'), 0) as calls,
      coalesce(sum(quantity) filter (where meter = 'gateway.input-tokens'), 0) as input,
      coalesce(sum(quantity) filter (where meter = 'gateway.output-tokens'), 0) as output, sum(charge) as charge, min(charge) as least
      from unnest(meters, quantities, charges_micros) as line (meter, quantity, charge)) said
    where sku <> model_id or calls <> 1 or input <> input_tokens or output <> output_tokens or charge <> charge_micros or least < 0`,
  hours: `select h.* from billing.usage_hours h, lateral (select sum(quantity) filter (where meter = 'gateway.calls') as calls,
      sum(estimated_quantity) filter (where meter = 'gateway.calls') as estimated,
      coalesce(sum(quantity) filter (where meter = 'gateway.input-tokens'), 0) as input,
      coalesce(sum(quantity) filter (where meter = 'gateway.output-tokens'), 0) as output, sum(charge_micros) as charge
      from billing.usage_sums s where (s.tenant_id, s.hour, s.api_key_id, s.sku) = (h.tenant_id, h.hour, h.api_key_id, h.model_id)) said
    where (calls, estimated, input, output, charge) is distinct from
      (h.requests::numeric, h.estimated_requests::numeric, h.input_tokens::numeric, h.output_tokens::numeric, h.charge_micros::numeric)`,
  prices: `select * from catalog.price_versions where sku <> model_id or meters <> array['gateway.input-tokens', 'gateway.output-tokens']
    or micros <> array[input_micros, output_micros] or per_units <> array[input_per_tokens, output_per_tokens]`,
  statistics: `select s.* from billing.model_statistics s where (
      select array_agg(u.unit || ' ' || u.persons || ' ' || u.quantity order by u.unit) from billing.usage_statistics u
      where u.month = s.month and u.sku = s.model_id)
    is distinct from array['call ' || s.persons || ' ' || s.requests, 'token ' || s.persons || ' ' || s.tokens]`,
};

async function expectNoDifference(client: pg.Client): Promise<void> {
  for (const [what, query] of Object.entries(differences))
    expect(await rowsOf(client, query), what).toEqual([]);
}

/** The shares of a call as the release with meters computes them. */
async function expectExactShares(client: pg.Client, of: readonly Call[]): Promise<void> {
  for (const call of of) {
    const { rows } = await client.query<{ meters: string[]; charges: string[] }>(
      'select meters, charges_micros::text[] as charges from billing.usage_events where id = $1',
      [`usage_${call.id}`],
    );
    const input = priceMicros([{ quantity: call.input, price: prices[call.price].input }]);
    const place = rows[0]?.meters.indexOf('gateway.input-tokens') ?? -1;
    if (call.input > 0) expect(BigInt(rows[0]?.charges[place] ?? -1), JSON.stringify(call)).toBe(input);
  }
}

test('the landed database keeps every bill, sum, price and figure of usage, and meters say the same', async ({
  landed,
}) => {
  await writeModels(landed);
  await writePrices(landed);
  await writeAsBefore(landed, calls);
  for (const [seq, month] of ['2026-09', '2026-10'].entries())
    await landed.query(
      `insert into billing.bill_rows (id, tenant_id, period_start, period_end, month, product, resource_id, billing_item, price_version_id,
         is_late, requests, quantity, unit, list_micros, cash_micros, carried_micros, created_at)
       values ($1, 'tenant', now(), now() + interval '1 hour', $2, 'models', 'model-dear', 'tokens', 'price_dear', false, 3, 46, 'tokens', 12345, 10000, 2345, now())`,
      [`bill_${seq}`, month],
    );
  await landed.query(`insert into billing.statistics_months values ('2026-09', now())`);
  await landed.query(`insert into billing.model_statistics values ('2026-09', 'model-dear', 5, 110, 1700)`);
  const before = await figuresOf(landed);
  await migrate(landed);
  expect(await figuresOf(landed)).toEqual(before);
  await expectNoDifference(landed);
  await expectExactShares(landed, calls);
});

test('what the former release writes beside this one is metered, and what this one writes is a charge to the former', async ({
  landed,
}) => {
  await writeModels(landed);
  await writePrices(landed);
  await writeAsBefore(landed, calls.slice(0, 4));
  await migrate(landed);
  await writeAsBefore(landed, calls.slice(4));
  await writePrices(landed, '-later');
  await landed.query(`insert into billing.statistics_months values ('2026-09', now())`);
  await landed.query(`insert into billing.model_statistics values ('2026-09', 'model-dear', 5, 110, 1700)`);
  await expectNoDifference(landed);
  await expectExactShares(landed, calls);

  await landed.query(
    `insert into billing.usage_events (id, request_id, tenant_id, user_id, api_key_id, sku, price_version_id, meters, quantities, charges_micros,
       charge_micros, is_estimated, is_streamed, outcome, started_at, duration_ms, finished_at, billable_at, is_late, created_at)
     values ('usage_new', 'req_new', 'tenant', 'user', 'key', 'model-dear', 'price_dear',
       array['gateway.calls', 'gateway.input-tokens', 'gateway.cached-input-tokens', 'gateway.output-tokens', 'gateway.reasoning-tokens'],
       array[1, 10, 7, 5, 3], array[0, 20, 4, 11, 7], 42, false, false, 'completed', now(), 1, now(), now(), false, now())`,
  );
  await landed.query(
    `insert into catalog.price_versions (id, sku, currency, meters, micros, per_units, effective_from, published_at)
     values ('price_new', 'model-new', 'CNY', array['gateway.output-tokens', 'gateway.cached-input-tokens', 'gateway.input-tokens'],
       array[9, 1, 4], array[10, 10, 100], now(), now())`,
  );
  expect(
    await rowsOf(
      landed,
      `select model_id, input_tokens::int, output_tokens::int, charge_micros::int from billing.usage_events where id = 'usage_new'`,
    ),
  ).toEqual([{ model_id: 'model-dear', input_tokens: 17, output_tokens: 8, charge_micros: 42 }]);
  expect(
    await rowsOf(
      landed,
      `select model_id, input_micros::int, input_per_tokens::int, output_micros::int, output_per_tokens::int from catalog.price_versions where id = 'price_new'`,
    ),
  ).toEqual([
    {
      model_id: 'model-new',
      input_micros: 4,
      input_per_tokens: 100,
      output_micros: 9,
      output_per_tokens: 10,
    },
  ]);
});
