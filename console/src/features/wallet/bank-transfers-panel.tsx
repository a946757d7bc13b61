import { Badge, Button, Group, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Landmark } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, done, unwrap } from '../../shared/api/client.ts';
import type { BankTransfer, BankTransferStatus, ReversalReason } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { FilterBar } from '../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../shared/list/page-size.tsx';
import { oneOf, useFilters } from '../../shared/list/use-filters.ts';
import { formatYuan } from '../../shared/money.ts';
import { ConfirmDialog } from '../../shared/ui/confirm-dialog.tsx';
import { type Column, DataTable } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Money } from '../../shared/ui/money.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { bankTransferFilters } from './transaction-filters.ts';
import { BankTransferTotals } from './totals.tsx';
import { Target } from '../audit/parts.ts';

const statuses = [
  'waiting',
  'credited',
  'rejected',
  'reversing',
  'reversed',
] as const satisfies BankTransferStatus[];
const reasons = [
  'wrong_account',
  'wrong_amount',
  'returned_by_bank',
  'credited_twice',
  'paid_back',
] as const satisfies ReversalReason[];
const colours = {
  waiting: 'amber',
  credited: 'celadon',
  rejected: 'gray',
  reversing: 'amber',
  reversed: 'cinnabar',
} as const;
type Act = 'approve' | 'reject' | 'reverse' | 'approveReversal' | 'declineReversal';

/** Every credit of a bank transfer, with the operators who entered and decided it, and the acts its state allows. */
export function BankTransfersPanel() {
  const t = useTranslations('wallet.operator');
  const common = useTranslations('common');
  const filters = useFilters(bankTransferFilters);
  const status = oneOf(statuses, filters.values.status);
  const limit = pageSizeOf(filters);
  const [asked, setAsked] = useState<{ act: Act; transfer: BankTransfer } | null>(null);
  const list = useCursorList(['wallet', 'bank-transfers', status, limit], (cursor) =>
    unwrap(
      api.GET('/api/wallet/bank-transfers', {
        params: { query: { limit, cursor, status } },
      }),
    ),
  );
  const actions = (transfer: BankTransfer): Act[] => {
    if (transfer.status === 'waiting') return ['approve', 'reject'];
    if (transfer.status === 'reversing') return ['approveReversal', 'declineReversal'];
    return transfer.status === 'credited' ? ['reverse'] : [];
  };
  const columns: Column<BankTransfer>[] = [
    { key: 'serial', header: t('serialNumber'), isTitle: true, render: (row) => row.serialNumber },
    {
      key: 'amount',
      header: t('amount'),
      isFigure: true,
      render: (row) => <Money micros={row.amountMicros} />,
    },
    {
      key: 'status',
      header: t('status'),
      render: (row) => (
        <>
          <Badge color={colours[row.status]}>{t(`statuses.${row.status}`)}</Badge>
          {row.reversalReason !== null && ` ${t(`reasons.${row.reversalReason}`)}`}
          {row.reversalProposedBy !== null && (
            <>
              {` ${t('reversalProposedBy')} `}
              <Target id={row.reversalProposedBy.replace(/^user:/, '')} />
            </>
          )}
          {row.duplicateOf !== null && ` ${t('duplicate', { id: row.duplicateOf })}`}
        </>
      ),
    },
    { key: 'tenant', header: t('tenant'), render: (row) => <Target id={row.tenantId} /> },
    {
      key: 'entered',
      header: t('enteredBy'),
      render: (row) => <Target id={row.creditedBy.replace(/^user:/, '')} />,
    },
    {
      key: 'decided',
      header: t('decidedBy'),
      render: (row) =>
        row.decidedBy === null ? (
          row.status === 'waiting' ? (
            '—'
          ) : (
            t('noSecondPerson')
          )
        ) : (
          <Target id={row.decidedBy.replace(/^user:/, '')} />
        ),
    },
    { key: 'at', header: t('enteredAt'), render: (row) => <Instant at={row.createdAt} /> },
    {
      key: 'act',
      header: t('act'),
      isAction: true,
      render: (row) => (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {actions(row).map((act) => (
            <Button key={act} size="xs" variant="default" onClick={() => setAsked({ act, transfer: row })}>
              {t(`acts.${act}`)}
            </Button>
          ))}
        </Group>
      ),
    },
  ];
  return (
    <Panel title={t('historyTitle')} description={t('historyText')} isFlush>
      <FilterBar
        filters={filters}
        files={{ path: '/api/wallet/bank-transfers', query: { status }, needsReason: true }}
        isInside
      >
        <Select
          label={t('status')}
          size="xs"
          value={status ?? 'all'}
          onChange={(value) => filters.set({ status: oneOf(statuses, value ?? undefined) })}
          data={[
            { value: 'all' as const, label: common('all') },
            ...statuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
          ]}
        />
        <PageSize filters={filters} />
      </FilterBar>
      <BankTransferTotals status={status} />
      <QueryView query={list}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={Landmark} title={t('historyEmpty')} />
          ) : (
            <>
              <DataTable
                caption={t('historyTitle')}
                columns={columns}
                rows={items}
                rowKey={(row) => row.id}
              />
              <LoadMore list={list} count={items.length} />
            </>
          )
        }
      </QueryView>
      {asked !== null && <ActDialog {...asked} onClose={() => setAsked(null)} />}
    </Panel>
  );
}

function ActDialog({ act, transfer, onClose }: { act: Act; transfer: BankTransfer; onClose: () => void }) {
  const t = useTranslations('wallet.operator');
  const queryClient = useQueryClient();
  const [reason, setReason] = useState<ReversalReason>('wrong_account');
  const params = { path: { bankTransferId: transfer.id } };
  const run = useMutation({
    mutationFn: async () => {
      if (act === 'reverse')
        await done(
          api.POST('/api/wallet/bank-transfers/{bankTransferId}/reverse', { params, body: { reason } }),
        );
      else if (act === 'approve' || act === 'approveReversal')
        await done(api.POST('/api/wallet/bank-transfers/{bankTransferId}/approve', { params }));
      else await done(api.POST('/api/wallet/bank-transfers/{bankTransferId}/reject', { params }));
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['wallet'] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      isOpen
      title={t(`acts.${act}`)}
      confirmLabel={t(`acts.${act}`)}
      isBusy={run.isPending}
      error={run.error}
      onConfirm={() => run.mutate()}
      onClose={onClose}
    >
      <p style={{ marginTop: 0 }}>
        {t(`actTexts.${act}`, {
          amount: formatYuan(transfer.amountMicros),
          serial: transfer.serialNumber,
        })}
      </p>
      {act === 'reverse' && (
        <Select
          label={t('reversalReason')}
          value={reason}
          onChange={(value) => setReason(value ?? reason)}
          data={reasons.map((value) => ({ value, label: t(`reasons.${value}`) }))}
        />
      )}
    </ConfirmDialog>
  );
}
