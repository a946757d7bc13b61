import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';

export const policyQuery = queryOptions({
  queryKey: ['identity', 'policy'],
  queryFn: () => unwrap(api.GET('/api/identity/policy')),
  staleTime: 300_000,
});
