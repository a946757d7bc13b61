import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, notFound, Outlet, redirect,
} from '@tanstack/react-router';
import { meQuery } from '../features/identity/session.ts';
import { asProblem } from '../shared/api/problem.ts';
import { BrokenPage, LoadingPage, MissingPage } from './fault-pages.tsx';

export interface RouterContext {
  queryClient: QueryClient;
}

/** A search value that is text; anything else was not written by us. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  errorComponent: BrokenPage,
  notFoundComponent: MissingPage,
});

const signedOut = createRoute({
  getParentRoute: () => root,
  id: 'signed-out',
  validateSearch: (search: Record<string, unknown>): { return?: string } => ({ return: text(search.return) }),
  beforeLoad: async ({ context, search }) => {
    const me = await context.queryClient.ensureQueryData(meQuery).catch(() => undefined);
    if (me !== undefined) throw redirect({ href: safeReturn(search.return) });
  },
  component: lazyRouteComponent(() => import('../features/identity/signed-out-frame.tsx'), 'SignedOutFrame'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { return: location.href } });
    }
  },
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
});

const operator = createRoute({
  getParentRoute: () => signedIn,
  id: 'operator-only',
  beforeLoad: async ({ context }) => {
    const { user } = await context.queryClient.ensureQueryData(meQuery);
    if (!user.isOperator) throw notFound();
  },
  component: Outlet,
});

/** Only a path of this console may be returned to, never another site. */
export function safeReturn(href: string | undefined): string {
  return href !== undefined && /^\/(?![/\\])/.test(href) ? href : '/';
}

const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/privacy/collection-list',
    component: lazyRouteComponent(() => import('../features/privacy/collection-list-page.tsx'), 'CollectionListPage'),
  }),
  signedOut.addChildren([
    createRoute({
      getParentRoute: () => signedOut,
      path: '/login',
      component: lazyRouteComponent(() => import('../features/identity/login-page.tsx'), 'LoginPage'),
    }),
    createRoute({
      getParentRoute: () => signedOut,
      path: '/register',
      component: lazyRouteComponent(() => import('../features/identity/register-page.tsx'), 'RegisterPage'),
    }),
    createRoute({
      getParentRoute: () => signedOut,
      path: '/recover',
      component: lazyRouteComponent(() => import('../features/identity/recover-page.tsx'), 'RecoverPage'),
    }),
  ]),
  signedIn.addChildren([
    createRoute({
      getParentRoute: () => signedIn,
      path: '/',
      component: lazyRouteComponent(() => import('../features/overview/overview-page.tsx'), 'OverviewPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/wallet',
      validateSearch: (search: Record<string, unknown>): { topUp?: string; open?: 'top-up' } => ({
        topUp: text(search.topUp),
        open: search.open === 'top-up' ? 'top-up' : undefined,
      }),
      component: lazyRouteComponent(() => import('../features/wallet/wallet-page.tsx'), 'WalletPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/keys',
      component: lazyRouteComponent(() => import('../features/identity/keys/keys-page.tsx'), 'KeysPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/models',
      component: lazyRouteComponent(() => import('../features/catalog/models-page.tsx'), 'ModelsPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/models/$modelId',
      component: lazyRouteComponent(() => import('../features/catalog/model-page.tsx'), 'ModelPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/playground',
      validateSearch: (search: Record<string, unknown>): { model?: string } => ({ model: text(search.model) }),
      component: lazyRouteComponent(() => import('../features/gateway/playground/playground-page.tsx'), 'PlaygroundPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/usage',
      component: lazyRouteComponent(() => import('../features/billing/usage/usage-page.tsx'), 'UsagePage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/bills',
      validateSearch: (search: Record<string, unknown>): { month?: string } => ({ month: text(search.month) }),
      component: lazyRouteComponent(() => import('../features/billing/bills-page.tsx'), 'BillsPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/privacy',
      component: lazyRouteComponent(() => import('../features/privacy/my-data-page.tsx'), 'MyDataPage'),
    }),
    createRoute({
      getParentRoute: () => signedIn,
      path: '/settings',
      component: lazyRouteComponent(() => import('../features/identity/settings/settings-page.tsx'), 'SettingsPage'),
    }),
    operator.addChildren([
      createRoute({
        getParentRoute: () => operator,
        path: '/operator/outbox',
        component: lazyRouteComponent(() => import('../features/notifications/outbox-page.tsx'), 'OutboxPage'),
      }),
      createRoute({
        getParentRoute: () => operator,
        path: '/operator/tenants',
        component: lazyRouteComponent(() => import('../features/identity/tenants-page.tsx'), 'TenantsPage'),
      }),
      createRoute({
        getParentRoute: () => operator,
        path: '/operator/bank-transfers',
        validateSearch: (search: Record<string, unknown>): { tenant?: string } => ({ tenant: text(search.tenant) }),
        component: lazyRouteComponent(() => import('../features/wallet/bank-transfers-page.tsx'), 'BankTransfersPage'),
      }),
      createRoute({
        getParentRoute: () => operator,
        path: '/operator/prices',
        component: lazyRouteComponent(() => import('../features/catalog/prices-page.tsx'), 'PricesPage'),
      }),
      createRoute({
        getParentRoute: () => operator,
        path: '/operator/upstreams',
        component: lazyRouteComponent(() => import('../features/gateway/upstreams/upstreams-page.tsx'), 'UpstreamsPage'),
      }),
    ]),
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPendingMs: 250,
    defaultPendingComponent: LoadingPage,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
