import { useTranslations } from 'use-intl';
import type { MyDataColumn } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { DatumValue } from '../datum-value.tsx';
import classes from '../privacy.module.css';
import type { Item } from './my-data.ts';

/** What each column of a table holds about the person and by what right. */
export function ItemFields({ item }: { item: Item }) {
  const t = useTranslations('privacy');
  const columns: Column<MyDataColumn>[] = [
    {
      key: 'title',
      width: '15%',
      header: t('datum'),
      isTitle: true,
      render: (column) => <span title={`${item.table}.${column.name}`}>{column.title}</span>,
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
    <DataTable caption={item.title} columns={columns} rows={item.columns} rowKey={(column) => column.name} />
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
