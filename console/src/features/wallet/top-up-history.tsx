import { Badge, Select } from '@mantine/core';
import { CreditCard } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import type { TopUp } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { FilterBar } from '../../shared/list/filter-bar.tsx';
import { oneOf, useFilters } from '../../shared/list/use-filters.ts';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Money } from '../../shared/ui/money.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { channelKey } from './top-ups-panel.tsx';
import { topUpFilters } from './transaction-filters.ts';

const statuses = ['pending', 'paid', 'failed'] as const;
const colours = { pending: 'amber', paid: 'celadon', failed: 'gray' } as const;
const rowsPerPage = 20;

/** Every order to pay in, with what became of it; those that came to nothing are in no transaction. */
export function TopUpHistory() {
  const t = useTranslations('wallet');
  const common = useTranslations('common');
  const filters = useFilters(topUpFilters);
  const status = oneOf(statuses, filters.values.topUps);
  const list = useCursorList(
    ['wallet', 'top-ups', 'history', status],
    (cursor) =>
      unwrap(api.GET('/api/wallet/top-ups', { params: { query: { limit: rowsPerPage, cursor, status } } })),
    { place: 'topUpPages' },
  );
  const columns: Column<TopUp>[] = [
    {
      key: 'created',
      header: t('createdAt'),
      isTitle: true,
      render: (row) => <Instant at={row.createdAt} />,
    },
    {
      key: 'amount',
      header: t('amount'),
      isFigure: true,
      render: (row) => <Money micros={row.amountMicros} />,
    },
    { key: 'channel', header: t('channel'), render: (row) => t(`channels.${channelKey(row.channel)}`) },
    {
      key: 'status',
      header: t('status'),
      render: (row) => (
        <>
          <Badge color={colours[row.status]}>{t(`topUpStatuses.${row.status}`)}</Badge>
          {row.failureReason !== null && ` ${t(`topUpFailures.${row.failureReason}`)}`}
        </>
      ),
    },
    {
      key: 'paid',
      header: t('paidAt'),
      render: (row) => (row.paidAt === null ? '—' : <Instant at={row.paidAt} />),
    },
  ];
  return (
    <Panel title={t('topUps')} description={t('topUpsHint')} isFlush>
      <FilterBar filters={filters} files={{ path: '/api/wallet/top-ups', query: { status } }} isInside>
        <Select
          label={t('status')}
          size="xs"
          value={status ?? 'all'}
          onChange={(value) => filters.set({ topUps: oneOf(statuses, value ?? undefined) })}
          data={[
            { value: 'all' as const, label: common('all') },
            ...statuses.map((value) => ({ value, label: t(`topUpStatuses.${value}`) })),
          ]}
        />
      </FilterBar>
      <QueryView query={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={CreditCard} title={t('noTopUps')} />
          ) : (
            <>
              <DataTable caption={t('topUps')} columns={columns} rows={rows} rowKey={(row) => row.id} />
              <LoadMore list={list} count={rows.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}
