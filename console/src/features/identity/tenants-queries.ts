import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';

export function fetchTenants(query: string, cursor?: string) {
  const text = query.trim();
  return unwrap(
    api.GET('/api/identity/tenants', {
      params: { query: { query: text === '' ? undefined : text, cursor, limit: 30 } },
    }),
  );
}

export function tenantsQuery(query: string) {
  return queryOptions({
    queryKey: ['identity', 'tenants', query],
    queryFn: () => fetchTenants(query),
    placeholderData: keepPreviousData,
  });
}
