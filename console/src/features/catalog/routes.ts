import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { operator, signedIn } from '../../shared/doors.ts';
import { filtersOf } from '../../shared/list/use-filters.ts';

const models = createRoute({
  getParentRoute: () => signedIn,
  path: '/models',
  component: lazyRouteComponent(() => import('./models-page.tsx'), 'ModelsPage'),
});

const model = createRoute({
  getParentRoute: () => signedIn,
  path: '/models/$modelId',
  component: lazyRouteComponent(() => import('./model-page.tsx'), 'ModelPage'),
});

const prices = createRoute({
  getParentRoute: () => operator,
  path: '/operator/prices',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['model', 'pricing'], search),
  component: lazyRouteComponent(() => import('./prices-page.tsx'), 'PricesPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [],
  signedOut: [],
  signedIn: [models, model],
  operator: [prices],
} as const;
