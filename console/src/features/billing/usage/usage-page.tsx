import { SegmentedControl, Select, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCanChat } from '../../../shared/api/capabilities.ts';
import { DateRange } from '../../../shared/list/date-range.tsx';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { oneOf, useFilters } from '../../../shared/list/use-filters.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { linkTo } from '../../../shared/ui/rich.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { modelsQuery, useMeters } from '../../catalog/parts.ts';
import { apiKeysQuery } from '../../identity/parts.ts';
import { usageFilters } from './usage-filters.ts';
import { presets, rangeOf, type RangePreset, units } from './usage-range.ts';
import { UsageChart } from './usage-chart.tsx';
import { usageQuery, type UsageUnit } from './usage-queries.ts';
import { measuresOf } from './usage-series.ts';
import { UsageTotals } from './usage-totals.tsx';

export function UsagePage() {
  const t = useTranslations('usage');
  const common = useTranslations('common');
  const [now] = useState(() => Date.now());
  const filters = useFilters(usageFilters);
  const { values } = filters;
  const preset: RangePreset = oneOf(presets, values.range) ?? '14d';
  const unit: UsageUnit = oneOf(units, values.unit) ?? (preset === '24h' ? 'hour' : 'day');
  const dates = { from: values.from ?? '', to: values.to ?? '' };
  const models = useQuery(modelsQuery).data?.items ?? [];
  const apiKeys = useQuery(apiKeysQuery).data?.items ?? [];

  const range = rangeOf(preset, now, dates);
  const shownUnit = range.isLong ? 'day' : unit;
  const filter = {
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    sku: values.model,
    apiKeyId: values.key,
  };
  const usage = useQuery(usageQuery(filter, shownUnit));
  const measures = measuresOf(usage.data?.items ?? []);
  const measure = oneOf(measures, values.measure) ?? 'charge';
  const { wordOf } = useMeters();
  const nameOfKey = (id: string) => apiKeys.find((apiKey) => apiKey.id === id)?.name ?? `…${id.slice(-8)}`;

  return (
    <Page title={t('title')} description={t.rich('description', { requests: linkTo('/requests') })}>
      <FilterBar filters={filters}>
        <Select
          label={t('range')}
          size="sm"
          value={preset}
          onChange={(value) => filters.set({ range: value ?? undefined, unit: undefined })}
          data={presets.map((value) => ({ value, label: t(`ranges.${value}`) }))}
        />
        {preset === 'custom' && <DateRange filters={filters} size="sm" />}
        <Select
          label={t('model')}
          value={values.model ?? 'all'}
          onChange={(value) => filters.set({ model: known(value) })}
          data={[
            { value: 'all', label: common('all') },
            ...models.map((model) => ({ value: model.id, label: model.id })),
          ]}
        />
        <Select
          label={t('apiKey')}
          value={values.key ?? 'all'}
          onChange={(value) => filters.set({ key: known(value) })}
          data={[
            { value: 'all', label: common('all') },
            ...apiKeys.map((apiKey) => ({ value: apiKey.id, label: apiKey.name })),
          ]}
        />
      </FilterBar>
      <Panel
        title={t('overTime')}
        description={common('times')}
        actions={
          <>
            <SegmentedControl
              size="xs"
              aria-label={t('measure')}
              value={measure}
              onChange={(value) => filters.set({ measure: value })}
              data={measures.map((value) => ({
                value,
                label: value === 'charge' ? t('spend') : wordOf(value),
              }))}
            />
            <SegmentedControl
              size="xs"
              aria-label={t('unit')}
              value={shownUnit}
              onChange={(value) => filters.set({ unit: value })}
              disabled={range.isLong}
              data={[
                { value: 'hour' as const, label: t('hour') },
                { value: 'day' as const, label: t('day') },
              ]}
            />
          </>
        }
      >
        <QueryView query={usage} skeleton={<Skeleton height={260} />}>
          {({ items }) =>
            items.length === 0 ? (
              <NoUsage />
            ) : (
              <UsageChart
                rows={items}
                fromMs={range.fromMs}
                toMs={range.toMs}
                unit={shownUnit}
                measure={measure}
                height={250}
              />
            )
          }
        </QueryView>
      </Panel>
      {usage.data !== undefined && usage.data.items.length > 0 && (
        <UsageTotals
          rows={usage.data.items}
          nameOfKey={nameOfKey}
          by={values.by === 'key' ? 'key' : 'model'}
          onBy={(by) => filters.set({ by })}
        />
      )}
    </Page>
  );
}

/** The choice of everything is no filter. */
function known(choice: string | null): string | undefined {
  return choice === 'all' ? undefined : (choice ?? undefined);
}

function NoUsage() {
  const t = useTranslations('usage');
  const canChat = useCanChat();
  return (
    <EmptyState icon={ChartColumn} title={t('empty')}>
      {t.rich(canChat ? 'emptyHint' : 'emptyHintNoChat', {
        playground: linkTo('/playground'),
        keys: linkTo('/keys'),
      })}
    </EmptyState>
  );
}
