export { recordUsage, type UsageRow } from './record-usage.ts';
