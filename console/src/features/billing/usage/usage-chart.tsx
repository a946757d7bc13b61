import { useTranslations } from 'use-intl';
import type { UsageBucket } from '../../../shared/api/entities.ts';
import { compactCount } from '../../../shared/charts/scale.ts';
import { Legend, StackedBars } from '../../../shared/charts/stacked-bars.tsx';
import { formatYuan } from '../../../shared/money.ts';
import { bucketStarts, formatTime } from '../../../shared/time.ts';
import { useMeters } from '../../catalog/parts.ts';
import { seriesBySku, type Measure } from './usage-series.ts';
import type { UsageUnit } from './usage-queries.ts';

interface UsageChartProps {
  rows: readonly UsageBucket[];
  fromMs: number;
  toMs: number;
  unit: UsageUnit;
  measure: Measure;
  height?: number;
}

/** Usage over time, stacked by SKU. */
export function UsageChart({ rows, fromMs, toMs, unit, measure, height }: UsageChartProps) {
  const t = useTranslations('usage');
  const { wordOf } = useMeters();
  const starts = bucketStarts(unit, fromMs, toMs);
  const series = seriesBySku(rows, starts, unit, measure);
  const isMoney = measure === 'charge';
  return (
    <>
      <StackedBars
        label={t('chartLabel', { measure: isMoney ? t('spend') : wordOf(measure) })}
        totalLabel={t('total')}
        height={height}
        series={series}
        buckets={starts.map((start) => ({
          key: start,
          short: shortLabel(start, unit),
          long: formatTime(start, unit === 'hour' ? 'hour' : 'day'),
        }))}
        formatValue={(value) => (isMoney ? formatYuan(value) : value.toLocaleString('en-US'))}
        formatAxis={(value) => (isMoney ? formatYuan(value) : compactCount(value))}
      />
      {series.length > 0 && <Legend series={series} />}
    </>
  );
}

/** `14:00` for hours, `03-01` for days. */
function shortLabel(start: number, unit: UsageUnit): string {
  return unit === 'hour' ? formatTime(start, 'minute').slice(11) : formatTime(start, 'day').slice(5);
}
