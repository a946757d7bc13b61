import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { root, signedIn } from './doors.tsx';

const policy = createRoute({
  getParentRoute: () => root,
  path: '/privacy/policy',
  component: lazyRouteComponent(() => import('../features/privacy/policy-page.tsx'), 'PolicyPage'),
});

/** The short address that the server names beside the consent. */
const shortPolicy = createRoute({
  getParentRoute: () => root,
  path: '/policy',
  beforeLoad: () => redirect({ to: '/privacy/policy', throw: true }),
});

const collectionList = createRoute({
  getParentRoute: () => root,
  path: '/privacy/collection-list',
  component: lazyRouteComponent(
    () => import('../features/privacy/collection-list-page.tsx'),
    'CollectionListPage',
  ),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  component: lazyRouteComponent(() => import('../features/privacy/verify/verify-page.tsx'), 'VerifyPage'),
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy',
  component: lazyRouteComponent(
    () => import('../features/privacy/overview/overview-page.tsx'),
    'OverviewPage',
  ),
});

/** What anybody may open. */
export const openPrivacyRoutes = [collectionList, policy, shortPolicy, verify] as const;

/** What a person sees of their own. */
export const ownPrivacyRoutes = [overview] as const;
