import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { api, done, unwrap } from './client.ts';
import { keepReason } from './reason.ts';
import type { Me, MePatch } from './entities.ts';

export const meQuery = queryOptions({
  queryKey: ['identity', 'me'],
  queryFn: () => unwrap(api.GET('/api/identity/me')),
  staleTime: 60_000,
});

/** The person at the keyboard. Only for pages behind the sign-in, whose route has fetched it. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery).data;
}

export function useUpdateMe() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (patch: MePatch) => unwrap(api.PATCH('/api/identity/me', { body: patch })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: meQuery.queryKey }),
  });
}

/** Ends the session here and forgets everything fetched under it. */
export function useSignOut() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      await done(api.POST('/api/identity/logout'));
      keepReason('');
    },
    onSettled: () => queryClient.clear(),
  });
}
