import { Counter } from 'prom-client';
import { platformMetrics } from '../../../kernel/metrics.ts';

export const erasuresFailed = new Counter({
  name: 'candor_privacy_erasures_failed_total',
  help: 'Erasures that ended with something left',
  registers: [platformMetrics],
});
