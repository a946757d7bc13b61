import { Select } from '@mantine/core';
import { ArrowDownLeft, ArrowUpRight, Wallet as WalletIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Transaction, TransactionType } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { dayMs, parseBillingDate } from '../../shared/time.ts';
import { DateRange } from '../../shared/list/date-range.tsx';
import { FilterBar } from '../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../shared/list/page-size.tsx';
import { oneOf, useFilters } from '../../shared/list/use-filters.ts';
import { CopyIcon } from '../../shared/ui/copy.tsx';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Money } from '../../shared/ui/money.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { channelKey } from './top-ups-panel.tsx';
import { transactionFilters } from './transaction-filters.ts';
import { TransactionTotals } from './totals.tsx';
import { fetchTransactions, type TransactionFilter } from './wallet-queries.ts';

const types: readonly TransactionType[] = ['top_up', 'usage', 'refund', 'debt_payment', 'reversal'];

function instant(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
}

const directions = ['in', 'out'] as const;

export function TransactionsPanel() {
  const t = useTranslations('wallet');
  const common = useTranslations('common');
  const filters = useFilters(transactionFilters);
  const { values } = filters;
  const lastDay = parseBillingDate(values.to ?? '');
  const filter: TransactionFilter = {
    type: oneOf(types, values.type),
    direction: oneOf(directions, values.direction),
    from: instant(parseBillingDate(values.from ?? '')),
    to: instant(lastDay === undefined ? undefined : lastDay + dayMs),
  };
  const size = pageSizeOf(filters);
  const list = useCursorList(['wallet', 'transactions', filter, size], (cursor) =>
    fetchTransactions(filter, size, cursor),
  );
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Panel title={t('transactions')} description={common('times')} isFlush>
      <FilterBar
        filters={filters}
        files={{ path: '/api/wallet/transactions', query: { ...filter } }}
        isInside
      >
        <Select
          label={t('type')}
          size="xs"
          value={filter.type ?? 'all'}
          onChange={(value) => filters.set({ type: oneOf(types, value ?? undefined) })}
          data={[
            { value: 'all' as const, label: common('all') },
            ...types.map((value) => ({ value, label: t(`types.${value}`) })),
          ]}
        />
        <Select
          label={t('direction')}
          size="xs"
          value={filter.direction ?? 'all'}
          onChange={(value) => filters.set({ direction: oneOf(directions, value ?? undefined) })}
          data={[
            { value: 'all' as const, label: common('all') },
            ...directions.map((value) => ({ value, label: t(`directions.${value}`) })),
          ]}
        />
        <DateRange filters={filters} />
        <PageSize filters={filters} />
      </FilterBar>
      <TransactionTotals filter={filter} />
      <QueryView query={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={WalletIcon} title={isFiltered ? t('noMatch') : t('noTransactions')}>
              {isFiltered ? t('noMatchHint') : t('noTransactionsHint')}
            </EmptyState>
          ) : (
            <>
              <TransactionTable rows={rows} />
              <LoadMore list={list} count={rows.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

function TransactionTable({ rows }: { rows: readonly Transaction[] }) {
  const t = useTranslations('wallet');
  const columns: Column<Transaction>[] = [
    { key: 'at', header: t('at'), render: (row) => <Instant at={row.at} precision="second" /> },
    { key: 'type', header: t('type'), isTitle: true, render: (row) => <TypeLabel row={row} /> },
    {
      key: 'channel',
      header: t('channel'),
      render: (row) => t(`channels.${channelKey(row.channel)}`),
    },
    { key: 'id', header: t('serial'), render: (row) => <ShortId id={row.id} /> },
    {
      key: 'amount',
      header: t('amount'),
      isFigure: true,
      render: (row) => (
        <Money isSigned micros={row.direction === 'out' ? -Math.abs(row.amountMicros) : row.amountMicros} />
      ),
    },
    {
      key: 'after',
      header: t('balanceAfter'),
      isNumeric: true,
      render: (row) => <Money micros={row.balanceAfterMicros} />,
    },
  ];
  return <DataTable caption={t('transactions')} columns={columns} rows={rows} rowKey={(row) => row.id} />;
}

function TypeLabel({ row }: { row: Transaction }) {
  const t = useTranslations('wallet');
  const Icon = row.direction === 'in' ? ArrowDownLeft : ArrowUpRight;
  return (
    <span className="nowrap" style={{ display: 'inline-flex', alignItems: 'center', gap: 6 }}>
      <Icon
        size={15}
        aria-hidden="true"
        color={row.direction === 'in' ? 'var(--glaze)' : 'var(--ink-faint)'}
      />
      {t(`types.${row.type}`)}
    </span>
  );
}

/** The tail of an id identifies it to the eye; the whole of it is copied. What was booked for it follows after a colon. */
export function ShortId({ id }: { id: string }) {
  const [shown = id] = id.split(':');
  return (
    <span className="nowrap" style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
      <span className="mono" title={shown}>
        …{shown.slice(-8)}
      </span>
      <CopyIcon value={id} />
    </span>
  );
}
