import { Badge, Skeleton, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CollectionRow } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { DocumentTitle } from '../../shared/ui/document-title.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { collectionListQuery } from './privacy-queries.ts';
import classes from './privacy.module.css';
import { PublicFrame, VersionLine } from './public-frame.tsx';

/** The public list of what is collected, for anyone, on paper too. */
export function CollectionListPage() {
  const t = useTranslations('privacy.list');
  const { language, textLanguage } = useLanguage();
  const list = useQuery(collectionListQuery(textLanguage));
  return (
    <PublicFrame>
      <DocumentTitle title={t('title')} />
      <div className={classes.intro}>
        <Title order={1}>{t('title')}</Title>
        <p>{t('intro')}</p>
        {list.data !== undefined && (
          <VersionLine of={list.data}>
            <Link to="/privacy/policy">{t('policyLink')}</Link>
          </VersionLine>
        )}
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
    </PublicFrame>
  );
}

function Rows({ title, rows }: { title: string; rows: readonly CollectionRow[] }) {
  const t = useTranslations('privacy.list');
  const { language } = useLanguage();
  const numbered = rows.map((row, index) => ({ ...row, number: index }));
  const columns: Column<(typeof numbered)[number]>[] = [
    {
      key: 'fields',
      width: '26%',
      header: t('fields'),
      isTitle: true,
      render: (row) => (
        <>
          <ul className={classes.fields} lang={language}>
            {row.fields.map((field) => (
              <li key={field}>{field}</li>
            ))}
          </ul>
          {row.sensitive && <Badge color="amber">{t('sensitive')}</Badge>}
        </>
      ),
    },
    { key: 'method', width: '14%', header: t('method'), render: (row) => row.method },
    {
      key: 'purpose',
      width: '25%',
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
      width: '18%',
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
      width: '17%',
      header: t('recipients'),
      render: (row) => row.recipients.join(t('separator')) || t('noRecipient'),
    },
  ];
  return <DataTable caption={title} columns={columns} rows={numbered} rowKey={(row) => String(row.number)} />;
}
