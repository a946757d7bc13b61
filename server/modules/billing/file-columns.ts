import type { z } from 'zod';
import type { Column } from '../../kernel/export-list.ts';
import { wordInBothLanguages } from '../../kernel/list-files.ts';
import { formatMicros } from '../../kernel/money.ts';
import { outcomeWords, productWords, tokenWords } from './words.ts';
import type { billSchema, usageEventSchema } from './wire.ts';

/** List price with six decimals, cash with two (D-BIL-4), times on a Shanghai clock. */
export const billColumns: readonly Column<z.output<typeof billSchema>>[] = [
  ['id 账单号', (row) => row.id],
  ['start 账单周期起 (UTC+8)', (row) => row.periodStart],
  ['end 账单周期止 (UTC+8)', (row) => row.periodEnd],
  ['month 账期', (row) => row.month],
  ['product 产品', (row) => wordInBothLanguages(productWords, row.product)],
  ['resource 资源', (row) => row.resourceId],
  ['item 计费项', (row) => wordInBothLanguages(tokenWords, row.billingItem)],
  ['requests 次数', (row) => ({ number: String(row.requests) })],
  ['quantity 用量', (row) => ({ number: String(row.quantity) })],
  ['unit 单位', (row) => wordInBothLanguages(tokenWords, row.unit)],
  ['list_cny 原价（元）', (row) => ({ number: formatMicros(row.listMicros) })],
  ['cash_cny 现金金额（元）', (row) => ({ number: formatMicros(row.cashMicros).slice(0, -4) })],
  ['carried_cny 结转零头（元）', (row) => ({ number: formatMicros(row.carriedMicros) })],
  ['late 补记', (row) => (row.isLate ? 'yes 是' : 'no 否')],
];

export const usageColumns: readonly Column<z.output<typeof usageEventSchema>>[] = [
  ['id 编号', (row) => row.id],
  ['time 结束时间 (UTC+8)', (row) => row.at],
  ['model 模型', (row) => row.modelId],
  ['key 密钥', (row) => row.apiKeyName],
  ['key_id 密钥编号', (row) => row.apiKeyId],
  ['input_tokens 输入', (row) => ({ number: String(row.inputTokens) })],
  ['output_tokens 输出', (row) => ({ number: String(row.outputTokens) })],
  ['charge_cny 费用（元）', (row) => ({ number: formatMicros(row.chargeMicros) })],
  ['estimated 估算', (row) => (row.isEstimated ? 'yes 是' : 'no 否')],
  ['streamed 流式', (row) => (row.isStreamed ? 'yes 是' : 'no 否')],
  ['outcome 结果', (row) => wordInBothLanguages(outcomeWords, row.outcome)],
  ['duration_ms 耗时（毫秒）', (row) => ({ number: String(row.durationMs) })],
  ['request 请求编号', (row) => row.requestId],
];
