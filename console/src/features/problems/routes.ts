import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../shared/doors.ts';

const problems = createRoute({
  getParentRoute: () => root,
  path: '/problems',
  component: lazyRouteComponent(() => import('./problems-page.tsx'), 'ProblemsPage'),
});

/** The `type` of every problem. */
const problem = createRoute({
  getParentRoute: () => root,
  path: '/problems/$code',
  component: lazyRouteComponent(() => import('./problem-page.tsx'), 'ProblemPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [problems, problem],
  signedOut: [],
  signedIn: [],
  operator: [],
} as const;
