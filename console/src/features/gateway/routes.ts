import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { operator, signedIn, text } from '../../shared/doors.ts';

const playground = createRoute({
  getParentRoute: () => signedIn,
  path: '/playground',
  validateSearch: (search: Record<string, unknown>): { model?: string } => ({ model: text(search.model) }),
  component: lazyRouteComponent(() => import('./playground/playground-page.tsx'), 'PlaygroundPage'),
});

const upstreams = createRoute({
  getParentRoute: () => operator,
  path: '/operator/upstreams',
  component: lazyRouteComponent(() => import('./upstreams/upstreams-page.tsx'), 'UpstreamsPage'),
});

const limits = createRoute({
  getParentRoute: () => operator,
  path: '/operator/limits',
  component: lazyRouteComponent(() => import('./limits/limits-page.tsx'), 'LimitsPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [],
  signedOut: [],
  signedIn: [playground],
  operator: [upstreams, limits],
} as const;
