import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Activity } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { UsageEvent } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { DateRange } from '../../../shared/list/date-range.tsx';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../../shared/list/page-size.tsx';
import { oneOf, useFilters } from '../../../shared/list/use-filters.ts';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { modelsQuery } from '../../catalog/parts.ts';
import { apiKeysQuery } from '../../identity/parts.ts';
import { type EventFilter, fetchUsageEvents } from '../usage/usage-queries.ts';
import { presets, rangeOf, type RangePreset } from '../usage/usage-range.ts';
import { EventTable } from './event-table.tsx';
import { RequestDetails } from './request-details.tsx';
import { outcomes, requestFilters } from './request-filters.ts';
import { RequestSearch } from './request-search.tsx';

/** Every call of the account, newest first: how it went and what it cost, never what was said. */
export function RequestsPage() {
  const t = useTranslations('requests');
  const usage = useTranslations('usage');
  const common = useTranslations('common');
  const [now] = useState(() => Date.now());
  const [opened, setOpened] = useState<UsageEvent | undefined>(undefined);
  const filters = useFilters(requestFilters);
  const { values } = filters;
  const preset: RangePreset = oneOf(presets, values.range) ?? '14d';
  const outcome = oneOf(outcomes, values.outcome);
  const models = useQuery(modelsQuery).data?.items ?? [];
  const apiKeys = useQuery(apiKeysQuery).data?.items ?? [];
  const range = rangeOf(preset, now, { from: values.from ?? '', to: values.to ?? '' });
  // One that is looked for by its id is found whenever it was.
  const filter: EventFilter =
    values.id === undefined
      ? {
          from: new Date(range.fromMs).toISOString(),
          to: new Date(range.toMs).toISOString(),
          sku: values.model,
          apiKeyId: values.key,
          outcome,
        }
      : { requestId: values.id };
  const size = pageSizeOf(filters);
  const list = useCursorList(['billing', 'usage', 'events', filter, size], (cursor) =>
    fetchUsageEvents(filter, size, cursor),
  );

  return (
    <Page title={t('title')} description={t('description')}>
      <Panel isFlush>
        <FilterBar
          filters={filters}
          files={{ path: '/api/billing/usage/events', query: { ...filter } }}
          isInside
        >
          <RequestSearch
            // Emptied with the other filters.
            key={values.id === undefined ? 'none' : 'some'}
            value={values.id}
            onSearch={(id) => filters.set({ id })}
          />
          <Select
            label={usage('range')}
            size="xs"
            value={preset}
            onChange={(value) => filters.set({ range: value ?? undefined })}
            data={presets.map((value) => ({ value, label: usage(`ranges.${value}`) }))}
          />
          {preset === 'custom' && <DateRange filters={filters} />}
          <Select
            label={t('model')}
            size="xs"
            searchable
            value={values.model ?? 'all'}
            onChange={(value) => filters.set({ model: known(value) })}
            data={[
              { value: 'all', label: common('all') },
              ...models.map((model) => ({ value: model.id, label: model.id })),
            ]}
          />
          <Select
            label={t('apiKey')}
            size="xs"
            value={values.key ?? 'all'}
            onChange={(value) => filters.set({ key: known(value) })}
            data={[
              { value: 'all', label: common('all') },
              ...apiKeys.map((apiKey) => ({ value: apiKey.id, label: apiKey.name })),
            ]}
          />
          <Select
            label={t('outcome')}
            size="xs"
            value={outcome ?? 'all'}
            onChange={(value) => filters.set({ outcome: oneOf(outcomes, value ?? undefined) })}
            data={[
              { value: 'all' as const, label: common('all') },
              ...outcomes.map((value) => ({ value, label: t(`outcomes.${value}`) })),
            ]}
          />
          <PageSize filters={filters} />
        </FilterBar>
        <QueryView query={list}>
          {(events) =>
            events.length === 0 ? (
              <EmptyState icon={Activity} title={t(values.id === undefined ? 'empty' : 'notFound')}>
                {values.id === undefined ? undefined : t('notFoundHint')}
              </EmptyState>
            ) : (
              <>
                <EventTable events={events} onOpen={setOpened} />
                <LoadMore list={list} count={events.length} />
              </>
            )
          }
        </QueryView>
      </Panel>
      <RequestDetails event={opened} onClose={() => setOpened(undefined)} />
    </Page>
  );
}

/** The choice of everything is no filter. */
function known(choice: string | null): string | undefined {
  return choice === 'all' ? undefined : (choice ?? undefined);
}
