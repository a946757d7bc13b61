import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { paths } from '../../../shared/api/openapi.generated.d.ts';

export interface UsageFilter {
  from: string;
  to: string;
  apiKeyId?: string;
  sku?: string;
}

/** Of single calls. */
export type EventFilter = Omit<
  NonNullable<paths['/api/billing/usage/events']['get']['parameters']['query']>,
  'limit' | 'cursor'
>;

export type UsageUnit = 'hour' | 'day';

export function usageQuery(filter: UsageFilter, groupBy: UsageUnit) {
  return queryOptions({
    queryKey: ['billing', 'usage', 'buckets', filter, groupBy],
    queryFn: () => unwrap(api.GET('/api/billing/usage', { params: { query: { ...filter, groupBy } } })),
    placeholderData: keepPreviousData,
  });
}

export function fetchUsageEvents(filter: EventFilter, limit: number, cursor?: string) {
  return unwrap(api.GET('/api/billing/usage/events', { params: { query: { ...filter, limit, cursor } } }));
}
