import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { ErasureStatus } from '../../../shared/api/entities.ts';
import type { Proof } from '../step-up/use-step-up.ts';

const pollMs = 900;
/** Queries by reference, for the time after the account is closed. */
export const erasureKey = 'erasure';
const kindsKey = ['privacy', 'erasure', 'kinds'];

export function kindsQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: [...kindsKey, lang],
    queryFn: () => unwrap(api.GET('/api/privacy/erasure/kinds', { params: { query: { lang } } })),
  });
}

/** What would happen. Nothing is written, so it may be asked as often as one likes. */
export function previewQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'erasure', 'preview', lang],
    queryFn: () => unwrap(api.POST('/api/privacy/erasure/preview', { params: { query: { lang } } })),
    staleTime: 0,
  });
}

export function useEraseKind() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (kind: string) => unwrap(api.POST('/api/privacy/erasure/kinds', { body: { kind } })),
    onSettled: () => queryClient.invalidateQueries(),
  });
}

export interface ConfirmErasure {
  proof: Proof;
  promiseHash: string;
  acknowledgedBalanceMicros: number;
}

export function useConfirmErasure() {
  return useMutation({
    mutationFn: (body: ConfirmErasure) => unwrap(api.POST('/api/privacy/erasure/confirm', { body })),
  });
}

export function isOver({ state }: ErasureStatus): boolean {
  return state === 'certified';
}

/** How far it is, asked with the reference alone. A failed one is watched too, because it will go on. */
export function statusQuery(reference: string) {
  return queryOptions({
    queryKey: [erasureKey, reference],
    queryFn: () => unwrap(api.POST('/api/privacy/erasure/status', { body: { reference } })),
    refetchInterval: ({ state }) =>
      state.data === undefined || isOver(state.data)
        ? false
        : state.data.state === 'failed'
          ? 15_000
          : pollMs,
    refetchIntervalInBackground: true,
  });
}

export function certificateQuery(reference: string) {
  return queryOptions({
    queryKey: [erasureKey, reference, 'certificate'],
    queryFn: () => unwrap(api.POST('/api/privacy/erasure/certificate', { body: { reference } })),
    staleTime: Infinity,
  });
}
