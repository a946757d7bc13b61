import type { BillsMessages, UsageMessages } from './messages.zh.ts';

export const usageEn: UsageMessages = {
  title: 'Usage',
  description:
    'Quantity and price by time, model and key. Single calls are in the <requests>request log</requests>.',
  range: 'Range',
  ranges: {
    '24h': 'Last 24 hours',
    '7d': 'Last 7 days',
    '14d': 'Last two weeks',
    '30d': 'Last 30 days',
    month: 'This month',
    custom: 'Custom',
  },
  model: 'Model',
  apiKey: 'Key',
  overTime: 'Over time',
  measure: 'Measure',
  spend: 'Spend',
  unit: 'Step',
  hour: 'Hour',
  day: 'Day',
  total: 'Total',
  chartLabel: 'Bars of {measure} stacked by model; the left and right arrow keys walk through them',
  totals: 'Totals',
  byModel: 'By model',
  byKey: 'By key',
  inUnit: '{meter} ({unit})',
  estimatedOf: '{quantity} of it was estimated by the tokenizer, because the upstream reported none',
  empty: 'No usage in this time',
  emptyHintNoChat: 'Make the first call with an <keys>API key</keys>.',
  emptyHint:
    'Ask something in the <playground>playground</playground>, or make the first call with an <keys>API key</keys>.',
};

export const billsEn: BillsMessages = {
  title: 'Bills',
  description: 'One row per hour, resource and meter, summed by the calendar month of Beijing time.',
  month: 'Month',
  cash: 'Cash',
  list: 'List price',
  carried: 'Carried',
  carriedHint:
    'The wallet pays the list price exactly, to six decimals. The bill states cash in whole cents: what is less than a cent is carried to the next row and stated once it has grown to one, so cash is never rounded up.',
  rows: 'Rows',
  rowsHint:
    'Bill rows are split at the clock hour; “carried” is what is not yet stated as cash after that row.',
  period: 'Period',
  resource: 'Resource',
  item: 'Meter',
  late: 'late',
  lateHint: 'Usage reported after its own hour was billed',
  quantity: 'Quantity',
  empty: 'No bills this month yet',
  emptyHint: 'Usage is settled after every full hour and appears here soon.',
};
