import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, done, unwrap } from '../../../shared/api/client.ts';
import type { AccountRateLimit, ModelRateLimit } from '../../../shared/api/entities.ts';

const exceptionsKey = ['gateway', 'account-rate-limits'] as const;

export const modelLimitsQuery = queryOptions({
  queryKey: ['gateway', 'model-rate-limits'],
  queryFn: () => unwrap(api.GET('/api/gateway/model-rate-limits')),
});

export function exceptionsOf(limit: number) {
  return {
    queryKey: [...exceptionsKey, limit],
    fetchPage: (cursor: string | undefined) =>
      unwrap(api.GET('/api/gateway/account-rate-limits', { params: { query: { limit, cursor } } })),
  };
}

/** One row of either table; without `tenantId` it is for every account. */
export type AnyLimit = ModelRateLimit | AccountRateLimit;

function useRefreshed() {
  const queryClient = useQueryClient();
  return {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: modelLimitsQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: exceptionsKey });
    },
  };
}

export type NewModelLimit = Omit<ModelRateLimit, 'id' | 'updatedAt'>;
export type NewAccountLimit = Omit<AccountRateLimit, 'id' | 'updatedAt'>;

export function useSaveLimit() {
  return useMutation({
    mutationFn: async (body: NewModelLimit | NewAccountLimit) => {
      if ('tenantId' in body) await unwrap(api.PUT('/api/gateway/account-rate-limits', { body }));
      else await unwrap(api.PUT('/api/gateway/model-rate-limits', { body }));
    },
    ...useRefreshed(),
  });
}

export function useRemoveLimit() {
  return useMutation({
    mutationFn: (rateLimitId: string) =>
      done(api.DELETE('/api/gateway/rate-limits/{rateLimitId}', { params: { path: { rateLimitId } } })),
    ...useRefreshed(),
  });
}
