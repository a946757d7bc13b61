import { Badge, Button } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { MessageSquareText, Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CaseHead } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { formatTime } from '../../../shared/time.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { casesKey, fetchCases } from './case-queries.ts';
import { DueWords } from './due-words.tsx';
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
                <CaseTable rows={rows} />
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

function CaseTable({ rows }: { rows: readonly CaseHead[] }) {
  const t = useTranslations('requests');
  const columns: Column<CaseHead>[] = [
    {
      key: 'type',
      header: t('columns.type'),
      isTitle: true,
      render: (row) => (
        <Link to="/privacy/requests/$caseId" params={{ caseId: row.id }}>
          {row.typeLabel}
        </Link>
      ),
    },
    {
      key: 'state',
      header: t('columns.state'),
      render: (row) => (
        <Badge color={row.isOpen ? 'celadon' : 'gray'}>{row.outcomeLabel ?? row.stateLabel}</Badge>
      ),
    },
    { key: 'received', header: t('columns.received'), render: (row) => formatTime(row.receivedAt, 'day') },
    { key: 'due', header: t('columns.due'), render: (row) => <span className="numeric">{row.dueOn}</span> },
    { key: 'left', header: t('columns.left'), render: (row) => <DueWords term={row} /> },
  ];
  return <DataTable caption={t('title')} columns={columns} rows={rows} rowKey={(row) => row.id} />;
}
