import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ChartColumn } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { UsageStatistics } from '../../../shared/api/entities.ts';
import { useNow } from '../../../shared/now.ts';
import { billingDate } from '../../../shared/time.ts';
import { type Column, DataTable } from '../../../shared/ui/data-table.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { useMeters } from '../../catalog/parts.ts';

const shownMonths = 12;

/** How models are used by those who agreed to be counted, and why some of it is not shown. */
export function Statistics() {
  const t = useTranslations('officer.statistics');
  const { wordOf } = useMeters();
  const months = lastMonths(billingDate(useNow()));
  const [month = months[0], setMonth] = useState<string>();
  const statistics = useQuery({
    queryKey: ['officer', 'statistics', month],
    queryFn: () => unwrap(api.GET('/api/billing/statistics', { params: { query: { month } } })),
  });
  const columns: Column<UsageStatistics>[] = [
    { key: 'model', header: t('model'), isTitle: true, render: (row) => row.sku },
    {
      key: 'persons',
      header: t('persons'),
      isNumeric: true,
      render: (row) => t('atLeast', { persons: row.persons }),
    },
    {
      key: 'quantity',
      header: t('quantity'),
      isNumeric: true,
      render: (row) => `${t('about', { value: row.quantity })} ${wordOf(row.unit)}`,
    },
  ];
  return (
    <Panel
      title={t('title')}
      description={t('hint')}
      isFlush
      actions={
        <Select
          aria-label={t('month')}
          allowDeselect={false}
          data={months}
          value={month ?? null}
          onChange={(value) => setMonth(value ?? undefined)}
          w={140}
        />
      }
    >
      <QueryView query={statistics}>
        {({ items, frozenAt }) =>
          items.length === 0 ? (
            <EmptyState icon={ChartColumn} title={t(frozenAt === null ? 'waiting' : 'empty')}>
              {t(frozenAt === null ? 'waitingHint' : 'emptyHint')}
            </EmptyState>
          ) : (
            <DataTable
              caption={t('title')}
              columns={columns}
              rows={items}
              rowKey={(row) => `${row.sku} ${row.unit}`}
            />
          )
        }
      </QueryView>
    </Panel>
  );
}

/** The closed months, newest first, as `2026-11`. */
function lastMonths(today: string): string[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  return Array.from({ length: shownMonths }, (_, back) => {
    const index = year * 12 + (month - 1) - back - 1;
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
  });
}
