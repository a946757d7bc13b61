import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, notFound, Outlet, redirect } from '@tanstack/react-router';
import { capabilitiesQuery } from './api/capabilities.ts';
import { asProblem } from './api/problem.ts';
import { meQuery } from './api/session.ts';
import type { TextStore } from './i18n/text-store.ts';

export interface RouterContext {
  queryClient: QueryClient;
  texts: TextStore;
}

/** The person known from an earlier page counts; only the first page asks the server. */
const storedMe = { ...meQuery, staleTime: 'static' as const };

/** They say whether the caller has a session, so that the sign-in page needs one answer and not two. */
const freshCapabilities = { ...capabilitiesQuery, staleTime: 0 };

function hasSession(capabilities: { readonly forMembers?: unknown } | undefined): boolean {
  return capabilities?.forMembers !== undefined && capabilities.forMembers !== null;
}

/** A search value that is text; anything else was not written by us. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

// The app gives the doors their frames, because a frame knows features and a feature knows the doors.
export const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
});

/** Pages for visitors who are not signed in; others are redirected. */
export const signedOut = createRoute({
  getParentRoute: () => root,
  id: 'signed-out',
  validateSearch: (search: Record<string, unknown>): { return?: string } => ({ return: text(search.return) }),
  beforeLoad: async ({ context, search }) => {
    // When the server does not answer, the form is shown anyway and reports the failure itself.
    const capabilities = await context.queryClient.query(freshCapabilities).catch(() => undefined);
    if (hasSession(capabilities)) redirect({ href: safeReturn(search.return), throw: true });
  },
});

/** Pages for signed-in persons; others sign in first and come back. */
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
});

/** Pages for the operator; for others they do not exist. */
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
