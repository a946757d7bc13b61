import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { OwnRateLimit } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { rateNames } from './key-form-values.ts';
import { ownRateLimitsQuery } from './key-queries.ts';

/** What the platform allows the account; nothing is shown where nothing is limited. */
export function OwnLimits() {
  const t = useTranslations('keys');
  const limits = useQuery(ownRateLimitsQuery);
  if (limits.data?.items.length === 0) return null;
  const columns: Column<OwnRateLimit>[] = [
    {
      key: 'model',
      header: t('model'),
      isTitle: true,
      render: ({ modelId }) => <span className="mono">{modelId}</span>,
    },
    ...rateNames.map((name) => ({
      key: name,
      header: t(name),
      isNumeric: true,
      render: (limit: OwnRateLimit) => limit[name]?.toLocaleString('en-US') ?? t('unlimited'),
    })),
  ];
  return (
    <Panel title={t('ownLimits')} description={t('ownLimitsHint')} isFlush>
      <QueryView query={limits}>
        {({ items }) => (
          <DataTable
            caption={t('ownLimits')}
            columns={columns}
            rows={items}
            rowKey={({ modelId }) => modelId}
          />
        )}
      </QueryView>
    </Panel>
  );
}
