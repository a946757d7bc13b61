import { Tooltip } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { UsageBucket } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Money } from '../../../shared/ui/money.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { totalsBy, type UsageTotal } from './usage-series.ts';

interface UsageTotalsProps {
  title: string;
  rows: readonly UsageBucket[];
  keyOf: (row: UsageBucket) => string;
  labelOf: (key: string) => string;
}

export function UsageTotals({ title, rows, keyOf, labelOf }: UsageTotalsProps) {
  const t = useTranslations('usage');
  const count = (value: number) => value.toLocaleString('en-US');
  const columns: Column<UsageTotal>[] = [
    { key: 'key', header: title, isTitle: true, render: (total) => labelOf(total.key) },
    {
      key: 'requests',
      header: t('measures.requests'),
      isNumeric: true,
      render: (total) =>
        total.estimatedRequests === 0 ? (
          count(total.requests)
        ) : (
          <Tooltip label={t('estimatedOf', { count: total.estimatedRequests })} multiline maw={260}>
            <span tabIndex={0}>{count(total.requests)} *</span>
          </Tooltip>
        ),
    },
    { key: 'input', header: t('input'), isNumeric: true, render: (total) => count(total.inputTokens) },
    { key: 'output', header: t('output'), isNumeric: true, render: (total) => count(total.outputTokens) },
    { key: 'charge', header: t('measures.charge'), isNumeric: true, render: (total) => <Money micros={total.chargeMicros} /> },
  ];
  return (
    <Panel title={title} isFlush>
      <DataTable caption={title} columns={columns} rows={totalsBy(rows, keyOf)} rowKey={(total) => total.key} />
    </Panel>
  );
}
