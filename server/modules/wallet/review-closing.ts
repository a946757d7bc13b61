import { inTransaction } from '../../kernel/db.ts';
import { reviewClosing } from '../../kernel/closing-accounts.ts';
import { walletBalance } from './balance.ts';

/** Money that is left when an account is closed: shown before, and lost only when the person says so. */
reviewClosing('wallet', async (ctx, { tenantId }) => {
  if (tenantId === null) return {};
  const { balanceMicros, owedMicros } = await inTransaction(
    { ...ctx, tenantId },
    'settlement',
    walletBalance,
  );
  return { balanceMicros, owedMicros };
});
