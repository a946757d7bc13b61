import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { operator, root, signedIn, signedOut } from '../../shared/doors.ts';
import { filtersOf } from '../../shared/list/use-filters.ts';
import { keyFilters } from './keys/key-filters.ts';
import { LoginPage } from './login-page.tsx';
import { tenantFilters } from './tenant-filters.ts';

/** The first page of most visits comes with the start. */
const login = createRoute({
  getParentRoute: () => signedOut,
  path: '/login',
  component: LoginPage,
});

const register = createRoute({
  getParentRoute: () => signedOut,
  path: '/register',
  component: lazyRouteComponent(() => import('./register-page.tsx'), 'RegisterPage'),
});

const recover = createRoute({
  getParentRoute: () => signedOut,
  path: '/recover',
  component: lazyRouteComponent(() => import('./recover-page.tsx'), 'RecoverPage'),
});

/** For anyone with the link of a notice, signed in or not. */
const undo = createRoute({
  getParentRoute: () => root,
  path: '/undo',
  component: lazyRouteComponent(() => import('./undo-page.tsx'), 'UndoPage'),
});

const keys = createRoute({
  getParentRoute: () => signedIn,
  path: '/keys',
  validateSearch: (search: Record<string, unknown>) => filtersOf(keyFilters, search),
  component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

const tenants = createRoute({
  getParentRoute: () => operator,
  path: '/operator/tenants',
  validateSearch: (search: Record<string, unknown>) => filtersOf(tenantFilters, search),
  component: lazyRouteComponent(() => import('./tenants-page.tsx'), 'TenantsPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [undo],
  signedOut: [login, register, recover],
  signedIn: [keys, settings],
  operator: [tenants],
} as const;
