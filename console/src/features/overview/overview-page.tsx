import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Page, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { UsageChart, EventTable, fetchUsageEvents, usageQuery, rangeOf } from '../billing/parts.ts';
import { FirstSteps } from './first-steps.tsx';
import { useGreeting } from './greeting.ts';
import { OverviewFigures } from './overview-figures.tsx';

const noDates = { from: '', to: '' };

export function OverviewPage() {
  const t = useTranslations('overview');
  const greeting = useGreeting();
  const [now] = useState(() => Date.now());
  const range = rangeOf('30d', now, noDates);
  const recent = rangeOf('14d', now, noDates);
  const usage = useQuery(
    usageQuery({ from: new Date(range.fromMs).toISOString(), to: new Date(range.toMs).toISOString() }, 'day'),
  );
  const events = useQuery({
    queryKey: ['billing', 'usage', 'events', 'latest'],
    queryFn: () => fetchUsageEvents({}, 6),
  });
  const hasUsage = (usage.data?.items.length ?? 0) > 0;

  return (
    <Page title={t('title')} description={greeting}>
      <FirstSteps
        hasCalled={usage.data === undefined ? undefined : hasUsage || (events.data?.items.length ?? 0) > 0}
      />
      <OverviewFigures usage={usage} now={now} />
      {hasUsage && (
        <Panel
          title={t('spend')}
          description={t('spendHint')}
          actions={
            <Link
              to="/usage"
              style={{ color: 'var(--mantine-color-anchor)', fontSize: 'var(--mantine-font-size-sm)' }}
            >
              {t('allUsage')}
            </Link>
          }
        >
          <QueryView query={usage} skeleton={<Skeleton height={220} />}>
            {({ items }) => (
              <UsageChart
                rows={items}
                fromMs={recent.fromMs}
                toMs={recent.toMs}
                unit="day"
                measure="charge"
                height={220}
              />
            )}
          </QueryView>
        </Panel>
      )}
      {events.data !== undefined && events.data.items.length > 0 && (
        <Panel title={t('latest')} isFlush>
          <EventTable events={events.data.items} />
        </Panel>
      )}
    </Page>
  );
}
