import { Button } from '@mantine/core';
import { History } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ConsentRecord } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { fetchHistory, historyKey } from './consent-queries.ts';
import classes from './choices.module.css';
import { NoticeText } from './notice-text.tsx';
import { ReceiptButton } from './receipt-button.tsx';

/** Everything the person ever decided, newest first, each with its receipt and the words of then. */
export function DecisionHistory() {
  const t = useTranslations('choices');
  const { textLanguage } = useLanguage();
  const list = useCursorList(historyKey(textLanguage), (cursor) => fetchHistory(textLanguage, cursor));
  const [read, setRead] = useState<ConsentRecord | undefined>(undefined);
  const columns: Column<ConsentRecord>[] = [
    { key: 'at', header: t('at'), render: (row) => <Instant at={row.createdAt} precision="second" /> },
    { key: 'purpose', header: t('purpose'), isTitle: true, render: (row) => row.purposeTitle },
    { key: 'kind', header: t('decision'), render: (row) => t(`kinds.${row.kind}`) },
    { key: 'how', header: t('how'), render: (row) => t(`methods.${row.method}`) },
    {
      key: 'proof',
      header: t('actions'),
      render: (row) => (
        <span className={classes.proof}>
          {row.notice !== null && (
            <Button variant="subtle" color="gray" size="compact-sm" onClick={() => setRead(row)}>
              {t('readText')}
            </Button>
          )}
          <ReceiptButton consentId={row.id} />
        </span>
      ),
    },
  ];
  return (
    <Panel title={t('history')} description={t('historyHint')} isFlush>
      <QueryView query={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={History} title={t('historyEmpty')} />
          ) : (
            <>
              <DataTable caption={t('history')} columns={columns} rows={rows} rowKey={(row) => row.id} />
              <LoadMore list={list} count={rows.length} />
            </>
          )
        }
      </QueryView>
      <Dialog
        opened={read !== undefined}
        onClose={() => setRead(undefined)}
        title={read?.notice?.title}
        size="lg"
      >
        <NoticeText sections={read?.notice?.sections ?? []} label={t('readText')} />
      </Dialog>
    </Panel>
  );
}
