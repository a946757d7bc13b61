import { queryOptions } from '@tanstack/react-query';
import { api, unwrap } from '../../shared/api/client.ts';
import type { TransactionType } from '../../shared/api/entities.ts';

export const walletQuery = queryOptions({
  queryKey: ['wallet', 'balance'],
  queryFn: () => unwrap(api.GET('/api/wallet')),
});

export function topUpQuery(topUpId: string) {
  return queryOptions({
    queryKey: ['wallet', 'top-up', topUpId],
    queryFn: () => unwrap(api.GET('/api/wallet/top-ups/{topUpId}', { params: { path: { topUpId } } })),
  });
}

/** Top-ups that have not been decided or were decided lately. */
export const topUpsQuery = queryOptions({
  queryKey: ['wallet', 'top-ups'],
  queryFn: () => unwrap(api.GET('/api/wallet/top-ups', { params: { query: { limit: 20 } } })),
});

export interface TransactionFilter {
  type?: TransactionType;
  direction?: 'in' | 'out';
  from?: string;
  to?: string;
}

export function fetchTransactions(filter: TransactionFilter, limit: number, cursor: string | undefined) {
  return unwrap(api.GET('/api/wallet/transactions', { params: { query: { ...filter, cursor, limit } } }));
}
