import { Alert, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Download, Eye, ScrollText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import type { MyData } from '../../shared/api/entities.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { formatTime } from '../../shared/time.ts';
import { Page } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { strong } from '../../shared/ui/rich.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { DataCategory } from './data-category.tsx';
import classes from './privacy.module.css';
import { myDataQuery } from './privacy-queries.ts';

/** Everything the cloud holds about the person at the keyboard, read from the declarations of its own tables. */
export function MyDataPage() {
  const t = useTranslations('privacy');
  const { textLanguage } = useLanguage();
  const myData = useQuery(myDataQuery(textLanguage));
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <>
          <LinkButton to="/privacy/collection-list" variant="default" leftSection={<ScrollText size={16} />}>
            {t('listLink')}
          </LinkButton>
          <Button
            component="a"
            href={`/api/privacy/my-data.json?lang=${textLanguage}`}
            download
            leftSection={<Download size={16} />}
          >
            {t('download')}
          </Button>
        </>
      }
    >
      <QueryView query={myData} skeleton={<Waiting />}>
        {(data) =>
          data.categories.length === 0 ? (
            <EmptyState icon={Eye} title={t('empty')} />
          ) : (
            <>
              <Summary data={data} />
              {data.categories.map((category) => (
                <DataCategory key={category.key} category={category} />
              ))}
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

function Summary({ data }: { data: MyData }) {
  const t = useTranslations('privacy');
  const items = data.categories.flatMap((category) => category.items);
  const recordCount = items.reduce((count, item) => count + item.totalRows, 0);
  const fieldCount = items.reduce((count, item) => count + item.columns.length, 0);
  return (
    <>
      <Alert color="celadon" icon={<Eye size={18} />} p="md">
        {t.rich('summary', {
          records: recordCount,
          fields: fieldCount,
          tables: items.length,
          at: formatTime(data.generatedAt, 'second'),
          strong,
        })}
      </Alert>
      <nav className={classes.chips} aria-label={t('categories')}>
        {data.categories.map((category) => (
          <a key={category.key} href={`#${category.key}`} className={classes.chip}>
            {category.title}
            <span className="numeric">
              {category.items.reduce((count, item) => count + item.totalRows, 0)}
            </span>
          </a>
        ))}
      </nav>
    </>
  );
}

function Waiting() {
  return (
    <div className={classes.waiting}>
      {[72, 260, 260].map((height, index) => (
        <Skeleton key={index} height={height} radius="lg" />
      ))}
    </div>
  );
}
