import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ToggleLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { Page } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { ChoiceCard } from './choice-card.tsx';
import { consentsQuery } from './consent-queries.ts';
import { DecisionHistory } from './decision-history.tsx';

/** Every purpose that rests on consent: the text in force, where the person stands, and what they ever decided. */
export function ChoicesPage() {
  const t = useTranslations('choices');
  const { textLanguage } = useLanguage();
  const consents = useQuery(consentsQuery(textLanguage));
  return (
    <Page title={t('title')} description={t('description')}>
      <QueryView query={consents} skeleton={<Skeleton height={360} radius="lg" />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={ToggleLeft} title={t('empty')}>
              {t('emptyHint')}
            </EmptyState>
          ) : (
            items.map((consent) => <ChoiceCard key={consent.purpose} consent={consent} />)
          )
        }
      </QueryView>
      <DecisionHistory />
    </Page>
  );
}
