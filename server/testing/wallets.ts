import { asSystem, type Ctx, tenantOf } from '../kernel/context.ts';
import { newId } from '../kernel/id.ts';
import { clearingAccount, postTransfers } from '../modules/wallet/index.ts';

/** Puts money into the wallet of the context's tenant, as if it had come in by a channel. */
export async function fundWallet(ctx: Ctx, amountMicros: bigint): Promise<void> {
  const id = newId('topup');
  await postTransfers(asSystem(ctx, 'test'), [
    {
      id,
      kind: 'post',
      code: 'top_up',
      debit: clearingAccount('test'),
      credit: `cash:${tenantOf(ctx)}`,
      amountMicros,
      refType: 'top_up',
      refId: id,
    },
  ]);
}
