import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, done, unwrap } from '../../../shared/api/client.ts';
import type { ObjectionPurpose } from '../../../shared/api/entities.ts';

const processingKey = ['privacy', 'processing'];

export function processingQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: [...processingKey, lang],
    queryFn: () => unwrap(api.GET('/api/privacy/processing', { params: { query: { lang } } })),
  });
}

/** Stops or resumes everything that need not go on. */
export function useRestrict() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (isRestricted: boolean) =>
      done(isRestricted ? api.POST('/api/privacy/restriction') : api.DELETE('/api/privacy/restriction')),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['privacy'] }),
  });
}

/** Stops or resumes one purpose. */
export function useObject(purpose: string) {
  const queryClient = useQueryClient();
  const params = { path: { purpose: named(purpose) } };
  return useMutation({
    mutationFn: (isObjected: boolean) =>
      done(
        isObjected
          ? api.PUT('/api/privacy/objections/{purpose}', { params })
          : api.DELETE('/api/privacy/objections/{purpose}', { params }),
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['privacy'] }),
  });
}

/** Guarantee: what the list of purposes names, the routes about one of them take. */
function named(purpose: string): ObjectionPurpose {
  return purpose as ObjectionPurpose;
}
