import { Gauge } from 'prom-client';
import { platformMetrics } from '../../../kernel/metrics.ts';

const registers = [platformMetrics];

export const overdueCases = new Gauge({
  name: 'candor_privacy_cases_overdue',
  help: 'Open requests of persons past the day their answer was due',
  registers,
});

export const yearsWithoutNotice = new Gauge({
  name: 'candor_privacy_calendar_missing_years',
  help: 'Years whose public holidays should be known by now and are not',
  registers,
});
