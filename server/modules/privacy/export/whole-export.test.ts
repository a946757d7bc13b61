import { expect } from 'vitest';
import { readExport, type ReadExport } from '../../../../privacy-engine/testing/read-export.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import { sealingOf } from '../../../kernel/sealed-rows.ts';
import { test } from '../../../testing/gateway.ts';
import {
  aWholeLife,
  placeOf,
  readOwnRows,
  tablesAboutPersons,
  type WholeLife,
} from '../../../trust/one-of-everything.fixture.ts';

async function takeCopy({ cloud, customer: { person } }: WholeLife): Promise<ReadExport> {
  const asked = await person.call('POST', '/api/privacy/exports', {
    language: 'zh',
    proof: { password: person.password },
  });
  expect(asked.statusCode, asked.body).toBe(202);
  const { id } = asked.json<{ id: string }>();
  await runJobNow(cloud.system, 'privacy.write-export', { exportId: id });
  const file = await cloud.app.inject({ url: `/api/privacy/exports/${id}/file`, headers: person.headers });
  return readExport(file.rawPayload);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A value as it stands in a copy, by nothing but its type. */
function inCopy(valueType: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (valueType === 'bigint') return textOf(value);
  if (valueType === 'instant') return new Date(value as string).toISOString();
  // Lists of numbers of 64 bits stand as digits, like single ones.
  if (Array.isArray(value)) return value.map((one: unknown) => (typeof one === 'number' ? String(one) : one));
  return value;
}

test(
  'CHIPL-8.1.a FC-6.3 a copy holds every row of a person and of their own account, with every value that is declared to be given',
  { timeout: 180_000 },
  async ({ cloud, database }) => {
    const world = await aWholeLife(cloud, database.admin);
    const sealing = sealingOf(cloud.system);
    const held = new Map<string, Record<string, unknown>[]>();
    for (const table of tablesAboutPersons()) {
      const rows = await readOwnRows(database.admin, sealing, table, world.owner);
      expect({ table: placeOf(table), hasRows: rows.length > 0 }).toEqual({
        table: placeOf(table),
        hasRows: true,
      });
      held.set(placeOf(table), rows);
    }
    const { data, tables } = await takeCopy(world);
    for (const table of tablesAboutPersons()) {
      const place = placeOf(table);
      const given = table.columns.filter(({ datum }) => datum !== null && typeof datum.export !== 'object');
      if (given.length === 0) continue;
      const keyKey = table.columns.find(({ name }) => name === table.keyColumn)?.key ?? '';
      const copied = new Map(
        data.tables[place]?.rows.map((row) => [textOf(row[table.keyColumn ?? '']), row]),
      );
      for (const row of held.get(place) ?? []) {
        const found = copied.get(textOf(row[keyKey]));
        for (const { key, name, datum, valueType } of given) {
          const what = `${place}.${name}`;
          if (datum?.export === 'masked') {
            expect({ what, value: textOf(found?.[name] ?? '').replace(/^\*{4,}/, '') }).toEqual({
              what,
              value: textOf(row[key]).slice(-4),
            });
            continue;
          }
          expect({ what, value: found?.[name] }).toEqual({ what, value: inCopy(valueType, row[key]) });
        }
      }
      expect({ place, rows: tables[place]?.length }).toEqual({
        place,
        rows: data.tables[place]?.rows.length,
      });
    }
  },
);

test(
  'the sums of a copy are those of the books: the balance is the sum of the movements, a bill that of its lines, usage that of its hours',
  { timeout: 180_000 },
  async ({ cloud, database }) => {
    const life = await aWholeLife(cloud, database.admin);
    const { person } = life.customer;
    const copy = await takeCopy(life);
    const rowsOf = (table: string) => copy.data.tables[table]?.rows ?? [];
    const micros = (value: unknown) => (typeof value === 'bigint' ? value : BigInt(textOf(value ?? 0)));
    const sum = (values: readonly unknown[]) =>
      values.reduce<bigint>((all, value) => all + micros(value), 0n);

    const cash = `cash:${person.tenant.id}`;
    const movements = rowsOf('wallet.transfers').filter(({ credit_account_id: credit }) => credit !== null);
    const moved = movements.map(
      ({ credit_account_id: credit, debit_account_id: debit, amount_micros: amount }) =>
        credit === cash ? micros(amount) : debit === cash ? -micros(amount) : 0n,
    );
    const account = rowsOf('wallet.accounts').find(({ id }) => id === cash);
    expect(sum(moved)).toBeGreaterThan(0n);
    expect(micros(account?.['posted_micros'])).toBe(sum(moved));
    const balance = (await person.call('GET', '/api/wallet')).json<{ balanceMicros: number }>();
    expect(micros(account?.['posted_micros'])).toBe(BigInt(balance.balanceMicros));

    const lines = rowsOf('billing.bill_rows').filter(({ month }) => month === '2026-01');
    const months = (await person.call('GET', '/api/billing/months')).json<{
      items: { month: string; cashMicros: number }[];
    }>();
    expect(months.items.map(({ month, cashMicros }) => ({ month, cashMicros: BigInt(cashMicros) }))).toEqual([
      { month: '2026-01', cashMicros: sum(lines.map(({ cash_micros: cash }) => cash)) },
    ]);
    expect(lines).toHaveLength(2);

    const calls = rowsOf('billing.usage_events').filter(({ sku }) => sku === cloud.modelId);
    const hours = rowsOf('billing.usage_sums').filter(({ sku }) => sku === cloud.modelId);
    expect(sum(calls.map(({ charge_micros: charge }) => charge))).toBeGreaterThan(0n);
    expect(sum(hours.map(({ charge_micros: charge }) => charge))).toBe(
      sum(calls.map(({ charge_micros: charge }) => charge)),
    );
  },
);
