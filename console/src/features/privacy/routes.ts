import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { root, signedIn } from '../../shared/doors.ts';

const policy = createRoute({
  getParentRoute: () => root,
  path: '/privacy/policy',
  component: lazyRouteComponent(() => import('./policy-page.tsx'), 'PolicyPage'),
});

const policies = createRoute({
  getParentRoute: () => root,
  path: '/privacy/policies',
  component: lazyRouteComponent(() => import('./policies-page.tsx'), 'PoliciesPage'),
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
  component: lazyRouteComponent(() => import('./collection-list-page.tsx'), 'CollectionListPage'),
});

const verify = createRoute({
  getParentRoute: () => root,
  path: '/verify',
  component: lazyRouteComponent(() => import('./verify/verify-page.tsx'), 'VerifyPage'),
});

const overview = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy',
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});

const choices = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/choices',
  component: lazyRouteComponent(() => import('./choices/choices-page.tsx'), 'ChoicesPage'),
});

const dataExport = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/export',
  component: lazyRouteComponent(() => import('./export/export-page.tsx'), 'ExportPage'),
});

const looked = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/looked',
  component: lazyRouteComponent(() => import('./looked/looked-page.tsx'), 'LookedPage'),
});

const proofs = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/proofs',
  component: lazyRouteComponent(() => import('./proofs/proofs-page.tsx'), 'ProofsPage'),
});

const requests = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/requests',
  validateSearch: (search: Record<string, unknown>): { new?: string } =>
    typeof search.new === 'string' ? { new: search.new } : {},
  component: lazyRouteComponent(() => import('./requests/requests-page.tsx'), 'RequestsPage'),
});

const request = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/requests/$caseId',
  component: lazyRouteComponent(() => import('./requests/request-page.tsx'), 'RequestPage'),
});

const restrict = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/restrict',
  component: lazyRouteComponent(() => import('./restrict/restrict-page.tsx'), 'RestrictPage'),
});

const correct = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/correct',
  component: lazyRouteComponent(() => import('./correct/correct-page.tsx'), 'CorrectPage'),
});

const erase = createRoute({
  getParentRoute: () => signedIn,
  path: '/privacy/erase',
  component: lazyRouteComponent(() => import('./erase/erase-page.tsx'), 'ErasePage'),
});

/** Open, because who was erased has no session any more. */
const erasure = createRoute({
  getParentRoute: () => root,
  path: '/privacy/erasure',
  component: lazyRouteComponent(() => import('./erase/erasure-progress-page.tsx'), 'ErasureProgressPage'),
});

const openRequest = createRoute({
  getParentRoute: () => root,
  path: '/privacy/request',
  component: lazyRouteComponent(() => import('./requests/open-request-page.tsx'), 'OpenRequestPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [policy, policies, shortPolicy, collectionList, verify, erasure, openRequest],
  signedOut: [],
  signedIn: [overview, choices, dataExport, looked, proofs, requests, request, restrict, correct, erase],
  operator: [],
} as const;
