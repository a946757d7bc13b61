import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { operator } from '../../shared/doors.ts';
import { filtersOf } from '../../shared/list/use-filters.ts';

const outbox = createRoute({
  getParentRoute: () => operator,
  path: '/operator/outbox',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['channel', 'size'], search),
  component: lazyRouteComponent(() => import('./outbox-page.tsx'), 'OutboxPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [],
  signedOut: [],
  signedIn: [],
  operator: [outbox],
} as const;
