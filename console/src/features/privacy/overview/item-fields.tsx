import { Badge } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { MyDataColumn } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import classes from './overview.module.css';
import type { Item } from './my-data.ts';

/** By what right each field of a table is kept, and what is kept but not shown even to its owner. */
export function ItemFields({ item }: { item: Item }) {
  const t = useTranslations('knows');
  const columns: Column<MyDataColumn>[] = [
    {
      key: 'title',
      width: '20%',
      header: t('datum'),
      isTitle: true,
      render: (column) => (
        <>
          {column.title}
          {column.isSensitive && (
            <Badge color="amber" ml={6}>
              {t('sensitive')}
            </Badge>
          )}
        </>
      ),
    },
    {
      key: 'why',
      width: '34%',
      header: t('why'),
      render: (column) => (
        <span className={classes.reason}>
          {column.purposes.join(t('retentionSeparator'))}
          {column.basis.length > 0 && <small>{column.basis.join(t('retentionSeparator'))}</small>}
        </span>
      ),
    },
    { key: 'source', width: '13%', header: t('source'), render: (column) => column.source },
    { key: 'until', width: '17%', header: t('kept'), render: (column) => column.retention },
    {
      key: 'recipients',
      width: '16%',
      header: t('recipients'),
      render: (column) => column.recipients.join(t('separator')) || t('noRecipient'),
    },
  ];
  const withheld = item.columns.filter((column) => column.withheld !== null);
  return (
    <>
      <DataTable
        caption={t('columnCaption', { title: item.title })}
        columns={columns}
        rows={item.columns.filter((column) => column.withheld === null)}
        rowKey={(column) => column.name}
      />
      {withheld.length > 0 && (
        <div className={classes.withheld}>
          <p>{t('withheld')}</p>
          <ul>
            {withheld.map((column) => (
              <li key={column.name}>
                {column.title} <small>{column.withheld}</small>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
}
