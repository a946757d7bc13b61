import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, done, unwrap } from '../../../shared/api/client.ts';
import type { DataExport } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import type { Proof } from '../step-up/use-step-up.ts';

const pollMs = 1200;
const movingStates: readonly DataExport['status'][] = ['queued', 'running', 'delivering'];
const exportsKey = ['privacy', 'exports'];

export const exportsQuery = queryOptions({
  queryKey: exportsKey,
  queryFn: () => unwrap(api.GET('/api/privacy/exports', { params: { query: { limit: 20 } } })),
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ status }) => movingStates.includes(status)) ? pollMs : false,
});

export function useStartExport() {
  const queryClient = useQueryClient();
  const { textLanguage } = useLanguage();
  return useMutation({
    mutationFn: (proof: Proof) =>
      unwrap(api.POST('/api/privacy/exports', { body: { language: textLanguage, proof } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: exportsKey }),
  });
}

export function useCancelExport() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (exportId: string) =>
      done(api.DELETE('/api/privacy/exports/{exportId}', { params: { path: { exportId } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: exportsKey }),
  });
}
