import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { NewCase, PrivacyCase } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import type { Proof } from '../step-up/use-step-up.ts';

export const casesKey = ['privacy', 'cases'];

export function optionsQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'request-options', lang],
    queryFn: () => unwrap(api.GET('/api/privacy/request-options', { params: { query: { lang } } })),
    staleTime: Infinity,
  });
}

export function fetchCases(lang: 'zh' | 'en', cursor: string | undefined) {
  return unwrap(api.GET('/api/privacy/cases', { params: { query: { lang, limit: 20, cursor } } }));
}

export function caseQuery(caseId: string, lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: [...casesKey, caseId, lang],
    queryFn: () =>
      unwrap(api.GET('/api/privacy/cases/{caseId}', { params: { path: { caseId }, query: { lang } } })),
  });
}

export function useOpenCase() {
  const queryClient = useQueryClient();
  const { textLanguage: language } = useLanguage();
  return useMutation({
    mutationFn: (body: Omit<NewCase, 'language'>) =>
      unwrap(
        api.POST('/api/privacy/cases', {
          params: { query: { lang: language } },
          body: { ...body, language },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: casesKey }),
  });
}

/** What the person can do about one request of theirs; each answers with the request as it is then. */
export function useCaseActs(caseId: string) {
  const queryClient = useQueryClient();
  const { textLanguage: lang } = useLanguage();
  const params = { path: { caseId }, query: { lang } };
  function onSuccess(file: PrivacyCase) {
    queryClient.setQueryData(caseQuery(caseId, lang).queryKey, file);
    return queryClient.invalidateQueries({ queryKey: casesKey });
  }
  const answer = useMutation({
    mutationFn: (text: string) =>
      unwrap(api.POST('/api/privacy/cases/{caseId}/answers', { params, body: { text } })),
    onSuccess,
  });
  const withdraw = useMutation({
    mutationFn: () => unwrap(api.POST('/api/privacy/cases/{caseId}/withdraw', { params })),
    onSuccess,
  });
  const confirm = useMutation({
    mutationFn: (proof: Proof) =>
      unwrap(api.POST('/api/privacy/cases/{caseId}/confirm', { params, body: { proof } })),
    onSuccess,
  });
  return { answer, withdraw, confirm };
}
