import type { Ctx } from '../../kernel/context.ts';
import { csvOfPages } from '../../kernel/csv.ts';
import { formatMicros } from '../../kernel/money.ts';
import { listBills } from './bills.ts';
import { billingTimeText } from './period.ts';

const header = [
  'id 账单号',
  'start 账单周期起 (UTC+8)',
  'end 账单周期止 (UTC+8)',
  'month 账期',
  'product 产品',
  'resource 资源',
  'item 计费项',
  'requests 次数',
  'quantity 用量',
  'unit 单位',
  'list_cny 原价（元）',
  'cash_cny 现金金额（元）',
  'carried_cny 结转零头（元）',
  'late 补记',
];

/** Bill rows as CSV: list price with six decimals, cash with two (D-BIL-4), times on a Shanghai clock. */
export function billsCsv(ctx: Ctx, query: { month?: string | undefined }): AsyncGenerator<string> {
  return csvOfPages({
    header,
    readPage: (page) => listBills(ctx, { ...query, ...page }),
    cells: (row) => [
      row.id,
      billingTimeText(row.periodStart),
      billingTimeText(row.periodEnd),
      row.month,
      row.product,
      row.resourceId,
      row.billingItem,
      { number: String(row.requests) },
      { number: String(row.quantity) },
      row.unit,
      { number: formatMicros(row.listMicros) },
      { number: formatMicros(row.cashMicros).slice(0, -4) },
      { number: formatMicros(row.carriedMicros) },
      row.isLate ? 'yes' : 'no',
    ],
  });
}
