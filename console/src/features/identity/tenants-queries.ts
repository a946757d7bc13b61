import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';
import type { paths } from '../../shared/api/openapi.generated.d.ts';

export type TenantFilter = Omit<NonNullable<TenantList['parameters']['query']>, 'limit' | 'cursor'>;
type TenantList = paths['/api/identity/tenants']['get'];

interface TenantPage {
  filter?: TenantFilter;
  limit?: number;
  cursor?: string | undefined;
}

export function fetchTenants(query: string, { filter = {}, limit = 20, cursor }: TenantPage = {}) {
  const text = query.trim();
  const page = { ...filter, cursor, limit };
  return text === ''
    ? unwrap(api.GET('/api/identity/tenants', { params: { query: page } }))
    : unwrap(api.POST('/api/identity/tenants/search', { body: { ...page, query: text } }));
}

export function tenantsQuery(query: string) {
  return queryOptions({
    queryKey: ['identity', 'tenants', query],
    queryFn: () => fetchTenants(query),
    placeholderData: keepPreviousData,
  });
}
