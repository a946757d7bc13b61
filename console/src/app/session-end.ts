import type { QueryClient } from '@tanstack/react-query';
import { meQuery } from '../shared/api/session.ts';
import type { createConsoleRouter } from './router.tsx';

const signedOutPaths = [
  '/login',
  '/register',
  '/recover',
  '/privacy/collection-list',
  '/privacy/erasure',
  '/privacy/policy',
  '/privacy/request',
  '/verify',
];

/** A call was refused because the session ended: sign in again, then come back to the same page. */
export function returnAfterSignIn(
  router: ReturnType<typeof createConsoleRouter>,
  queryClient: QueryClient,
): void {
  const { pathname, href } = router.state.location;
  if (signedOutPaths.includes(pathname) || queryClient.getQueryData(meQuery.queryKey) === undefined) return;
  queryClient.removeQueries({ queryKey: meQuery.queryKey });
  void router.navigate({ to: '/login', search: { return: href } }).then(() => queryClient.clear());
}
