import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { asProblem } from './problem.ts';

/** Trying again helps against a broken line and a busy server, never against a “no”. */
function isWorthRetrying(failureCount: number, error: Error): boolean {
  const { status } = asProblem(error);
  return failureCount < 2 && (status === 0 || status >= 502);
}

export function createQueryClient(onSignedOut: () => void): QueryClient {
  function onError(error: Error): void {
    if (asProblem(error).code === 'kernel.unauthenticated') onSignedOut();
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { staleTime: 15_000, retry: isWorthRetrying },
      mutations: { retry: false },
    },
  });
}
