import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../../shared/api/client.ts';

/** Read again each minute while the page is open, because operators leave it open. */
export const operatorHomeQuery = queryOptions({
  queryKey: ['operator-home'],
  queryFn: () => unwrap(api.GET('/api/operator-home')),
  staleTime: 0,
  refetchInterval: 60_000,
});
