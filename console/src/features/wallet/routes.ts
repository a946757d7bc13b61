import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { operator, signedIn, text } from '../../shared/doors.ts';
import { type Filters, filtersOf } from '../../shared/list/use-filters.ts';
import { topUpFilters, transactionFilters } from './transaction-filters.ts';

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
  component: lazyRouteComponent(() => import('./wallet-page.tsx'), 'WalletPage'),
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
  component: lazyRouteComponent(() => import('./bank-transfers-page.tsx'), 'BankTransfersPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [],
  signedOut: [],
  signedIn: [wallet],
  operator: [bankTransfers],
} as const;
