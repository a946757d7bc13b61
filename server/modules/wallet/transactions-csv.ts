import type { Ctx } from '../../kernel/context.ts';
import { csvLine, csvStart } from '../../kernel/csv.ts';
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
const rowsPerRead = 200;

/** All transactions of a query as CSV, read page by page so that any number fits in memory. */
export async function* transactionsCsv(
  ctx: Ctx,
  query: Omit<TransactionQuery, 'limit' | 'cursor'>,
): AsyncGenerator<string> {
  let cursor: string | null | undefined;
  yield csvStart + csvLine(header);
  while (cursor !== null) {
    const found = await listTransactions(ctx, {
      ...query,
      limit: rowsPerRead,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield found.items
      .map(({ id, at, direction, type, channel, amountMicros, balanceAfterMicros, relatedId }) =>
        csvLine([
          id,
          at.toISOString(),
          direction,
          type,
          channel,
          { number: formatMicros(amountMicros) },
          { number: formatMicros(balanceAfterMicros) },
          relatedId,
        ]),
      )
      .join('');
    cursor = found.nextCursor;
  }
}
