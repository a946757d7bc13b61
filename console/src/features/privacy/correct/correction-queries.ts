import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { Corrections, CorrectionTable } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';

export type FormField = CorrectionTable['rows'][number]['fields'][number];

/** Where a value stands. */
export interface Place {
  table: string;
  row: string;
  column: string;
}

export function correctionQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: ['privacy', 'correction', lang],
    queryFn: () => unwrap(api.GET('/api/privacy/correction', { params: { query: { lang } } })),
  });
}

export function useCorrect() {
  const queryClient = useQueryClient();
  const { textLanguage: language } = useLanguage();
  return useMutation({
    mutationFn: (body: Omit<Corrections, 'language'>) =>
      unwrap(api.PATCH('/api/privacy/correction', { body: { ...body, language } })),
    // A name or a language stands on every page.
    onSuccess: () => queryClient.invalidateQueries(),
  });
}
