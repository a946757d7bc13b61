import type { Ctx } from '../../kernel/context.ts';
import { csvOfPages } from '../../kernel/csv.ts';
import { formatMicros } from '../../kernel/money.ts';
import { listTransactions, type TransactionQuery } from './transactions.ts';

const header = [
  'id 流水号',
  'time 交易时间',
  'direction 收支',
  'type 类型',
  'channel 渠道',
  'amount_cny 金额（元）',
  'balance_cny 变动后余额（元）',
  'related_id 关联单号',
];

/** All transactions of a query as CSV. */
export function transactionsCsv(
  ctx: Ctx,
  query: Omit<TransactionQuery, 'limit' | 'cursor'>,
): AsyncGenerator<string> {
  return csvOfPages({
    header,
    readPage: (page) => listTransactions(ctx, { ...query, ...page }),
    cells: (row) => [
      row.id,
      row.at.toISOString(),
      row.direction,
      row.type,
      row.channel,
      { number: formatMicros(row.amountMicros) },
      { number: formatMicros(row.balanceAfterMicros) },
      row.relatedId,
    ],
  });
}
