import { Button, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import type { MyData, MyDataColumn } from '../../shared/api/entities.ts';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { DatumValue } from './datum-value.tsx';
import classes from './privacy.module.css';

type Category = MyData['categories'][number];
type Item = Category['items'][number];

export function DataCategory({ category }: { category: Category }) {
  return (
    <Panel id={category.key} title={category.title} isFlush>
      {category.items.map((item) => (
        <DataItem key={item.table} item={item} />
      ))}
    </Panel>
  );
}

function joined(value: string | readonly string[] | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : value.join(' · ');
}

/** One table: what each of its columns holds about the person and by what right. */
function DataItem({ item }: { item: Item }) {
  const t = useTranslations('privacy');
  const [areRecordsOpen, records] = useDisclosure(false);
  const hasMany = item.rows.length > 1;
  const columns: Column<MyDataColumn>[] = [
    { key: 'title', header: t('datum'), isTitle: true, render: (column) => <ColumnName column={column} table={item.table} /> },
    {
      key: 'value',
      header: t('value'),
      render: (column) =>
        hasMany ? <span className="nowrap">{t('recordCount', { count: item.rows.length })}</span> : <DatumValue value={item.rows[0]?.[column.name]} />,
    },
    {
      key: 'why',
      header: t('why'),
      render: (column) => (
        <span className={classes.reason}>
          {column.purposes.join(' · ')}
          {joined(column.basis) !== '' && <small>{joined(column.basis)}</small>}
        </span>
      ),
    },
    { key: 'source', header: t('source'), render: (column) => column.source },
    { key: 'until', header: t('until'), render: (column) => column.retention },
    { key: 'recipients', header: t('recipients'), render: (column) => joined(column.recipients) || t('nobody') },
  ];
  return (
    <section className={classes.item}>
      <div className={classes.itemHead}>
        <Title order={3}>{item.title ?? item.table}</Title>
        <span className={classes.itemTable}>
          <code className="mono">{item.table}</code> · {t('recordCount', { count: item.rows.length })}
        </span>
        {hasMany && (
          <Button variant="default" size="compact-sm" onClick={records.toggle} aria-expanded={areRecordsOpen}>
            {areRecordsOpen ? t('hideRecords') : t('showRecords')}
          </Button>
        )}
      </div>
      {areRecordsOpen ? <Records item={item} /> : <DataTable caption={item.title ?? item.table} columns={columns} rows={item.columns} rowKey={(column) => column.name} />}
    </section>
  );
}

function ColumnName({ column, table }: { column: MyDataColumn; table: string }) {
  return <span title={`${table}.${column.name}`}>{column.title}</span>;
}

const shownRecords = 100;

/** The records themselves, as many as a page bears; all of them are in the download. */
function Records({ item }: { item: Item }) {
  const t = useTranslations('privacy');
  const rows = item.rows.slice(0, shownRecords).map((values, index) => ({ values, index }));
  const columns: Column<(typeof rows)[number]>[] = item.columns.map((column, index) => ({
    key: column.name,
    header: column.title,
    isTitle: index === 0,
    render: ({ values }) => <DatumValue value={values[column.name]} />,
  }));
  return (
    <>
      <DataTable caption={item.title ?? item.table} columns={columns} rows={rows} rowKey={(row) => String(row.index)} />
      {item.rows.length > shownRecords && <p className={classes.rest}>{t('restInDownload', { count: item.rows.length - shownRecords })}</p>}
    </>
  );
}
