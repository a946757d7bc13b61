import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, unwrap } from './client.ts';

export const capabilitiesQuery = queryOptions({
  queryKey: ['capabilities'],
  queryFn: () => unwrap(api.GET('/api/capabilities')),
  staleTime: 300_000,
});

/** What the installation can do; undefined until it has answered, and then nothing is offered. */
export function useCapabilities() {
  return useQuery(capabilitiesQuery).data;
}
