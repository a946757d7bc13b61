import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';

export const myDataQuery = queryOptions({
  queryKey: ['privacy', 'my-data'],
  queryFn: () => unwrap(api.GET('/api/privacy/my-data')),
  staleTime: 0,
});

export function collectionListQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'collection-list', lang],
    queryFn: () => unwrap(api.GET('/api/privacy/collection-list', { params: { query: { lang } } })),
    staleTime: 300_000,
  });
}
