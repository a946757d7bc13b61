import { useTranslations } from 'use-intl';
import { BadgeCheck, FileCheck2 } from 'lucide-react';
import type { ConsentRecord } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { fetchHistory, fetchReceipt, historyKey } from '../choices/consent-queries.ts';
import { ReceiptButton } from '../choices/receipt-button.tsx';
import { LogHeadPanel } from './log-head-panel.tsx';
import classes from './proofs.module.css';
import { VerifyButton } from './verify-button.tsx';

/** Every signed statement the person holds against us. */
export function ProofsPage() {
  const t = useTranslations('proofs');
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={
        <LinkButton to="/verify" variant="default" leftSection={<BadgeCheck size={16} />}>
          {t('verifyPage')}
        </LinkButton>
      }
    >
      <Receipts />
      <LogHeadPanel />
    </Page>
  );
}

function Receipts() {
  const t = useTranslations('proofs');
  const choices = useTranslations('choices');
  const { textLanguage } = useLanguage();
  const list = useCursorList(historyKey(textLanguage), (cursor) => fetchHistory(textLanguage, cursor));
  const columns: Column<ConsentRecord>[] = [
    { key: 'at', header: t('at'), render: (row) => <Instant at={row.createdAt} precision="second" /> },
    {
      key: 'what',
      header: t('what'),
      isTitle: true,
      render: (row) => `${choices(`kinds.${row.kind}`)} · ${row.purposeTitle}`,
    },
    {
      key: 'proof',
      header: t('actions'),
      render: (row) => (
        <span className={classes.actions}>
          <VerifyButton readDocument={() => fetchReceipt(row.id)} />
          <ReceiptButton consentId={row.id} />
        </span>
      ),
    },
  ];
  return (
    <Panel title={t('receipts')} description={t('receiptsHint')} isFlush>
      <QueryView query={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState
              icon={FileCheck2}
              title={t('receiptsEmpty')}
              action={
                <LinkButton to="/privacy/choices" variant="default">
                  {t('toChoices')}
                </LinkButton>
              }
            >
              {t('receiptsEmptyHint')}
            </EmptyState>
          ) : (
            <>
              <DataTable caption={t('receipts')} columns={columns} rows={rows} rowKey={(row) => row.id} />
              <LoadMore list={list} count={rows.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}
