import { expect } from 'vitest';
import { runErasure } from '../privacy/erasure/index.ts';
import { confirmed, test } from '../../testing/erasing.ts';
import { aPerson, anOperator, type Person } from '../../testing/factories.ts';
import { newId } from '../../kernel/id.ts';
import { at, record, usage } from './usage-rows.fixture.ts';

interface Event {
  readonly requestId: string;
  readonly tenantId: string;
  readonly apiKeyName: string | null;
  readonly outcome: string;
}

/** What an operator is answered; the operator of the tests says why in a header. */
async function read(operator: Person, query: string): Promise<readonly Event[]> {
  const answer = await operator.call('GET', `/api/billing/account-events?${query}`);
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json<{ items: Event[] }>().items;
}

test('CHIPL-10.2.b an operator who says why reads the calls of one account or the one with an id, and its person reads who looked', async ({
  app,
  database,
  ctx,
}) => {
  const [customer, other, operator] = [
    await aPerson(app),
    await aPerson(app),
    await anOperator(app, database),
  ];
  const call = (person: Person, changes: object = {}) =>
    usage(ctx, at('2026-11-02T03:10:00Z'), {
      tenantId: person.tenant.id,
      userId: person.user.id,
      ...changes,
    });
  const failed = call(customer, { outcome: 'upstream_failed' });
  const calls = [call(customer), failed, call(other)];
  await record(ctx, calls);
  const ofCustomer = await read(operator, `tenantId=${customer.tenant.id}`);
  expect(ofCustomer.map(({ requestId }) => requestId).toSorted()).toEqual(
    calls
      .slice(0, 2)
      .map(({ requestId }) => requestId)
      .toSorted(),
  );
  expect(ofCustomer[0]).toMatchObject({ tenantId: customer.tenant.id, apiKeyName: null });
  expect(await read(operator, `requestId=${failed.requestId}`)).toMatchObject([
    { requestId: failed.requestId, outcome: 'upstream_failed' },
  ]);
  expect(await read(operator, `requestId=${newId('req')}`)).toEqual([]);
  expect(await read(operator, `tenantId=${customer.tenant.id}&outcome=completed`)).toHaveLength(1);
  expect(await read(operator, `tenantId=${other.tenant.id}&requestId=${failed.requestId}`)).toEqual([]);
  const reads = (await customer.call('GET', '/api/audit/staff-reads')).json<{
    items: { what: string[] }[];
  }>();
  expect(reads.items).toHaveLength(3);
  expect(reads.items[0]?.what).toContain('billing.usage_events.sku');
  expect((await other.call('GET', '/api/audit/staff-reads')).json<{ items: unknown[] }>().items).toEqual([]);

  const url = `/api/billing/account-events?tenantId=${customer.tenant.id}`;
  expect((await customer.call('GET', url)).statusCode).toBe(403);
  const { 'x-candor-reason': _reason, ...silent } = operator.headers as Record<string, string>;
  // Also where nothing would be found.
  for (const asked of [url, `/api/billing/account-events?requestId=${newId('req')}`]) {
    const unexplained = await app.inject({ method: 'GET', url: asked, headers: silent });
    expect(unexplained.json()).toMatchObject({ code: 'audit.reason_required' });
  }
  expect((await operator.call('GET', '/api/billing/account-events')).json()).toMatchObject({
    status: 400,
    code: 'billing.account_or_request_missing',
  });
});

test('DRUN-7.3 of an erased person an operator reads no call, also of those that are on no bill yet', async ({
  app,
  database,
  ctx,
  system,
}) => {
  const operator = await anOperator(app, database);
  const leaver = await aPerson(app);
  const call = usage(ctx, ctx.clock.now(), { tenantId: leaver.tenant.id, userId: leaver.user.id });
  await record(ctx, [call]);
  expect(await read(operator, `tenantId=${leaver.tenant.id}`)).toHaveLength(1);
  const { erasureId } = await confirmed(leaver);
  expect(await runErasure(system, erasureId)).toBe('certified');
  expect(await read(operator, `tenantId=${leaver.tenant.id}`)).toEqual([]);
  expect(await read(operator, `requestId=${call.requestId}`)).toEqual([]);
});
