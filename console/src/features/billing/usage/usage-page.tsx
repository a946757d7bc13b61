import { SegmentedControl, Select, Skeleton, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { linkTo } from '../../../shared/ui/rich.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { modelsQuery } from '../../catalog/catalog-queries.ts';
import { apiKeysQuery } from '../../identity/keys/key-queries.ts';
import { presets, rangeOf, type RangePreset } from './usage-range.ts';
import { UsageChart } from './usage-chart.tsx';
import { UsageEvents } from './usage-events.tsx';
import { usageQuery, type UsageUnit } from './usage-queries.ts';
import { measures, type Measure } from './usage-series.ts';
import { UsageTotals } from './usage-totals.tsx';
import classes from './usage.module.css';

export function UsagePage() {
  const t = useTranslations('usage');
  const common = useTranslations('common');
  const [now] = useState(() => Date.now());
  const [preset, setPreset] = useState<RangePreset>('14d');
  const [dates, setDates] = useState({ from: '', to: '' });
  const [unit, setUnit] = useState<UsageUnit>('day');
  const [measure, setMeasure] = useState<Measure>('charge');
  const [modelId, setModelId] = useState('all');
  const [apiKeyId, setApiKeyId] = useState('all');
  const models = useQuery(modelsQuery).data?.items ?? [];
  const apiKeys = useQuery(apiKeysQuery).data?.items ?? [];

  const range = rangeOf(preset, now, dates);
  const shownUnit = range.isLong ? 'day' : unit;
  const filter = {
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    modelId: modelId === 'all' ? undefined : modelId,
    apiKeyId: apiKeyId === 'all' ? undefined : apiKeyId,
  };
  const usage = useQuery(usageQuery(filter, shownUnit));
  const nameOfKey = (id: string) => apiKeys.find((apiKey) => apiKey.id === id)?.name ?? `…${id.slice(-8)}`;

  function choosePreset(chosen: RangePreset) {
    setPreset(chosen);
    setUnit(chosen === '24h' ? 'hour' : 'day');
  }

  return (
    <Page title={t('title')} description={t('description')}>
      <div className={classes.filters}>
        <Select
          label={t('range')}
          size="sm"
          value={preset}
          onChange={(value) => choosePreset(presets.find((one) => one === value) ?? '14d')}
          data={presets.map((value) => ({ value, label: t(`ranges.${value}`) }))}
        />
        {preset === 'custom' && (
          <>
            <TextInput
              label={common('from')}
              type="date"
              value={dates.from}
              max={dates.to}
              onChange={(event) => setDates({ ...dates, from: event.currentTarget.value })}
            />
            <TextInput
              label={common('to')}
              type="date"
              value={dates.to}
              min={dates.from}
              onChange={(event) => setDates({ ...dates, to: event.currentTarget.value })}
            />
          </>
        )}
        <Select
          label={t('model')}
          value={modelId}
          onChange={(value) => setModelId(value ?? 'all')}
          data={[
            { value: 'all', label: common('all') },
            ...models.map((model) => ({ value: model.id, label: model.id })),
          ]}
        />
        <Select
          label={t('apiKey')}
          value={apiKeyId}
          onChange={(value) => setApiKeyId(value ?? 'all')}
          data={[
            { value: 'all', label: common('all') },
            ...apiKeys.map((apiKey) => ({ value: apiKey.id, label: apiKey.name })),
          ]}
        />
      </div>
      <Panel
        title={t('overTime')}
        description={common('times')}
        actions={
          <>
            <SegmentedControl
              size="xs"
              aria-label={t('measure')}
              value={measure}
              onChange={setMeasure}
              data={measures.map((value) => ({ value, label: t(`measures.${value}`) }))}
            />
            <SegmentedControl
              size="xs"
              aria-label={t('unit')}
              value={shownUnit}
              onChange={setUnit}
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
        <UsageTotals rows={usage.data.items} nameOfKey={nameOfKey} />
      )}
      <UsageEvents filter={filter} />
    </Page>
  );
}

function NoUsage() {
  const t = useTranslations('usage');
  return (
    <EmptyState icon={ChartColumn} title={t('empty')}>
      {t.rich('emptyHint', {
        playground: linkTo('/playground'),
        keys: linkTo('/keys'),
      })}
    </EmptyState>
  );
}
