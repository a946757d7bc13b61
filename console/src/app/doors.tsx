import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { meQuery } from '../features/identity/session.ts';
import { asProblem } from '../shared/api/problem.ts';
import { BrokenPage, MissingPage } from './fault-pages.tsx';

export interface RouterContext {
  queryClient: QueryClient;
}

/** The person known from an earlier page counts; only the first page asks the server. */
const storedMe = { ...meQuery, staleTime: 'static' as const };

/** A search value that is text; anything else was not written by us. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: BrokenPage,
  notFoundComponent: MissingPage,
});

/** Pages for who is not signed in; everybody else is led on. */
export const signedOut = createRoute({
  getParentRoute: () => root,
  id: 'signed-out',
  validateSearch: (search: Record<string, unknown>): { return?: string } => ({ return: text(search.return) }),
  beforeLoad: async ({ context, search }) => {
    const me = await context.queryClient.query(storedMe).catch(() => undefined);
    if (me !== undefined) redirect({ href: safeReturn(search.return), throw: true });
  },
  component: lazyRouteComponent(() => import('../features/identity/signed-out-frame.tsx'), 'SignedOutFrame'),
});

/** Pages for who is signed in; everybody else signs in first and comes back. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.query(storedMe);
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      redirect({ to: '/login', search: location.href === '/' ? {} : { return: location.href }, throw: true });
    }
  },
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
});

/** Pages for the operator; to everybody else they do not exist. */
export const operator = createRoute({
  getParentRoute: () => signedIn,
  id: 'operator-only',
  beforeLoad: async ({ context }) => {
    const { user } = await context.queryClient.query(storedMe);
    if (!user.isOperator) notFound({ throw: true });
  },
  component: Outlet,
});

/** Only a path of this console may be returned to, never another site. */
function safeReturn(href: string | undefined): string {
  return href !== undefined && /^\/(?![/\\])/.test(href) ? href : '/';
}
