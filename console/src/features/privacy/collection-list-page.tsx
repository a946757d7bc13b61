import { ActionIcon, Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Printer, ScrollText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import type { CollectionList, CollectionRow } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { formatTime } from '../../shared/time.ts';
import { AppearanceControls } from '../../shared/ui/appearance-controls.tsx';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { DocumentTitle, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { Wordmark } from '../../shared/ui/wordmark.tsx';
import { collectionListQuery } from './privacy-queries.ts';
import classes from './privacy.module.css';

/** The public list of what is collected, for anybody, on paper too. */
export function CollectionListPage() {
  const t = useTranslations('privacy.list');
  const { language, textLanguage } = useLanguage();
  const list = useQuery(collectionListQuery(textLanguage));
  return (
    <div className={classes.public}>
      <DocumentTitle title={t('title')} />
      <header className={classes.publicHead}>
        <Link to="/" aria-label="Candor">
          <Wordmark />
        </Link>
        <div className={classes.publicActions}>
          <ActionIcon variant="subtle" color="gray" size="lg" onClick={() => window.print()} aria-label={t('print')} title={t('print')}>
            <Printer size={18} strokeWidth={1.8} />
          </ActionIcon>
          <AppearanceControls />
          <LinkButton to="/" variant="default" size="xs">
            {t('toConsole')}
          </LinkButton>
        </div>
      </header>
      <main>
        <div className={classes.intro}>
          <Title order={1}>{t('title')}</Title>
          <p>{t('intro')}</p>
          {list.data !== undefined && <Meta list={list.data} />}
        </div>
        <QueryView query={list} skeleton={<Skeleton height={420} radius="lg" />}>
          {({ groups }) =>
            groups.length === 0 ? (
              <EmptyState icon={ScrollText} title={t('empty')} />
            ) : (
              <div className={classes.groups} lang={language}>
                {groups.map((group) => (
                  <Panel key={group.key} title={group.title} isFlush>
                    <Rows title={group.title} rows={group.rows} />
                  </Panel>
                ))}
              </div>
            )
          }
        </QueryView>
      </main>
    </div>
  );
}

function Meta({ list }: { list: CollectionList }) {
  const t = useTranslations('privacy.list');
  return (
    <p className={classes.meta}>
      <span>{t('version', { version: list.version })}</span>
      <span>{t('generatedAt', { at: formatTime(list.generatedAt) })}</span>
      <span title={list.registryHash}>{t('hash', { hash: list.registryHash.replace(/^sha256[:-]/, '').slice(0, 12) })}</span>
    </p>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly CollectionRow[] }) {
  const t = useTranslations('privacy.list');
  const { language } = useLanguage();
  const numbered = rows.map((row, index) => ({ ...row, number: index }));
  const columns: Column<(typeof numbered)[number]>[] = [
    {
      key: 'fields',
      header: t('fields'),
      isTitle: true,
      render: (row) => (
        <ul className={classes.fields} lang={language}>
          {row.fields.map((field) => (
            <li key={field}>{field}</li>
          ))}
        </ul>
      ),
    },
    { key: 'method', header: t('method'), render: (row) => row.method },
    {
      key: 'purpose',
      header: t('purpose'),
      render: (row) => (
        <span className={classes.reason}>
          {row.purpose}
          <small>{row.basis}</small>
        </span>
      ),
    },
    {
      key: 'retention',
      header: t('retention'),
      render: (row) => (
        <span className={classes.reason}>
          {row.retention}
          <small>{row.afterExpiry}</small>
        </span>
      ),
    },
    {
      key: 'recipients',
      header: t('recipients'),
      render: (row) => (typeof row.recipients === 'string' ? row.recipients : row.recipients.join(t('separator'))) || t('nobody'),
    },
  ];
  return <DataTable caption={title} columns={columns} rows={numbered} rowKey={(row) => String(row.number)} />;
}
