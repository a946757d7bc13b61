import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';

export const modelsQuery = queryOptions({
  queryKey: ['catalog', 'models'],
  queryFn: () => unwrap(api.GET('/api/catalog/models')),
  staleTime: 60_000,
});

export const pricesQuery = queryOptions({
  queryKey: ['catalog', 'prices'],
  queryFn: () => unwrap(api.GET('/api/catalog/prices', { params: { query: { limit: 200 } } })),
});
