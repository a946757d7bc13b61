import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';
import type { CaseHead, CaseStep } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';

type Lang = 'zh' | 'en';

export interface QueueFilter {
  state: CaseHead['state'] | undefined;
  type: CaseHead['type'] | undefined;
  isOverdue: boolean;
  limit: number;
}

const queueKey = ['officer', 'queue'];

export function queueListKey(filter: QueueFilter, lang: Lang) {
  return [...queueKey, 'list', filter, lang];
}

export function fetchQueue(
  { state, type, isOverdue, limit }: QueueFilter,
  lang: Lang,
  cursor: string | undefined,
) {
  const overdue = isOverdue ? 'true' : undefined;
  return unwrap(
    api.GET('/api/privacy/queue', { params: { query: { state, type, overdue, lang, cursor, limit } } }),
  );
}

export const queueSummaryQuery = queryOptions({
  queryKey: [...queueKey, 'summary'],
  queryFn: () => unwrap(api.GET('/api/privacy/queue/summary')),
});

export function queuedCaseQuery(queuedCaseId: string, lang: Lang) {
  return queryOptions({
    queryKey: [...queueKey, 'case', queuedCaseId, lang],
    queryFn: () =>
      unwrap(
        api.GET('/api/privacy/queue/{queuedCaseId}', {
          params: { path: { queuedCaseId }, query: { lang } },
        }),
      ),
  });
}

/** The steps an officer takes; after each the request and the queue are read again. */
export function useCaseStep(queuedCaseId: string) {
  const queryClient = useQueryClient();
  const { textLanguage: lang } = useLanguage();
  const params = { path: { queuedCaseId }, query: { lang } };
  return useMutation({
    mutationFn: async (step: CaseStep): Promise<CaseHead> => {
      switch (step.name) {
        case 'accept':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/accept', { params, body: step.body }));
        case 'match':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/match', { params, body: step.body }));
        case 'ask':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/ask', { params, body: step.body }));
        case 'decide':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/decide', { params, body: step.body }));
        case 'refuse':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/refuse', { params, body: step.body }));
        case 'close':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/close', { params, body: step.body }));
        case 'letters':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/letters', { params, body: step.body }));
        case 'notes':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/notes', { params, body: step.body }));
        case 'erase':
          return unwrap(api.POST('/api/privacy/queue/{queuedCaseId}/erase', { params, body: step.body }));
      }
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queueKey }),
  });
}
