import { SegmentedControl, Tooltip } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { UsageBucket } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Money } from '../../../shared/ui/money.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { totalsBy, type UsageTotal } from './usage-series.ts';

interface UsageTotalsProps {
  rows: readonly UsageBucket[];
  nameOfKey: (apiKeyId: string) => string;
  by: 'model' | 'key';
  onBy: (by: 'model' | 'key') => void;
}

/** The same usage added up by model or by key. */
export function UsageTotals({ rows, nameOfKey, by, onBy }: UsageTotalsProps) {
  const t = useTranslations('usage');
  const totals =
    by === 'model' ? totalsBy(rows, (row) => row.modelId) : totalsBy(rows, (row) => row.apiKeyId);
  const count = (value: number) => value.toLocaleString('en-US');
  const columns: Column<UsageTotal>[] = [
    {
      key: 'key',
      header: by === 'model' ? t('model') : t('apiKey'),
      isTitle: true,
      render: (total) => (by === 'model' ? total.key : nameOfKey(total.key)),
    },
    {
      key: 'requests',
      header: t('measures.requests'),
      isNumeric: true,
      render: (total) => <Requests total={total} />,
    },
    { key: 'input', header: t('input'), isNumeric: true, render: (total) => count(total.inputTokens) },
    { key: 'output', header: t('output'), isNumeric: true, render: (total) => count(total.outputTokens) },
    {
      key: 'charge',
      header: t('measures.charge'),
      isFigure: true,
      render: (total) => <Money micros={total.chargeMicros} digits={6} />,
    },
  ];
  return (
    <Panel
      title={t('totals')}
      isFlush
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('totals')}
          value={by}
          onChange={onBy}
          data={[
            { value: 'model' as const, label: t('byModel') },
            { value: 'key' as const, label: t('byKey') },
          ]}
        />
      }
    >
      <DataTable caption={t('totals')} columns={columns} rows={totals} rowKey={(total) => total.key} />
    </Panel>
  );
}

function Requests({ total }: { total: UsageTotal }) {
  const t = useTranslations('usage');
  const shown = total.requests.toLocaleString('en-US');
  if (total.estimatedRequests === 0) return shown;
  return (
    <Tooltip label={t('estimatedOf', { count: total.estimatedRequests })} multiline maw={260}>
      <span tabIndex={0}>{shown} *</span>
    </Tooltip>
  );
}
