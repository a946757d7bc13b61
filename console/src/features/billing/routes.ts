import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { operator, signedIn, text } from '../../shared/doors.ts';
import { filtersOf } from '../../shared/list/use-filters.ts';
import { accountRequestFilters, requestFilters } from './requests/request-filters.ts';
import { usageFilters } from './usage/usage-filters.ts';

const usage = createRoute({
  getParentRoute: () => signedIn,
  path: '/usage',
  validateSearch: (search: Record<string, unknown>) => filtersOf(usageFilters, search),
  component: lazyRouteComponent(() => import('./usage/usage-page.tsx'), 'UsagePage'),
});

const requests = createRoute({
  getParentRoute: () => signedIn,
  path: '/requests',
  validateSearch: (search: Record<string, unknown>) => filtersOf(requestFilters, search),
  component: lazyRouteComponent(() => import('./requests/requests-page.tsx'), 'RequestsPage'),
});

const accountRequests = createRoute({
  getParentRoute: () => operator,
  path: '/operator/calls',
  validateSearch: (search: Record<string, unknown>) => filtersOf(accountRequestFilters, search),
  component: lazyRouteComponent(() => import('./requests/account-requests-page.tsx'), 'AccountRequestsPage'),
});

const bills = createRoute({
  getParentRoute: () => signedIn,
  path: '/bills',
  validateSearch: (search: Record<string, unknown>): { month?: string } => ({ month: text(search.month) }),
  component: lazyRouteComponent(() => import('./bills-page.tsx'), 'BillsPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [],
  signedOut: [],
  signedIn: [usage, requests, bills],
  operator: [accountRequests],
} as const;
