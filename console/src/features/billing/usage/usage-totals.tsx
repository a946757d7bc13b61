import { SegmentedControl, Tooltip } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { UsageBucket } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Money } from '../../../shared/ui/money.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { useMeters } from '../../catalog/parts.ts';
import { type MeterTotal, totalsBy, type UsageTotal } from './usage-series.ts';

interface UsageTotalsProps {
  rows: readonly UsageBucket[];
  nameOfKey: (apiKeyId: string) => string;
  by: 'model' | 'key';
  onBy: (by: 'model' | 'key') => void;
}

/** The same usage added up by model or by key. */
export function UsageTotals({ rows, nameOfKey, by, onBy }: UsageTotalsProps) {
  const t = useTranslations('usage');
  const totals = by === 'model' ? totalsBy(rows, (row) => row.sku) : totalsBy(rows, (row) => row.apiKeyId);
  const { meters, wordOf } = useMeters();
  const columns: Column<UsageTotal>[] = [
    {
      key: 'key',
      header: by === 'model' ? t('model') : t('apiKey'),
      isTitle: true,
      render: (total) => (by === 'model' ? total.key : nameOfKey(total.key)),
    },
    ...meters
      .filter(({ name }) => totals.some(({ byMeter }) => byMeter.has(name)))
      .map(({ name, unit }) => ({
        key: name,
        header: t('inUnit', { meter: wordOf(name), unit: wordOf(unit) }),
        isNumeric: true,
        render: ({ byMeter }: UsageTotal) => <Quantity total={byMeter.get(name)} />,
      })),
    {
      key: 'charge',
      header: t('spend'),
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

function Quantity({ total }: { total: MeterTotal | undefined }) {
  const t = useTranslations('usage');
  const shown = (total?.quantity ?? 0).toLocaleString('en-US');
  if (total === undefined || total.estimatedQuantity === 0) return shown;
  return (
    <Tooltip
      label={t('estimatedOf', { quantity: total.estimatedQuantity.toLocaleString('en-US') })}
      multiline
      maw={260}
    >
      <span tabIndex={0}>{shown} *</span>
    </Tooltip>
  );
}
