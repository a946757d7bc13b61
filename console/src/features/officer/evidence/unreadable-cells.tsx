import { Alert } from '@mantine/core';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { UnreadableCell } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { type Column, DataTable } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';

/** The alarm of damaged cells. While there are none, there is nothing to see. */
export function UnreadableCells() {
  const t = useTranslations('officer.unreadable');
  const { textLanguage } = useLanguage();
  const list = useCursorList(
    ['officer', 'unreadable-cells'],
    (cursor) =>
      unwrap(api.GET('/api/privacy/unreadable-cells', { params: { query: { limit: 30, cursor } } })),
    { place: 'cellPages' },
  );
  const columns: Column<UnreadableCell>[] = [
    {
      key: 'place',
      header: t('place'),
      isTitle: true,
      render: (row) => row.title[textLanguage],
    },
    { key: 'row', header: t('row'), render: (row) => <span className="mono">{row.rowId}</span> },
    { key: 'seen', header: t('seen'), render: (row) => row.seen },
    { key: 'first', header: t('first'), render: (row) => <Instant at={row.firstSeenAt} /> },
    { key: 'last', header: t('last'), render: (row) => <Instant at={row.lastSeenAt} /> },
  ];
  return (
    <QueryView query={list}>
      {(rows) =>
        rows.length === 0 ? null : (
          <Panel title={t('title')} isFlush>
            <Alert color="cinnabar">{t('hint')}</Alert>
            <DataTable caption={t('title')} columns={columns} rows={rows} rowKey={(row) => row.id} />
            <LoadMore list={list} count={rows.length} />
          </Panel>
        )
      }
    </QueryView>
  );
}
