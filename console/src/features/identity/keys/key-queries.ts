import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, done, unwrap } from '../../../shared/api/client.ts';
import type { KeyPatch, NewApiKey } from '../../../shared/api/entities.ts';

export const apiKeysQuery = queryOptions({
  queryKey: ['identity', 'api-keys'],
  queryFn: () => unwrap(api.GET('/api/identity/api-keys', { params: { query: { limit: 200 } } })),
});

/** Names to choose from for a key that may call some models only. */
export const offeredModelsQuery = queryOptions({
  queryKey: ['catalog', 'models'],
  queryFn: () => unwrap(api.GET('/api/catalog/models')),
});

/** What the platform allows the account of each model that is limited. */
export const ownRateLimitsQuery = queryOptions({
  queryKey: ['gateway', 'rate-limits'],
  queryFn: () => unwrap(api.GET('/api/gateway/rate-limits')),
});

function useRefreshed() {
  const queryClient = useQueryClient();
  return { onSuccess: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }) };
}

export function useCreateKey() {
  return useMutation({
    mutationFn: (body: NewApiKey) => unwrap(api.POST('/api/identity/api-keys', { body })),
    ...useRefreshed(),
  });
}

export function useUpdateKey() {
  return useMutation({
    mutationFn: ({ apiKeyId, ...body }: KeyPatch & { apiKeyId: string }) =>
      unwrap(api.PATCH('/api/identity/api-keys/{apiKeyId}', { params: { path: { apiKeyId } }, body })),
    ...useRefreshed(),
  });
}

export function useDeleteKey() {
  return useMutation({
    mutationFn: (apiKeyId: string) =>
      done(api.DELETE('/api/identity/api-keys/{apiKeyId}', { params: { path: { apiKeyId } } })),
    ...useRefreshed(),
  });
}
