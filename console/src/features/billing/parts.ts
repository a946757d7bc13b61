/** What other features may use of this one. */
export { SettlePanel } from './settle-panel.tsx';
export { UsageChart } from './usage/usage-chart.tsx';
export { EventTable } from './requests/event-table.tsx';
export { fetchUsageEvents, usageQuery } from './usage/usage-queries.ts';
export { rangeOf } from './usage/usage-range.ts';
export { measureOf, totalOf, type Measure } from './usage/usage-series.ts';
