import { useQuery } from '@tanstack/react-query';
import { Glasses, Share2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { MyData, StaffRead } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LinkButton } from '../../../shared/ui/link-button.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { BackToPrivacy } from '../back-to-privacy.tsx';
import { myDataQuery } from '../privacy-queries.ts';
import { recipientsOf } from './recipients.ts';

/** Every look of staff at the person's data, with its reason, and every recipient. */
export function LookedPage() {
  const t = useTranslations('looked');
  const { textLanguage } = useLanguage();
  const myData = useQuery(myDataQuery(textLanguage));
  return (
    <Page title={t('title')} description={t('description')} actions={<BackToPrivacy />}>
      <StaffReads />
      <Panel title={t('recipientsTitle')} description={t('recipientsHint')} isFlush>
        <QueryView query={myData}>{(data) => <Recipients data={data} />}</QueryView>
      </Panel>
    </Page>
  );
}

function StaffReads() {
  const t = useTranslations('looked');
  const { textLanguage: lang } = useLanguage();
  const list = useCursorList(['privacy', 'staff-reads', lang], (cursor) =>
    unwrap(api.GET('/api/audit/staff-reads', { params: { query: { lang, limit: 20, cursor } } })),
  );
  const columns: Column<StaffRead>[] = [
    { key: 'at', header: t('at'), render: (row) => <Instant at={row.createdAt} precision="second" /> },
    { key: 'reason', header: t('reason'), isTitle: true, render: (row) => row.reason },
    {
      key: 'what',
      header: t('what'),
      render: (row) => row.titles.join(t('separator')),
    },
    {
      key: 'staff',
      header: t('staff'),
      render: (row) => (
        <span className="mono" title={row.staffId}>
          …{row.staffId.slice(-8)}
        </span>
      ),
    },
    { key: 'case', header: t('case'), render: (row) => <CaseName id={row.caseId} /> },
  ];
  return (
    <Panel
      title={t('list')}
      isFlush
      actions={
        <LinkButton to="/privacy/requests" search={{ new: 'complaint' }} variant="default" size="xs">
          {t('challengeLink')}
        </LinkButton>
      }
    >
      <QueryView query={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={Glasses} title={t('empty')}>
              {t('emptyHint')}
            </EmptyState>
          ) : (
            <>
              <DataTable caption={t('list')} columns={columns} rows={rows} rowKey={(row) => row.id} />
              <LoadMore list={list} count={rows.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

function CaseName({ id }: { id: string | null }) {
  const t = useTranslations('looked');
  return id === null ? (
    t('noCase')
  ) : (
    <span className="mono" title={id}>
      …{id.slice(-8)}
    </span>
  );
}

function Recipients({ data }: { data: MyData }) {
  const t = useTranslations('looked');
  const rows = recipientsOf(data);
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'name', width: '40%', header: t('recipientsTitle'), isTitle: true, render: ({ name }) => name },
    { key: 'what', width: '60%', header: t('what'), render: ({ fields }) => fields.join(t('separator')) },
  ];
  if (rows.length === 0) return <EmptyState icon={Share2} title={t('recipientsEmpty')} />;
  return (
    <DataTable caption={t('recipientsTitle')} columns={columns} rows={rows} rowKey={({ name }) => name} />
  );
}
