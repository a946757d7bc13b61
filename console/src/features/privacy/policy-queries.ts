import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';

export const policiesQuery = queryOptions({
  queryKey: ['privacy', 'policies'],
  queryFn: () => unwrap(api.GET('/api/privacy/policies')),
});

export function keptPolicyQuery(hash: string, lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'policies', hash, lang],
    queryFn: () =>
      unwrap(api.GET('/api/privacy/policies/{hash}', { params: { path: { hash }, query: { lang } } })),
  });
}

export function comparisonQuery(since: string, hash: string, lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'policies', since, hash, lang],
    queryFn: () =>
      unwrap(
        api.GET('/api/privacy/policies/{hash}/changes', {
          params: { path: { hash }, query: { since, lang } },
        }),
      ),
  });
}

export const standingQuery = queryOptions({
  queryKey: ['privacy', 'policy-standing'],
  queryFn: () => unwrap(api.GET('/api/privacy/policy-standing')),
  staleTime: 60_000,
});

export const installationQuery = queryOptions({
  queryKey: ['privacy', 'installation'],
  queryFn: () => unwrap(api.GET('/api/privacy/installation')),
});
