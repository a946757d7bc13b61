import { Counter, Gauge } from 'prom-client';
import { platformMetrics } from '../../../kernel/metrics.ts';

const registers = [platformMetrics];

/** Above nought for longer than a few minutes: something is kept that should be gone. */
export const oldestOverdueSeconds = new Gauge({
  name: 'candor_privacy_oldest_overdue_seconds',
  help: 'How long the oldest datum of a column has been past its term',
  labelNames: ['column'],
  registers,
});

export const sweptRows = new Counter({
  name: 'candor_privacy_swept_rows_total',
  help: 'Rows that reached the end of their term and were deleted or emptied',
  labelNames: ['table'],
  registers,
});
