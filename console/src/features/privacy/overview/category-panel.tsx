import { Button, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useTranslations } from 'use-intl';
import { Panel } from '../../../shared/ui/page.tsx';
import { ItemFields } from './item-fields.tsx';
import { ItemRows } from './item-rows.tsx';
import { anchorOf, type Category, distinct, type Item } from './my-data.ts';
import classes from './overview.module.css';

/** One group of the collection list, with the tables that hold something about the person. */
export function CategoryPanel({ category, query }: { category: Category; query: string }) {
  return (
    <Panel id={category.key} title={category.title} isFlush>
      {category.items.map((item) => (
        <ItemSection key={item.table} item={item} query={query} />
      ))}
    </Panel>
  );
}

/** One table: a sentence each about keeping, reason and recipients; fields and records on demand. */
function ItemSection({ item, query }: { item: Item; query: string }) {
  const t = useTranslations('knows');
  const isSingle = item.totalRows === 1;
  const [areFieldsOpen, fields] = useDisclosure(isSingle && item.table === 'identity.users');
  const [areRowsOpen, rows] = useDisclosure(false);
  return (
    <section className={classes.item} id={anchorOf(item.table)}>
      <div className={classes.itemHead}>
        <Title order={3}>{item.title}</Title>
        <span className={`${classes.itemCount} numeric`}>{t('recordCount', { count: item.totalRows })}</span>
        <div className={classes.itemActions}>
          <Button variant="default" size="compact-sm" onClick={fields.toggle} aria-expanded={areFieldsOpen}>
            {areFieldsOpen ? t('hideDetails') : t('details')}
          </Button>
          {!isSingle && (
            <Button variant="default" size="compact-sm" onClick={rows.toggle} aria-expanded={areRowsOpen}>
              {areRowsOpen ? t('hideRecords') : t('records')}
            </Button>
          )}
        </div>
      </div>
      <Facts item={item} />
      {areFieldsOpen && <ItemFields item={item} />}
      {areRowsOpen && <ItemRows item={item} query={query} />}
    </section>
  );
}

function Facts({ item }: { item: Item }) {
  const t = useTranslations('knows');
  const recipients = distinct(item, (column) => column.recipients);
  return (
    <dl className={classes.facts}>
      <dt>{t('why')}</dt>
      <dd>{distinct(item, (column) => column.purposes).join(t('retentionSeparator'))}</dd>
      <dt>{t('kept')}</dt>
      <dd>{distinct(item, (column) => [column.retention]).join(t('retentionSeparator'))}</dd>
      <dt>{t('recipients')}</dt>
      <dd>{recipients.join(t('separator')) || t('nobody')}</dd>
    </dl>
  );
}
