import { Button, Skeleton, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Eye, ScrollText, Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { MyData } from '../../../shared/api/entities.ts';
import { seriesColor } from '../../../shared/charts/stacked-bars.tsx';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { formatTime } from '../../../shared/time.ts';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { strong } from '../../../shared/ui/rich.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { myDataQuery } from '../privacy-queries.ts';
import { CategoryPanel } from './category-panel.tsx';
import { LifetimeChart } from './lifetime-chart.tsx';
import { lifetimesOf, matching } from './my-data.ts';
import { RightsRow } from './rights-row.tsx';
import classes from './overview.module.css';

/** Everything the cloud holds about the person at the keyboard, and what they can do about it. */
export function OverviewPage() {
  const t = useTranslations('knows');
  const { textLanguage } = useLanguage();
  const myData = useQuery(myDataQuery(textLanguage));
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <LinkButton to="/privacy/collection-list" variant="default" leftSection={<ScrollText size={16} />}>
          {t('listLink')}
        </LinkButton>
      }
    >
      <QueryView query={myData} skeleton={<Waiting />}>
        {(data) =>
          data.categories.length === 0 ? (
            <EmptyState icon={Eye} title={t('empty')} />
          ) : (
            <>
              <Hero data={data} />
              <Everything data={data} />
            </>
          )
        }
      </QueryView>
    </Page>
  );
}

function Hero({ data }: { data: MyData }) {
  const t = useTranslations('knows');
  const items = data.categories.flatMap((category) => category.items);
  const records = items.reduce((count, item) => count + item.totalRows, 0);
  const fields = items.reduce((count, item) => count + item.columns.length, 0);
  return (
    <Panel>
      <div className={classes.hero}>
        <div className={classes.heroText}>
          <p className={`${classes.heroFigure} numeric`}>{t('hero', { records })}</p>
          <p>
            {t.rich('heroText', {
              fields,
              tables: items.length,
              at: formatTime(data.generatedAt),
              strong,
            })}
          </p>
          <RightsRow />
        </div>
        <section aria-label={t('chartTitle')}>
          <h2 className={classes.chartTitle}>{t('chartTitle')}</h2>
          <p className={classes.chartHint}>{t('chartHint')}</p>
          <LifetimeChart lifetimes={lifetimesOf(data)} />
          <ul className={classes.legend} aria-label={t('categories')}>
            {data.categories.map((category, index) => (
              <li key={category.key}>
                <a href={`#${category.key}`}>
                  <i style={{ background: seriesColor(index) }} aria-hidden="true" />
                  {category.title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Panel>
  );
}

function Everything({ data }: { data: MyData }) {
  const t = useTranslations('knows');
  const common = useTranslations('common');
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed.trim(), 200);
  const categories = matching(data, query);
  return (
    <>
      <TextInput
        type="search"
        aria-label={t('searchLabel')}
        placeholder={t('searchPlaceholder')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        leftSection={<Search size={16} />}
        size="md"
      />
      {categories.length === 0 && (
        <EmptyState
          icon={Search}
          title={t('noMatch', { query })}
          action={
            <Button variant="default" onClick={() => setTyped('')}>
              {common('clear')}
            </Button>
          }
        >
          {t('noMatchHint')}
        </EmptyState>
      )}
      {categories.map((category) => (
        <CategoryPanel key={category.key} category={category} query={query} />
      ))}
    </>
  );
}

function Waiting() {
  return (
    <div className={classes.waiting}>
      {[420, 96, 260].map((height, index) => (
        <Skeleton key={index} height={height} radius="lg" />
      ))}
    </div>
  );
}
