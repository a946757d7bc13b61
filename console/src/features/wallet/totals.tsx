import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import type { BankTransferStatus } from '../../shared/api/entities.ts';
import { formatYuan } from '../../shared/money.ts';
import type { TransactionFilter } from './wallet-queries.ts';
import classes from './wallet.module.css';

interface Counted {
  readonly count: number;
  readonly isComplete: boolean;
}

/** How many rows there are under the filters, and what they add up to. */
export function TransactionTotals({ filter }: { filter: TransactionFilter }) {
  const t = useTranslations('wallet');
  const { data } = useQuery({
    queryKey: ['wallet', 'transactions', 'totals', filter],
    queryFn: () => unwrap(api.GET('/api/wallet/transactions/totals', { params: { query: filter } })),
  });
  if (data === undefined || data.count === 0) return null;
  const sums = { in: formatYuan(data.inMicros), out: formatYuan(data.outMicros) };
  return <Totals counted={data} sums={t('sums', sums)} />;
}

export function BankTransferTotals({ status }: { status: BankTransferStatus | undefined }) {
  const t = useTranslations('wallet.operator');
  const { data } = useQuery({
    queryKey: ['wallet', 'bank-transfers', 'totals', status],
    queryFn: () => unwrap(api.GET('/api/wallet/bank-transfers/totals', { params: { query: { status } } })),
  });
  if (data === undefined || data.count === 0) return null;
  return <Totals counted={data} sums={t('sum', { amount: formatYuan(data.amountMicros) })} />;
}

function Totals({ counted: { count, isComplete }, sums }: { counted: Counted; sums: string }) {
  const t = useTranslations('common');
  return (
    <p className={classes.totals} role="status">
      {t(isComplete ? 'countOf' : 'countUpTo', { count })} · {sums}
    </p>
  );
}
