import type { MetricFacts } from '../../../kernel/metrics.ts';

/** Above nought for longer than a few minutes: something is kept that should be gone. */
export const oldestOverdueSeconds: MetricFacts = {
  name: 'candor_privacy_oldest_overdue_seconds',
  help: 'How long the oldest datum of a column has been past its term',
  labelNames: ['column'],
};

export const sweptRows: MetricFacts = {
  name: 'candor_privacy_swept_rows_total',
  help: 'Rows that reached the end of their term and were deleted or emptied',
  labelNames: ['table'],
};
