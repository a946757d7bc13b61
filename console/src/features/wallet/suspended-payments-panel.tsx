import { Badge, Button, Group, Select } from '@mantine/core';
import { Inbox } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import type { SuspendedPayment } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { FilterBar } from '../../shared/list/filter-bar.tsx';
import { pageSizeOf } from '../../shared/list/page-size.tsx';
import { oneOf, useFilters } from '../../shared/list/use-filters.ts';
import { type Column, DataTable } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Money } from '../../shared/ui/money.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { suspenseFilters } from './transaction-filters.ts';
import { SuspenseDialog, type SuspenseAct } from './suspense-dialog.tsx';

const statuses = ['open', 'proposed', 'refunded', 'assigned'] as const;
const colours = { open: 'amber', proposed: 'amber', refunded: 'gray', assigned: 'celadon' } as const;

function actsOf({ status }: SuspendedPayment): SuspenseAct[] {
  if (status === 'open') return ['refund', 'assign'];
  return status === 'proposed' ? ['approve', 'decline'] : [];
}

/** Money that arrived for closed accounts, with what became of it and the acts its state allows. */
export function SuspendedPaymentsPanel() {
  const t = useTranslations('wallet.operator.suspense');
  const operator = useTranslations('wallet.operator');
  const channels = useTranslations('wallet.channels');
  const [asked, setAsked] = useState<{ act: SuspenseAct; payment: SuspendedPayment } | null>(null);
  const common = useTranslations('common');
  const filters = useFilters(suspenseFilters);
  const status = oneOf(statuses, filters.values.suspense);
  const limit = pageSizeOf(filters);
  const list = useCursorList(
    ['wallet', 'suspended-payments', status, limit],
    (cursor) =>
      unwrap(api.GET('/api/wallet/suspended-payments', { params: { query: { limit, cursor, status } } })),
    { place: 'suspensePages' },
  );
  const columns: Column<SuspendedPayment>[] = [
    { key: 'number', header: t('tradeNumber'), isTitle: true, render: (row) => row.tradeNumber },
    {
      key: 'amount',
      header: operator('amount'),
      isFigure: true,
      render: (row) => <Money micros={row.amountMicros} />,
    },
    {
      key: 'channel',
      header: t('channel'),
      render: ({ channel }) =>
        channel === 'bank' || channel === 'sandbox' ? channels(channel) : channels('other'),
    },
    {
      key: 'status',
      header: operator('status'),
      render: (row) => (
        <>
          <Badge color={colours[row.status]}>{t(`statuses.${row.status}`)}</Badge>
          {row.reason !== null && ` ${t(`reasons.${row.reason}`)}`}
          {row.refundReference !== null && ` ${row.refundReference}`}
        </>
      ),
    },
    { key: 'tenant', header: operator('tenant'), render: (row) => row.tenantId ?? '—' },
    {
      key: 'entered',
      header: operator('enteredBy'),
      render: (row) => row.proposedBy?.replace(/^user:/, '') ?? '—',
    },
    {
      key: 'resolved',
      header: t('resolvedBy'),
      render: (row) => row.resolvedBy?.replace(/^user:/, '') ?? '—',
    },
    { key: 'at', header: t('receivedAt'), render: (row) => <Instant at={row.receivedAt} /> },
    {
      key: 'act',
      header: operator('act'),
      isAction: true,
      render: (row) => (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {actsOf(row).map((act) => (
            <Button key={act} size="xs" variant="default" onClick={() => setAsked({ act, payment: row })}>
              {t(`acts.${act}`)}
            </Button>
          ))}
        </Group>
      ),
    },
  ];
  return (
    <Panel title={t('title')} description={t('text')} isFlush>
      <FilterBar
        filters={filters}
        files={{ path: '/api/wallet/suspended-payments', query: { status }, needsReason: true }}
        isInside
      >
        <Select
          label={operator('status')}
          size="xs"
          value={status ?? 'all'}
          onChange={(value) => filters.set({ suspense: oneOf(statuses, value ?? undefined) })}
          data={[
            { value: 'all' as const, label: common('all') },
            ...statuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
          ]}
        />
      </FilterBar>
      <QueryView query={list}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={Inbox} title={t('empty')} />
          ) : (
            <>
              <DataTable caption={t('title')} columns={columns} rows={items} rowKey={(row) => row.id} />
              <LoadMore list={list} count={items.length} />
            </>
          )
        }
      </QueryView>
      {asked !== null && <SuspenseDialog {...asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}
