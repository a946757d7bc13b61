import { Badge, Button, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Eraser } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { ManagedErasure } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../../shared/list/page-size.tsx';
import { oneOf, useFilters } from '../../../shared/list/use-filters.ts';
import { type Column, DataTable } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { UnreadableCells } from './unreadable-cells.tsx';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';

const erasuresKey = ['officer', 'erasures'];
const erasureFilters = ['state', 'size'] as const;
const finalStates = ['certified', 'failed'] as const;

/** Every erasure with its state: certified, under way, or failed with the places where something is left. */
export function ErasuresPage() {
  const t = useTranslations('officer.erasures');
  const common = useTranslations('common');
  const { textLanguage } = useLanguage();
  const { listed } = useJoinedWords();
  const filters = useFilters(erasureFilters);
  const state = oneOf(finalStates, filters.values.state);
  const limit = pageSizeOf(filters);
  const list = useCursorList([...erasuresKey, state, limit], (cursor) =>
    unwrap(api.GET('/api/privacy/erasures', { params: { query: { limit, cursor, state } } })),
  );
  const columns: Column<ManagedErasure>[] = [
    {
      key: 'id',
      header: t('id'),
      isTitle: true,
      render: (row) => <span className="mono">{row.erasureId}</span>,
    },
    {
      key: 'state',
      header: t('state'),
      render: (row) => <Badge color={colorOf(row.state)}>{t(`states.${row.state}`)}</Badge>,
    },
    { key: 'started', header: t('started'), render: (row) => <Time at={row.createdAt} row={row} /> },
    {
      key: 'certified',
      header: t('certified'),
      render: (row) => (row.certifiedAt === null ? '—' : <Time at={row.certifiedAt} row={row} />),
    },
    {
      key: 'residue',
      header: t('residue'),
      render: (row) =>
        row.residue.length === 0 ? t('none') : listed(row.residue.map(({ title }) => title[textLanguage])),
    },
    {
      key: 'retry',
      header: t('retry'),
      isAction: true,
      render: (row) => (row.state === 'failed' ? <RetryButton erasureId={row.erasureId} /> : null),
    },
  ];
  return (
    <Page title={t('title')} description={t('description')}>
      <Panel isFlush>
        <FilterBar filters={filters} files={{ path: '/api/privacy/erasures', query: { state } }} isInside>
          <Select
            label={t('state')}
            size="xs"
            value={state ?? 'all'}
            onChange={(value) => filters.set({ state: oneOf(finalStates, value ?? undefined) })}
            data={[
              { value: 'all' as const, label: common('all') },
              ...finalStates.map((value) => ({ value, label: t(`states.${value}`) })),
            ]}
          />
          <PageSize filters={filters} />
        </FilterBar>
        <QueryView query={list}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState icon={Eraser} title={t('empty')}>
                {t('emptyHint')}
              </EmptyState>
            ) : (
              <>
                <DataTable
                  caption={t('title')}
                  columns={columns}
                  rows={rows}
                  rowKey={(row) => row.erasureId}
                />
                <LoadMore list={list} count={rows.length} />
              </>
            )
          }
        </QueryView>
      </Panel>
      <UnreadableCells />
    </Page>
  );
}

function colorOf(state: ManagedErasure['state']): string {
  if (state === 'certified') return 'celadon';
  return state === 'failed' ? 'cinnabar' : 'amber';
}

function RetryButton({ erasureId }: { erasureId: string }) {
  const t = useTranslations('officer.erasures');
  const queryClient = useQueryClient();
  const retry = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/api/privacy/erasures/{erasureId}/retry', { params: { path: { erasureId } } })),
    onSuccess: () => {
      notifyDone(t('retried'));
      return queryClient.invalidateQueries({ queryKey: erasuresKey });
    },
  });
  return (
    <Button size="compact-sm" variant="default" loading={retry.isPending} onClick={() => retry.mutate()}>
      {t('retry')}
    </Button>
  );
}

/** Of what is certified only the month is kept. */
function Time({ at, row }: { at: string; row: ManagedErasure }) {
  return row.state === 'certified' ? at.slice(0, 7) : <Instant at={at} />;
}
