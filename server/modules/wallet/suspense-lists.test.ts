import { expect } from 'vitest';
import type { Ctx } from '../../kernel/context.ts';
import { createLog } from '../../kernel/log.ts';
import { runErasure } from '../privacy/erasure/index.ts';
import { confirmed, test } from '../../testing/erasing.ts';
import { anOperator, aPerson, type Person } from '../../testing/factories.ts';
import { payment } from './bank-payments.fixture.ts';
import { countPaymentsToDecide } from './count-payments-to-decide.ts';
import { inSettlement } from './retry.ts';
import { suspendPayment } from './suspend-payment.ts';

const path = '/api/wallet/suspended-payments';

async function list(operator: Person, query: string) {
  const answer = await operator.call('GET', `${path}?${query}`);
  return answer.json<{ items: { id: string }[] }>().items.map(({ id }) => id);
}

test('an assignment to an account that was closed after it was proposed is not credited; the money waits', async ({
  app,
  database,
  system,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const { id } = await inSettlement(system, (ctx) =>
    suspendPayment(ctx, { channel: 'sandbox', tradeNumber: 'NOHEIR', amountMicros: 10_000_000n }),
  );
  const heir = await aPerson(app);
  await first.call('POST', `${path}/${id}/assign`, { tenantId: heir.tenant.id, proof: 'bank_statement' });
  const { erasureId } = await confirmed(heir);
  expect(await runErasure(system, erasureId)).toBe('certified');
  const late = await second.call('POST', `${path}/${id}/approve`);
  expect([late.statusCode, late.json()]).toMatchObject([404, { code: 'wallet.tenant_not_found' }]);
  expect(await list(first, 'status=proposed')).toEqual([id]);
  expect((await first.call('POST', `${path}/${id}/decline`)).statusCode).toBe(204);
  const check = await first.call('GET', '/api/wallet/ledger-check');
  expect(check.json()).toMatchObject({ sumMicros: 0, mismatches: [] });
});

test('money in suspense is logged when it comes, counted while it waits, and shown for a reason that its owner reads', async ({
  app,
  database,
  ctx,
  system,
}) => {
  const [first, second] = [await anOperator(app, database), await anOperator(app, database)];
  const counting: Ctx = { ...ctx, actor: { ...ctx.actor, isOperator: true } as Ctx['actor'] };
  const before = await countPaymentsToDecide(counting);
  const logged: string[] = [];
  const log = createLog('warn', { write: (line) => void logged.push(line) });
  const ids: string[] = [];
  for (const tradeNumber of ['LISTED1', 'LISTED2', 'LISTED3', 'LISTED3']) {
    const { id } = await inSettlement({ ...system, log }, (ctx) =>
      suspendPayment(ctx, { channel: 'sandbox', tradeNumber, amountMicros: 1_000_000n }),
    );
    ids.push(id);
  }
  const [oldest = '', middle = '', newest = '', again] = ids;
  expect(again).toBe(newest);
  expect(logged.map((line) => JSON.parse(line) as object)).toMatchObject(
    [oldest, middle, newest].map((id) => ({ suspendedPaymentId: id, channel: 'sandbox' })),
  );

  const heir = await aPerson(app);
  await first.call('POST', `${path}/${middle}/assign`, { tenantId: heir.tenant.id, proof: 'bank_statement' });
  await first.call('POST', '/api/wallet/bank-transfers', payment(heir.tenant.id, 'COUNTED1'));
  expect(await countPaymentsToDecide(counting)).toEqual({
    bankTransfers: before.bankTransfers + 1,
    suspended: before.suspended + 3,
  });
  await second.call('POST', `${path}/${middle}/approve`);
  expect(await countPaymentsToDecide(counting)).toMatchObject({ suspended: before.suspended + 2 });

  await list(first, 'limit=2');
  const { rows } = await database.admin.query<{ id: string }>(
    'select subject_id as id from audit.staff_reads where subject_id = $1',
    [heir.user.id],
  );
  expect(rows, 'who is shown a payment of the heir is written down').toHaveLength(1);
  const { cookie } = first.headers;
  const silent = await app.inject({ url: path, headers: { cookie } });
  expect(silent.json()).toMatchObject({ code: 'audit.reason_required' });
});
