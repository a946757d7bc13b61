import type { PublicKeySet } from '@candor/privacy-engine/signing-key';
import { queryOptions } from '@tanstack/react-query';
import { ApiProblem } from '../../../shared/api/problem.ts';
import { parseKeySet } from './read-proof.ts';

export const keySetAddress = '/.well-known/candor-keys.json';

/** The public keys of this cloud, kept for as long as the page is open: checking then needs no connection. */
export const keySetQuery = queryOptions({
  queryKey: ['privacy', 'keys'],
  queryFn: fetchKeySet,
  staleTime: Infinity,
  gcTime: Infinity,
});

async function fetchKeySet(): Promise<PublicKeySet> {
  const response = await fetch(keySetAddress).catch(() => undefined);
  if (response === undefined) throw new ApiProblem(0, {});
  const keySet = response.ok ? parseKeySet(await response.text()) : undefined;
  if (keySet === undefined) throw new ApiProblem(response.status, {});
  return keySet;
}
