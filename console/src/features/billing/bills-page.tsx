import { Alert, Badge, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Info, ReceiptText } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import type { Bill, BillMonth } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { billingMonth, formatTime } from '../../shared/time.ts';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { BigMoney, Money } from '../../shared/ui/money.tsx';
import { ExportFiles } from '../../shared/list/export-files.tsx';
import { Page, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { useMeters } from '../catalog/parts.ts';
import classes from './bills.module.css';

export function BillsPage() {
  const t = useTranslations('bills');
  const { language } = useLanguage();
  const search = useSearch({ strict: false });
  const navigate = useNavigate();
  const [thisMonth] = useState(() => billingMonth(Date.now()));
  const month = search.month ?? thisMonth;
  const months = useQuery({
    queryKey: ['billing', 'months'],
    queryFn: () => unwrap(api.GET('/api/billing/months')),
  });
  const choices = [...new Set([thisMonth, month, ...(months.data?.items ?? []).map((item) => item.month)])]
    .sort()
    .toReversed();

  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <Select
            aria-label={t('month')}
            w={160}
            value={month}
            onChange={(value) => void navigate({ to: '/bills', search: { month: value ?? undefined } })}
            data={choices.map((value) => ({
              value,
              label: formatTime(`${value}-01T00:00:00+08:00`, 'month', language),
            }))}
          />
          <ExportFiles path="/api/billing/bills" query={{ month }} />
        </>
      }
    >
      <Panel>
        <QueryView query={months}>
          {({ items }) => <MonthTotals total={items.find((item) => item.month === month)} />}
        </QueryView>
      </Panel>
      <BillRows month={month} />
    </Page>
  );
}

function MonthTotals({ total }: { total: BillMonth | undefined }) {
  const t = useTranslations('bills');
  return (
    <>
      <div className={classes.totals}>
        <div>
          <p>{t('cash')}</p>
          <BigMoney micros={total?.cashMicros ?? 0} size={34} />
        </div>
        <div>
          <p>{t('list')}</p>
          <span className={classes.list}>
            <Money micros={total?.listMicros ?? 0} digits={6} />
          </span>
        </div>
      </div>
      <Alert mt="lg" p="sm" color="gray" icon={<Info size={17} />}>
        {t('carriedHint')}
      </Alert>
    </>
  );
}

function BillRows({ month }: { month: string }) {
  const t = useTranslations('bills');
  const list = useCursorList(['billing', 'bills', month], (cursor) =>
    unwrap(api.GET('/api/billing/bills', { params: { query: { month, cursor, limit: 30 } } })),
  );
  return (
    <Panel title={t('rows')} description={t('rowsHint')} isFlush>
      <QueryView query={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={ReceiptText} title={t('empty')}>
              {t('emptyHint')}
            </EmptyState>
          ) : (
            <>
              <BillTable rows={rows} />
              <LoadMore list={list} count={rows.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

/** `2026-03-01 14:00–14:59`: a row never crosses the clock hour. */
function periodText(bill: Bill): string {
  const lastSecond = Math.max(Date.parse(bill.periodStart), Date.parse(bill.periodEnd) - 1000);
  return `${formatTime(bill.periodStart)}–${formatTime(lastSecond).slice(11)}`;
}

function BillTable({ rows }: { rows: readonly Bill[] }) {
  const t = useTranslations('bills');
  const { wordOf } = useMeters();
  const columns: Column<Bill>[] = [
    {
      key: 'period',
      header: t('period'),
      render: (bill) => <span className="numeric nowrap">{periodText(bill)}</span>,
    },
    {
      key: 'resource',
      header: t('resource'),
      isTitle: true,
      render: (bill) => (
        <>
          {bill.resourceId}{' '}
          {bill.isLate && (
            <Badge color="amber" title={t('lateHint')}>
              {t('late')}
            </Badge>
          )}
        </>
      ),
    },
    {
      key: 'item',
      header: t('item'),
      render: (bill) => wordOf(bill.billingItem),
    },
    {
      key: 'quantity',
      header: t('quantity'),
      isNumeric: true,
      render: (bill) => (
        <span className="nowrap">
          {bill.quantity.toLocaleString('en-US')} {wordOf(bill.unit)}
        </span>
      ),
    },
    {
      key: 'list',
      header: t('list'),
      isNumeric: true,
      render: (bill) => <Money micros={bill.listMicros} digits={6} />,
    },
    {
      key: 'carried',
      header: t('carried'),
      isNumeric: true,
      render: (bill) => <Money micros={bill.carriedMicros} digits={6} />,
    },
    {
      key: 'cash',
      header: t('cash'),
      isFigure: true,
      render: (bill) => (
        <strong>
          <Money micros={bill.cashMicros} digits={2} />
        </strong>
      ),
    },
  ];
  return <DataTable caption={t('rows')} columns={columns} rows={rows} rowKey={(bill) => bill.id} />;
}
