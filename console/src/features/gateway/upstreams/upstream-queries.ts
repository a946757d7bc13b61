import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, done, unwrap } from '../../../shared/api/client.ts';
import type { NewUpstream, Upstream, UpstreamTest } from '../../../shared/api/entities.ts';

export const upstreamsQuery = queryOptions({
  queryKey: ['gateway', 'upstreams'],
  queryFn: () => unwrap(api.GET('/api/gateway/upstreams')),
  refetchInterval: 20_000,
});

function useRefreshed() {
  const queryClient = useQueryClient();
  return {
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: upstreamsQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: ['catalog', 'models'] });
    },
  };
}

/** Makes an upstream, or changes the one with this id. */
export function useSaveUpstream(upstreamId: string | undefined) {
  return useMutation({
    mutationFn: (body: NewUpstream) =>
      upstreamId === undefined
        ? unwrap(api.POST('/api/gateway/upstreams', { body }))
        : unwrap(
            api.PATCH('/api/gateway/upstreams/{upstreamId}', { params: { path: { upstreamId } }, body }),
          ),
    ...useRefreshed(),
  });
}

export function useSwitchUpstream() {
  return useMutation({
    mutationFn: ({ upstreamId, enabled }: { upstreamId: string; enabled: boolean }) =>
      unwrap(
        api.PATCH('/api/gateway/upstreams/{upstreamId}', {
          params: { path: { upstreamId } },
          body: { enabled },
        }),
      ),
    ...useRefreshed(),
  });
}

export function useDeleteUpstream() {
  return useMutation({
    mutationFn: (upstreamId: string) =>
      done(api.DELETE('/api/gateway/upstreams/{upstreamId}', { params: { path: { upstreamId } } })),
    ...useRefreshed(),
  });
}

/** Changes one model of an upstream; the others are named so that they stay. */
export function useSaveModels({ id: upstreamId, models }: Upstream) {
  return useMutation({
    mutationFn: (changed: Upstream['models'][number]) =>
      unwrap(
        api.PATCH('/api/gateway/upstreams/{upstreamId}', {
          params: { path: { upstreamId } },
          body: {
            models: models.map(({ modelId, upstreamModel }) => {
              if (modelId !== changed.modelId) return { modelId, upstreamModel };
              const { weight, priority, costs } = changed;
              return { modelId, upstreamModel, weight, priority, costs };
            }),
          },
        }),
      ),
    ...useRefreshed(),
  });
}

/** Tries a server as typed. Nothing of it is kept. */
export function useTestUpstream() {
  return useMutation({
    mutationFn: (body: UpstreamTest) => unwrap(api.POST('/api/gateway/upstreams/test', { body })),
  });
}
