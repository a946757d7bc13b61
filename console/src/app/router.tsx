import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { usageFilters } from '../features/billing/usage/usage-range.ts';
import { keyFilters } from '../features/identity/keys/key-filters.ts';
import { tenantFilters } from '../features/identity/tenant-filters.ts';
import { topUpFilters, transactionFilters } from '../features/wallet/transaction-filters.ts';
import { type Filters, filtersOf } from '../shared/list/use-filters.ts';
import { operator, root, signedIn, signedOut, text } from './doors.tsx';
import { BrokenPage, LoadingPage, MissingPage } from './fault-pages.tsx';
import { officerRoutes } from './officer-routes.tsx';
import { openPrivacyRoutes, ownPrivacyRoutes } from './privacy-routes.tsx';

const login = createRoute({
  getParentRoute: () => signedOut,
  path: '/login',
  component: lazyRouteComponent(() => import('../features/identity/login-page.tsx'), 'LoginPage'),
});

const register = createRoute({
  getParentRoute: () => signedOut,
  path: '/register',
  component: lazyRouteComponent(() => import('../features/identity/register-page.tsx'), 'RegisterPage'),
});

const recover = createRoute({
  getParentRoute: () => signedOut,
  path: '/recover',
  component: lazyRouteComponent(() => import('../features/identity/recover-page.tsx'), 'RecoverPage'),
});

/** For anybody with the link of a notice, signed in or not. */
const undo = createRoute({
  getParentRoute: () => root,
  path: '/undo',
  component: lazyRouteComponent(() => import('../features/identity/undo-page.tsx'), 'UndoPage'),
});

const problems = createRoute({
  getParentRoute: () => root,
  path: '/problems',
  component: lazyRouteComponent(() => import('../features/problems/problems-page.tsx'), 'ProblemsPage'),
});

/** The `type` of every problem. */
const problem = createRoute({
  getParentRoute: () => root,
  path: '/problems/$code',
  component: lazyRouteComponent(() => import('../features/problems/problem-page.tsx'), 'ProblemPage'),
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('../features/overview/overview-page.tsx'), 'OverviewPage'),
});

const wallet = createRoute({
  getParentRoute: () => signedIn,
  path: '/wallet',
  validateSearch: (
    search: Record<string, unknown>,
  ): Filters<(typeof transactionFilters)[number] | (typeof topUpFilters)[number]> & {
    topUp?: string;
    open?: 'top-up';
  } => ({
    ...filtersOf([...transactionFilters, ...topUpFilters], search),
    topUp: text(search.topUp),
    open: search.open === 'top-up' ? 'top-up' : undefined,
  }),
  component: lazyRouteComponent(() => import('../features/wallet/wallet-page.tsx'), 'WalletPage'),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  validateSearch: (search: Record<string, unknown>) => filtersOf(keyFilters, search),
  component: lazyRouteComponent(() => import('../features/identity/keys/keys-page.tsx'), 'KeysPage'),
});

const models = createRoute({
  getParentRoute: () => signedIn,
  path: '/models',
  component: lazyRouteComponent(() => import('../features/catalog/models-page.tsx'), 'ModelsPage'),
});

const model = createRoute({
  getParentRoute: () => signedIn,
  path: '/models/$modelId',
  component: lazyRouteComponent(() => import('../features/catalog/model-page.tsx'), 'ModelPage'),
});

const playground = createRoute({
  getParentRoute: () => signedIn,
  path: '/playground',
  validateSearch: (search: Record<string, unknown>): { model?: string } => ({ model: text(search.model) }),
  component: lazyRouteComponent(
    () => import('../features/gateway/playground/playground-page.tsx'),
    'PlaygroundPage',
  ),
});

const usage = createRoute({
  getParentRoute: () => signedIn,
  path: '/usage',
  validateSearch: (search: Record<string, unknown>) => filtersOf(usageFilters, search),
  component: lazyRouteComponent(() => import('../features/billing/usage/usage-page.tsx'), 'UsagePage'),
});

const bills = createRoute({
  getParentRoute: () => signedIn,
  path: '/bills',
  validateSearch: (search: Record<string, unknown>): { month?: string } => ({ month: text(search.month) }),
  component: lazyRouteComponent(() => import('../features/billing/bills-page.tsx'), 'BillsPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(
    () => import('../features/identity/settings/settings-page.tsx'),
    'SettingsPage',
  ),
});

const outbox = createRoute({
  getParentRoute: () => operator,
  path: '/operator/outbox',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['channel', 'size'], search),
  component: lazyRouteComponent(() => import('../features/notifications/outbox-page.tsx'), 'OutboxPage'),
});

const tenants = createRoute({
  getParentRoute: () => operator,
  path: '/operator/tenants',
  validateSearch: (search: Record<string, unknown>) => filtersOf(tenantFilters, search),
  component: lazyRouteComponent(() => import('../features/identity/tenants-page.tsx'), 'TenantsPage'),
});

const bankTransfers = createRoute({
  getParentRoute: () => operator,
  path: '/operator/bank-transfers',
  validateSearch: (
    search: Record<string, unknown>,
  ): Filters<'status' | 'suspense' | 'size'> & { tenant?: string } => ({
    ...filtersOf(['status', 'suspense', 'size'], search),
    tenant: text(search.tenant),
  }),
  component: lazyRouteComponent(
    () => import('../features/wallet/bank-transfers-page.tsx'),
    'BankTransfersPage',
  ),
});

const prices = createRoute({
  getParentRoute: () => operator,
  path: '/operator/prices',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['model'], search),
  component: lazyRouteComponent(() => import('../features/catalog/prices-page.tsx'), 'PricesPage'),
});

const upstreams = createRoute({
  getParentRoute: () => operator,
  path: '/operator/upstreams',
  component: lazyRouteComponent(
    () => import('../features/gateway/upstreams/upstreams-page.tsx'),
    'UpstreamsPage',
  ),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
const routeTree = root.addChildren([
  ...openPrivacyRoutes,
  undo,
  problems,
  problem,
  signedOut.addChildren([login, register, recover]),
  signedIn.addChildren([
    overview,
    wallet,
    keys,
    models,
    model,
    playground,
    usage,
    bills,
    ...ownPrivacyRoutes,
    settings,
    operator.addChildren([...officerRoutes, outbox, tenants, bankTransfers, prices, upstreams]),
  ]),
]);

export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPendingMs: 250,
    defaultPendingMinMs: 150,
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
