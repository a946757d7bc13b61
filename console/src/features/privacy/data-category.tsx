import { Button, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMessages, useTranslations } from 'use-intl';
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

/** One table: what each of its columns holds about the person and by what right. */
function DataItem({ item }: { item: Item }) {
  const t = useTranslations('privacy');
  const title = useTableTitle()(item.table);
  const [areRecordsOpen, records] = useDisclosure(false);
  const hasMany = item.totalRows > 1;
  const columns: Column<MyDataColumn>[] = [
    {
      key: 'title',
      width: '15%',
      header: t('datum'),
      isTitle: true,
      render: (column) => <ColumnName column={column} table={item.table} />,
    },
    {
      key: 'value',
      width: '21%',
      header: t('value'),
      render: (column) => <Value column={column} item={item} />,
    },
    {
      key: 'why',
      width: '25%',
      header: t('why'),
      render: (column) => (
        <span className={classes.reason}>
          {column.purposes.join(' · ')}
          {column.basis.length > 0 && <small>{column.basis.join(' · ')}</small>}
        </span>
      ),
    },
    { key: 'source', width: '13%', header: t('source'), render: (column) => column.source },
    { key: 'until', width: '14%', header: t('until'), render: (column) => column.retention },
    {
      key: 'recipients',
      width: '12%',
      header: t('recipients'),
      render: (column) => column.recipients.join(' · ') || t('nobody'),
    },
  ];
  return (
    <section className={classes.item}>
      <div className={classes.itemHead}>
        <Title order={3}>{title}</Title>
        <span className={classes.itemTable}>
          <code className="mono">{item.table}</code> · {t('recordCount', { count: item.totalRows })}
        </span>
        {hasMany && (
          <Button variant="default" size="compact-sm" onClick={records.toggle} aria-expanded={areRecordsOpen}>
            {areRecordsOpen ? t('hideRecords') : t('showRecords')}
          </Button>
        )}
      </div>
      {areRecordsOpen ? (
        <Records item={item} title={title} />
      ) : (
        <DataTable caption={title} columns={columns} rows={item.columns} rowKey={(column) => column.name} />
      )}
    </section>
  );
}

/** The one value, how many there are, or why it is not shown even to its owner. */
function Value({ column, item }: { column: MyDataColumn; item: Item }) {
  const t = useTranslations('privacy');
  if (column.withheld !== null)
    return <span className={classes.withheld}>{t('withheld', { reason: column.withheld })}</span>;
  if (item.totalRows > 1)
    return <span className="nowrap">{t('recordCount', { count: item.totalRows })}</span>;
  return <DatumValue value={item.rows[0]?.[column.name]} />;
}

/** A table's name in the reader's language; its own name for tables this console does not know yet. */
function useTableTitle(): (table: string) => string {
  const { privacy } = useMessages();
  const titles: Readonly<Record<string, string>> = privacy.tables;
  return (table) => titles[table.replace('.', '/')] ?? table;
}

function ColumnName({ column, table }: { column: MyDataColumn; table: string }) {
  return <span title={`${table}.${column.name}`}>{column.title}</span>;
}

/** The records themselves, as many as the server sends to a page; all of them are in the download. */
function Records({ item, title }: { item: Item; title: string }) {
  const t = useTranslations('privacy');
  const rows = item.rows.map((values, index) => ({ values, index }));
  const shown = item.columns.filter((column) => column.withheld === null);
  const columns: Column<(typeof rows)[number]>[] = shown.map((column, index) => ({
    key: column.name,
    header: column.title,
    isTitle: index === 0,
    render: ({ values }) => <DatumValue value={values[column.name]} />,
  }));
  return (
    <>
      <DataTable caption={title} columns={columns} rows={rows} rowKey={(row) => String(row.index)} />
      {item.totalRows > item.rows.length && (
        <p className={classes.rest}>{t('restInDownload', { count: item.totalRows - item.rows.length })}</p>
      )}
    </>
  );
}
