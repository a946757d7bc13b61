import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { MessageSquareText, Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { casesKey, fetchCases } from './case-queries.ts';
import { CaseTable } from './case-table.tsx';
import { NewRequestDialog } from './new-request-dialog.tsx';
import type { RequestValues } from './request-fields.tsx';

/** The person's requests under the law, each with its term. */
export function RequestsPage() {
  const t = useTranslations('requests');
  const { textLanguage } = useLanguage();
  const search = useSearch({ from: '/signed-in/privacy/requests' });
  const navigate = useNavigate();
  const list = useCursorList([...casesKey, 'list', textLanguage], (cursor) =>
    fetchCases(textLanguage, cursor),
  );
  const ask = () => void navigate({ to: '/privacy/requests', search: { new: '' } });
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <Button onClick={ask} leftSection={<Plus size={16} />}>
          {t('new')}
        </Button>
      }
    >
      <Panel isFlush>
        <QueryView query={list}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState icon={MessageSquareText} title={t('empty')}>
                {t('emptyHint')}
              </EmptyState>
            ) : (
              <>
                <CaseTable rows={rows} caption={t('title')} to="/privacy/requests/$caseId" />
                <LoadMore list={list} count={rows.length} />
              </>
            )
          }
        </QueryView>
      </Panel>
      <NewRequestDialog
        isOpen={search.new !== undefined}
        initialType={search.new === undefined || search.new === '' ? null : asType(search.new)}
        onClose={() => void navigate({ to: '/privacy/requests', replace: true })}
      />
    </Page>
  );
}

/** Guarantee: links of ours name kinds of request; anything else the list of choices does not offer. */
function asType(text: string): RequestValues['type'] {
  return text as RequestValues['type'];
}
