import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { logFilters } from '../features/officer/evidence/log-filters.ts';
import { filtersOf } from '../shared/list/use-filters.ts';
import { operator } from './doors.tsx';

const queue = createRoute({
  getParentRoute: () => operator,
  path: '/operator/requests',
  validateSearch: (search: Record<string, unknown>) =>
    filtersOf(['state', 'type', 'overdue', 'size'], search),
  component: lazyRouteComponent(() => import('../features/officer/requests/queue-page.tsx'), 'QueuePage'),
});

const officerCase = createRoute({
  getParentRoute: () => operator,
  path: '/operator/requests/$caseId',
  component: lazyRouteComponent(
    () => import('../features/officer/requests/officer-case-page.tsx'),
    'OfficerCasePage',
  ),
});

const retention = createRoute({
  getParentRoute: () => operator,
  path: '/operator/retention',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['size'], search),
  component: lazyRouteComponent(
    () => import('../features/officer/retention/retention-page.tsx'),
    'RetentionPage',
  ),
});

const erasures = createRoute({
  getParentRoute: () => operator,
  path: '/operator/erasures',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['state', 'size'], search),
  component: lazyRouteComponent(
    () => import('../features/officer/evidence/erasures-page.tsx'),
    'ErasuresPage',
  ),
});

const auditLog = createRoute({
  getParentRoute: () => operator,
  path: '/operator/audit-log',
  validateSearch: (search: Record<string, unknown>) => filtersOf(logFilters, search),
  component: lazyRouteComponent(
    () => import('../features/officer/evidence/audit-log-page.tsx'),
    'AuditLogPage',
  ),
});

const keys = createRoute({
  getParentRoute: () => operator,
  path: '/operator/keys',
  component: lazyRouteComponent(() => import('../features/officer/keys/keys-page.tsx'), 'KeysPage'),
});

const news = createRoute({
  getParentRoute: () => operator,
  path: '/operator/news',
  validateSearch: (search: Record<string, unknown>) => filtersOf(['size'], search),
  component: lazyRouteComponent(() => import('../features/officer/news/news-page.tsx'), 'NewsPage'),
});

const installation = createRoute({
  getParentRoute: () => operator,
  path: '/operator/installation',
  component: lazyRouteComponent(
    () => import('../features/officer/installation/installation-page.tsx'),
    'InstallationPage',
  ),
});

/** The officer's desk: requests, terms, erasures, the log, keys, news. */
export const officerRoutes = [
  queue,
  officerCase,
  retention,
  erasures,
  auditLog,
  keys,
  news,
  installation,
] as const;
