import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { Consent, ConsentPurpose } from '../../../shared/api/entities.ts';

/** Under one key, so that a decision makes the list and the history new. */
const consentsKey = ['privacy', 'consents'];

export function consentsQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: [...consentsKey, lang],
    queryFn: () => unwrap(api.GET('/api/privacy/consents', { params: { query: { lang } } })),
    // The token of a text ends after half an hour; who comes back to the page reads with a fresh one.
    staleTime: 10 * 60_000,
    refetchOnWindowFocus: true,
  });
}

export function historyKey(lang: 'zh' | 'en') {
  return [...consentsKey, 'history', lang];
}

export function fetchHistory(lang: 'zh' | 'en', cursor: string | undefined) {
  return unwrap(api.GET('/api/privacy/consents/history', { params: { query: { lang, limit: 20, cursor } } }));
}

/** The signed receipt of a decision, as text. */
export function fetchReceipt(consentId: string): Promise<string> {
  return unwrap(
    api.GET('/api/privacy/receipts/{consentId}', { params: { path: { consentId } }, parseAs: 'text' }),
  );
}

export type Decision = 'give' | 'refuse' | 'withdraw';

export function useDecide({ purpose, shownToken }: Pick<Consent, 'purpose' | 'shownToken'>) {
  const queryClient = useQueryClient();
  const params = { path: { purpose: named(purpose) } };
  return useMutation({
    mutationFn: (decision: Decision) => {
      switch (decision) {
        case 'give':
          return unwrap(api.POST('/api/privacy/consents/{purpose}/give', { params, body: { shownToken } }));
        case 'refuse':
          return unwrap(api.POST('/api/privacy/consents/{purpose}/refuse', { params }));
        case 'withdraw':
          return unwrap(api.POST('/api/privacy/consents/{purpose}/withdraw', { params }));
      }
    },
    // Also after a refusal by the server: the text may have changed, and the new one must be read first.
    onSettled: () => queryClient.invalidateQueries({ queryKey: consentsKey, refetchType: 'all' }),
  });
}

/** Guarantee: what the list of consents names, the routes about one of them take. */
function named(purpose: string): ConsentPurpose {
  return purpose as ConsentPurpose;
}
