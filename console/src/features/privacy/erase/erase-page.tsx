import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { BackToPrivacy } from '../back-to-privacy.tsx';
import { CloseAccount } from './close-account.tsx';
import { DeletableKinds } from './deletable-kinds.tsx';
import { ErasurePreviewView } from './erasure-preview.tsx';
import { kindsQuery, previewQuery } from './erasure-queries.ts';

/** One kind, or everything: what would happen is on the page before anything can be pressed. */
export function ErasePage() {
  const t = useTranslations('erase');
  const { textLanguage } = useLanguage();
  const kinds = useQuery(kindsQuery(textLanguage));
  const preview = useQuery(previewQuery(textLanguage));
  return (
    <Page title={t('title')} description={t('description')} actions={<BackToPrivacy />}>
      <Panel title={t('kindsTitle')} isFlush>
        <QueryView query={kinds}>{({ items }) => <DeletableKinds kinds={items} />}</QueryView>
      </Panel>
      <Panel title={t('allTitle')} description={t('allHint')}>
        <QueryView query={preview} skeleton={<Skeleton height={320} radius="md" />}>
          {(data) => (
            <>
              <ErasurePreviewView preview={data} />
              <CloseAccount preview={data} onChanged={() => void preview.refetch()} />
            </>
          )}
        </QueryView>
      </Panel>
    </Page>
  );
}
