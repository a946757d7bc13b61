import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { OwnRateLimit } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { useRateColumns } from './rate-fields.tsx';
import { ownRateLimitsQuery } from './key-queries.ts';

/** What the platform allows the account; nothing is shown where nothing is limited. */
export function OwnLimits() {
  const t = useTranslations('keys');
  const limits = useQuery(ownRateLimitsQuery);
  const rateColumns = useRateColumns();
  if (limits.data?.items.length === 0) return null;
  const columns: Column<OwnRateLimit>[] = [
    {
      key: 'model',
      header: t('model'),
      isTitle: true,
      render: ({ modelId }) => <span className="mono">{modelId}</span>,
    },
    ...rateColumns,
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
