import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { operator } from '../../shared/doors.ts';
import { filtersOf } from '../../shared/list/use-filters.ts';
import { logFilters } from './evidence/log-filters.ts';

const queue = createRoute({
  getParentRoute: () => operator,
  path: '/operator/requests',
  validateSearch: (search: Record<string, unknown>) =>
    filtersOf(['state', 'type', 'overdue', 'size'], search),
  component: lazyRouteComponent(() => import('./requests/queue-page.tsx'), 'QueuePage'),
});

const officerCase = createRoute({
  getParentRoute: () => operator,
  path: '/operator/requests/$caseId',
  component: lazyRouteComponent(() => import('./requests/officer-case-page.tsx'), 'OfficerCasePage'),
});

const retention = createRoute({
  getParentRoute: () => operator,
  path: '/operator/retention',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['size'], search),
  component: lazyRouteComponent(() => import('./retention/retention-page.tsx'), 'RetentionPage'),
});

const erasures = createRoute({
  getParentRoute: () => operator,
  path: '/operator/erasures',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['state', 'size'], search),
  component: lazyRouteComponent(() => import('./evidence/erasures-page.tsx'), 'ErasuresPage'),
});

const auditLog = createRoute({
  getParentRoute: () => operator,
  path: '/operator/audit-log',
  validateSearch: (search: Record<string, unknown>) => filtersOf(logFilters, search),
  component: lazyRouteComponent(() => import('./evidence/audit-log-page.tsx'), 'AuditLogPage'),
});

const keys = createRoute({
  getParentRoute: () => operator,
  path: '/operator/keys',
  component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
});

const news = createRoute({
  getParentRoute: () => operator,
  path: '/operator/news',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['size'], search),
  component: lazyRouteComponent(() => import('./news/news-page.tsx'), 'NewsPage'),
});

const installation = createRoute({
  getParentRoute: () => operator,
  path: '/operator/installation',
  component: lazyRouteComponent(() => import('./installation/installation-page.tsx'), 'InstallationPage'),
});

// Each route stands on its own above because a route written inside an array loses the type of its path.
export const routes = {
  root: [],
  signedOut: [],
  signedIn: [],
  operator: [queue, officerCase, retention, erasures, auditLog, keys, news, installation],
} as const;
