import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { DatumValue } from '../datum-value.tsx';
import type { Item, Row } from './my-data.ts';

const rowsPerPage = 20;

/** The records themselves, newest first, as many as the reader asks for; those that match come first. */
export function ItemRows({ item, query }: { item: Item; query: string }) {
  const { textLanguage: lang } = useLanguage();
  const { table } = item;
  const list = useCursorList(
    ['privacy', 'my-data', 'rows', table, lang],
    (cursor) =>
      unwrap(
        api.GET('/api/privacy/my-data/rows', {
          params: { query: { table, lang, limit: rowsPerPage, cursor } },
        }),
      ),
    { place: `rows.${table}` },
  );
  return (
    <QueryView query={list}>
      {(rows) => {
        const found = rows.filter((row) => hasWord(row, query));
        const shown = found.length === 0 ? rows : found;
        return (
          <>
            <RowTable item={item} rows={shown} />
            <LoadMore list={list} count={shown.length} />
          </>
        );
      }}
    </QueryView>
  );
}

function hasWord(row: Row, query: string): boolean {
  const wanted = query.toLowerCase();
  return Object.values(row).some((value) => String(value).toLowerCase().includes(wanted));
}

function RowTable({ item, rows }: { item: Item; rows: readonly Row[] }) {
  const t = useTranslations('knows');
  const numbered = rows.map((values, index) => ({ values, index }));
  const columns: Column<(typeof numbered)[number]>[] = item.columns
    .filter((column) => column.withheld === null)
    .map((column, index) => ({
      key: column.name,
      header: column.title,
      isTitle: index === 0,
      render: ({ values }) => <DatumValue value={values[column.name]} facts={column} />,
    }));
  return (
    <DataTable
      caption={t('rowsCaption', { title: item.title })}
      columns={columns}
      rows={numbered}
      rowKey={(row) => String(row.index)}
    />
  );
}
