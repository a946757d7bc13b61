import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';

export function myDataQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'my-data', lang],
    queryFn: () => unwrap(api.GET('/api/privacy/my-data', { params: { query: { lang } } })),
    staleTime: 0,
  });
}

export function policyTextQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'policy', lang],
    queryFn: () => unwrap(api.GET('/api/privacy/policy', { params: { query: { lang } } })),
    staleTime: 300_000,
  });
}

export function collectionListQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'collection-list', lang],
    queryFn: () => unwrap(api.GET('/api/privacy/collection-list', { params: { query: { lang } } })),
    staleTime: 300_000,
  });
}
