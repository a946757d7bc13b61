import type pg from 'pg';
import { expect } from 'vitest';
import { readExport } from '../../../../privacy/testing/read-export.ts';
import { runJobNow } from '../../../kernel/jobs.ts';
import { test } from '../../../testing/gateway.ts';

/** Everything written about an account, by its file in the archive. */
const tables: Record<string, string> = {
  'account/balances.json': 'wallet.accounts',
  'account/movements.json': 'wallet.transfers',
  'account/reservations.json': 'wallet.holds',
  'account/bills.json': 'billing.bill_rows',
  'account/usage-by-hour.json': 'billing.usage_hours',
  'account/billed-until.json': 'billing.billed_tenants',
};

async function rowsOf(admin: pg.Pool, table: string, tenantId: string): Promise<string[]> {
  const { rows } = await admin.query<{ line: string }>(
    `select to_jsonb(r)::text as line from ${table} r where r.tenant_id = $1`,
    [tenantId],
  );
  return rows.map(({ line }) => line).toSorted();
}

test(
  'CHIPL-8.1.a FC-6.3 a copy holds balance, movements, reservations, usage and bills of the own account, row by row as in the database',
  { timeout: 180_000 },
  async ({ cloud, database }) => {
    const customer = await cloud.customer(100_000_000n);
    const { person, client } = customer;
    const messages = [{ role: 'user' as const, content: 'Hello' }];
    await client.chat.completions.create({ model: cloud.modelId, messages });
    await cloud.usage(customer, 1);
    await cloud.customer(1_000_000n);
    await database.admin.query(
      `insert into billing.billed_tenants (tenant_id, billed_until, carry_micros) values ('${person.tenant.id}', '2026-11-01T01:00:00Z', 70)`,
    );
    await database.admin.query(
      `insert into billing.bill_rows (id, tenant_id, period_start, period_end, month, product, resource_id, billing_item,
       price_version_id, is_late, requests, quantity, unit, list_micros, cash_micros, carried_micros, created_at)
     values ('bill_of_a_test', '${person.tenant.id}', '2026-11-01T00:00:00Z', '2026-11-01T01:00:00Z', '2026-11', 'model', 'small',
       'input', 'price_a', false, 1, 10, 'token', 20070, 20000, 70, '2026-11-01T01:03:00Z')`,
    );
    // More than one batch, with hours that two keys share.
    await database.admin.query(
      `insert into billing.usage_hours (tenant_id, hour, api_key_id, model_id, requests, estimated_requests, input_tokens, output_tokens, charge_micros)
       select '${person.tenant.id}', '2026-01-01T00:00:00Z'::timestamptz + n / 2 * interval '1 hour', 'key_' || n % 2, 'small', 1, 0, n, 1, 10
       from generate_series(1, 1201) n`,
    );
    const asked = await person.call('POST', '/api/privacy/exports', {
      language: 'zh',
      proof: { password: person.password },
    });
    const { id } = asked.json<{ id: string }>();
    await runJobNow(cloud.system, 'privacy.write-export', { exportId: id });
    const file = await cloud.app.inject({ url: `/api/privacy/exports/${id}/file`, headers: person.headers });
    const { files } = await readExport(file.rawPayload);
    for (const [name, table] of Object.entries(tables)) {
      const content = files.get(name) ?? '';
      const lines = content
        .split('\n')
        .slice(1, -2)
        .map((line) => line.replace(/,$/, ''))
        .filter((line) => line !== '');
      const held = await rowsOf(database.admin, table, person.tenant.id);
      expect({ name, lines: lines.toSorted() }).toEqual({ name, lines: held });
      expect(() => JSON.parse(content) as unknown).not.toThrow();
      if (name !== 'account/reservations.json')
        expect({ name, rows: held.length > 0 }).toEqual({ name, rows: true });
    }
  },
);
