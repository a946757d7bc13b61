import { useTranslations } from 'use-intl';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { DatumValue } from '../datum-value.tsx';
import classes from '../privacy.module.css';
import type { Item } from './my-data.ts';

type Row = Item['rows'][number];

/** The records themselves, newest first. */
export function ItemRows({ item, query }: { item: Item; query: string }) {
  const t = useTranslations('privacy');
  const knows = useTranslations('knows');
  const wanted = query.toLowerCase();
  const found = item.rows.filter((row) =>
    Object.values(row).some((value) => String(value).toLowerCase().includes(wanted)),
  );
  return (
    <>
      <RowTable
        item={item}
        caption={knows('rowsCaption', { title: item.title })}
        rows={found.length === 0 ? item.rows : found}
      />
      {item.totalRows > item.rows.length && (
        <p className={classes.rest}>{t('restInDownload', { count: item.totalRows - item.rows.length })}</p>
      )}
    </>
  );
}

function RowTable({ item, caption, rows }: { item: Item; caption: string; rows: readonly Row[] }) {
  const numbered = rows.map((values, index) => ({ values, index }));
  const shown = item.columns.filter((column) => column.withheld === null);
  const columns: Column<(typeof numbered)[number]>[] = shown.map((column, index) => ({
    key: column.name,
    header: column.title,
    isTitle: index === 0,
    render: ({ values }) => <DatumValue value={values[column.name]} />,
  }));
  return (
    <DataTable caption={caption} columns={columns} rows={numbered} rowKey={(row) => String(row.index)} />
  );
}
