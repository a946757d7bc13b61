import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { signedIn } from '../../shared/doors.ts';

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  component: lazyRouteComponent(() => import('./home-page.tsx'), 'HomePage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [],
  signedOut: [],
  signedIn: [overview],
  operator: [],
} as const;
