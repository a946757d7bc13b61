import { Button, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { Instant } from '../../../shared/ui/instant.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { DatumValue } from '../datum-value.tsx';
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

/** One table: its values, and a sentence each about keeping, reason and recipients; the rest on demand. */
function ItemSection({ item, query }: { item: Item; query: string }) {
  const t = useTranslations('knows');
  const [areFieldsOpen, fields] = useDisclosure(false);
  const [areRowsOpen, rows] = useDisclosure(false);
  const isSingle = item.totalRows === 1;
  return (
    <section className={classes.item} id={anchorOf(item.table)} aria-label={item.title}>
      <div className={classes.itemHead}>
        <Title order={3}>{item.title}</Title>
        <span className={`${classes.itemCount} numeric`}>{t('recordCount', { count: item.totalRows })}</span>
        <div className={classes.itemActions}>
          {!isSingle && (
            <Button variant="default" size="compact-sm" onClick={rows.toggle} aria-expanded={areRowsOpen}>
              {areRowsOpen ? t('hideRecords') : t('records')}
            </Button>
          )}
          <Button variant="default" size="compact-sm" onClick={fields.toggle} aria-expanded={areFieldsOpen}>
            {areFieldsOpen ? t('hideDetails') : t('details')}
          </Button>
        </div>
      </div>
      {isSingle && <Values item={item} />}
      <Facts item={item} />
      {areRowsOpen && <ItemRows item={item} query={query} />}
      {areFieldsOpen && <ItemFields item={item} />}
    </section>
  );
}

/** The one record of a table, field by field. */
function Values({ item }: { item: Item }) {
  const shown = item.columns.filter((column) => column.withheld === null);
  const [row] = item.rows;
  if (row === undefined || shown.length === 0) return null;
  return (
    <dl className={classes.values}>
      {shown.map((column) => (
        <div key={column.name}>
          <dt>{column.title}</dt>
          <dd>
            <DatumValue value={row[column.name]} facts={column} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Facts({ item }: { item: Item }) {
  const t = useTranslations('knows');
  const recipients = distinct(item, (column) => column.recipients);
  return (
    <dl className={classes.facts}>
      <div>
        <dt>{t('why')}</dt>
        <dd>{distinct(item, (column) => column.purposes).join(t('retentionSeparator'))}</dd>
      </div>
      <div>
        <dt>{t('kept')}</dt>
        <dd>{distinct(item, (column) => [column.retention]).join(t('retentionSeparator'))}</dd>
      </div>
      <div>
        <dt>{t('recipients')}</dt>
        <dd>{recipients.join(t('separator')) || t('noRecipient')}</dd>
      </div>
      <div>
        <dt>{t('looked')}</dt>
        <dd>
          {item.looks.count === 0 ? (
            t('nobodyLooked')
          ) : (
            <Link to="/privacy/looked">
              {t('lookedTimes', { count: item.looks.count })} <Instant at={item.looks.lastAt} />
            </Link>
          )}
        </dd>
      </div>
    </dl>
  );
}
