import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';

export const modelsQuery = queryOptions({
  queryKey: ['catalog', 'models'],
  queryFn: () => unwrap(api.GET('/api/catalog/models')),
  staleTime: 60_000,
});

export function fetchPrices(sku: string | undefined, cursor: string | undefined) {
  return unwrap(api.GET('/api/catalog/prices', { params: { query: { sku, cursor, limit: 50 } } }));
}
