import type { z } from 'zod';
import type { Column } from '../../kernel/export-list.ts';
import { wordInBothLanguages } from '../../kernel/list-files.ts';
import { formatMicros } from '../../kernel/money.ts';
import { outcomeWords } from './words.ts';
import type { billSchema, usageEventSchema } from './wire.ts';

/** List price with six decimals, cash with two (D-BIL-4), times on a Shanghai clock. */
export const billColumns: readonly Column<z.output<typeof billSchema>>[] = [
  ['id 账单号', (row) => row.id],
  ['start 账单周期起 (UTC+8)', (row) => row.periodStart],
  ['end 账单周期止 (UTC+8)', (row) => row.periodEnd],
  ['month 账期', (row) => row.month],
  ['product 产品', (row, { product }) => wordInBothLanguages(product.meterWords, row.product)],
  ['resource 资源', (row) => row.resourceId],
  ['item 计费项', (row, { product }) => wordInBothLanguages(product.meterWords, row.billingItem)],
  ['requests 次数', (row) => ({ number: String(row.requests) })],
  ['quantity 用量', (row) => ({ number: String(row.quantity) })],
  ['unit 单位', (row, { product }) => wordInBothLanguages(product.meterWords, row.unit)],
  ['list_cny 原价（元）', (row) => ({ number: formatMicros(row.listMicros) })],
  ['cash_cny 现金金额（元）', (row) => ({ number: formatMicros(row.cashMicros).slice(0, -4) })],
  ['carried_cny 结转零头（元）', (row) => ({ number: formatMicros(row.carriedMicros) })],
  ['late 补记', (row) => (row.isLate ? 'yes 是' : 'no 否')],
];

type UsageEvent = z.output<typeof usageEventSchema>;

/** A row per line of a call, so that the sum over the file is what was charged, whatever meters there are. */
export function usageFileRows(event: UsageEvent) {
  return event.lines.map((line) => ({ ...event, ...line }));
}

type UsageFileRow = ReturnType<typeof usageFileRows>[number];

export const usageColumns: readonly Column<UsageFileRow>[] = [
  ['id 编号', (row) => row.id],
  ['time 结束时间 (UTC+8)', (row) => row.at],
  ['sku 商品', (row) => row.sku],
  ['key 密钥', (row) => row.apiKeyName],
  ['key_id 密钥编号', (row) => row.apiKeyId],
  ['item 计费项', (row, { product }) => wordInBothLanguages(product.meterWords, row.meter)],
  ['quantity 用量', (row) => ({ number: String(row.quantity) })],
  ['unit 单位', (row, { product }) => wordInBothLanguages(product.meterWords, row.unit)],
  ['charge_cny 费用（元）', (row) => ({ number: formatMicros(row.chargeMicros) })],
  ['estimated 估算', (row) => (row.isEstimated ? 'yes 是' : 'no 否')],
  ['streamed 流式', (row) => (row.isStreamed ? 'yes 是' : 'no 否')],
  ['outcome 结果', (row) => wordInBothLanguages(outcomeWords, row.outcome)],
  ['endpoint 接口', (row) => row.endpoint],
  [
    'first_byte_ms 首字耗时（毫秒）',
    (row) => (row.firstByteMs === null ? null : { number: String(row.firstByteMs) }),
  ],
  ['duration_ms 耗时（毫秒）', (row) => ({ number: String(row.durationMs) })],
  ['request 请求编号', (row) => row.requestId],
];
