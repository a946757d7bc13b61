import { Badge, Button } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Hourglass } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { RetentionEvidence, RetentionState } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../../shared/list/page-size.tsx';
import { useFilters } from '../../../shared/list/use-filters.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { type Column, DataTable } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import classes from '../officer.module.css';
import { Tiles } from '../tiles.tsx';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';

const retentionKey = ['officer', 'retention'];

function retentionQuery(lang: 'zh' | 'en') {
  return queryOptions({
    queryKey: [...retentionKey, 'state', lang],
    queryFn: () => unwrap(api.GET('/api/privacy/retention', { params: { query: { lang } } })),
  });
}

/** Every term, what is past it now, and what sweeps have done: nothing is kept for want of a question. */
export function RetentionPage() {
  const t = useTranslations('officer.retention');
  const { textLanguage } = useLanguage();
  const states = useQuery(retentionQuery(textLanguage));
  return (
    <Page title={t('title')} description={t('description')} actions={<SweepButton />}>
      <QueryView query={states}>
        {({ items }) => (
          <>
            <Tiles
              tiles={[
                {
                  key: 'overdue',
                  label: t('overdueRules'),
                  value: items.filter(({ overdueSeconds }) => overdueSeconds > 0).length,
                  isBad: items.some(({ overdueSeconds }) => overdueSeconds > 0),
                },
                { key: 'due', label: t('dueRows'), value: sum(items, 'candidates'), isBad: false },
                { key: 'rules', label: t('rules'), value: items.length, isBad: false },
              ]}
            />
            <Panel title={t('terms')} isFlush>
              <StateTable items={items} />
            </Panel>
          </>
        )}
      </QueryView>
      <Evidence />
    </Page>
  );
}

function sum(items: readonly RetentionState[], key: 'candidates' | 'done'): number {
  return items.reduce((total, item) => total + item[key], 0);
}

function SweepButton() {
  const t = useTranslations('officer.retention');
  const { textLanguage: lang } = useLanguage();
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const sweep = useMutation({
    mutationFn: () => unwrap(api.POST('/api/privacy/retention/sweep', { params: { query: { lang } } })),
    onSuccess: async ({ items }) => {
      setAsking(false);
      notifyDone(t('swept', { rows: sum(items, 'done') }));
      await queryClient.invalidateQueries({ queryKey: retentionKey });
    },
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('sweep')}</Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('sweep')}
        confirmLabel={t('sweep')}
        isBusy={sweep.isPending}
        error={sweep.error}
        onConfirm={() => sweep.mutate()}
        onClose={() => setAsking(false)}
      >
        {t('sweepText')}
      </ConfirmDialog>
    </>
  );
}

const daySeconds = 86_400;

function StateTable({ items }: { items: readonly RetentionState[] }) {
  const t = useTranslations('officer.retention');
  const { listed } = useJoinedWords();
  const longest = Math.max(1, ...items.map(({ overdueSeconds }) => overdueSeconds));
  const columns: Column<RetentionState>[] = [
    {
      key: 'data',
      header: t('data'),
      isTitle: true,
      render: (row) => (
        <span title={listed(row.columns)}>
          {row.title}
          {/* Where the record stays, two rules may be about parts of it. */}
          {row.verb !== 'delete' && <span className={classes.part}>{listed(row.columns)}</span>}
        </span>
      ),
    },
    {
      key: 'kind',
      header: t('kind'),
      render: (row) => `${t(`kinds.${row.kind}`)} · ${t(`verbs.${row.verb}`)}`,
    },
    { key: 'term', header: t('term'), render: (row) => row.term },
    { key: 'due', header: t('due'), render: (row) => <DueCell state={row} longestSeconds={longest} /> },
  ];
  return (
    <DataTable
      caption={t('terms')}
      columns={columns}
      rows={items.toSorted((a, b) => b.overdueSeconds - a.overdueSeconds || b.candidates - a.candidates)}
      rowKey={(row) => `${row.table} ${row.kind} ${row.term} ${row.columns.join()}`}
    />
  );
}

function DueCell({ state, longestSeconds }: { state: RetentionState; longestSeconds: number }) {
  const t = useTranslations('officer.retention');
  const { candidates, overdueSeconds, failure } = state;
  if (failure !== null) return <Badge color="cinnabar">{failure}</Badge>;
  if (candidates === 0) return <span className={classes.hint}>{t('nothing')}</span>;
  if (overdueSeconds === 0) return t('rows', { rows: candidates });
  return (
    <span>
      <svg viewBox="0 0 100 8" className={classes.bar} aria-hidden="true" preserveAspectRatio="none">
        <rect width="100" height="8" rx="4" className={classes.barGround} />
        <rect
          width={Math.max(4, (overdueSeconds / longestSeconds) * 100)}
          height="8"
          rx="4"
          className={classes.barFill}
        />
      </svg>
      {t('overdueBy', { rows: candidates, days: Math.ceil(overdueSeconds / daySeconds) })}
    </span>
  );
}

const evidenceFilters = ['size'] as const;

function Evidence() {
  const t = useTranslations('officer.retention');
  const { textLanguage } = useLanguage();
  const filters = useFilters(evidenceFilters);
  const limit = pageSizeOf(filters);
  const list = useCursorList([...retentionKey, 'evidence', limit], (cursor) =>
    unwrap(api.GET('/api/privacy/retention/evidence', { params: { query: { limit, cursor } } })),
  );
  const columns: Column<RetentionEvidence>[] = [
    { key: 'at', header: t('at'), render: (row) => <Instant at={row.createdAt} precision="second" /> },
    {
      key: 'table',
      header: t('data'),
      isTitle: true,
      render: (row) => row.title[textLanguage],
    },
    { key: 'found', header: t('found'), isNumeric: true, render: (row) => row.candidates },
    { key: 'done', header: t('done'), isNumeric: true, render: (row) => row.done },
    {
      key: 'oldest',
      header: t('oldest'),
      render: (row) => (row.oldest === null ? '—' : <Instant at={row.oldest} />),
    },
    {
      key: 'result',
      header: t('result'),
      render: (row) =>
        row.failure === null ? (
          <Badge color={row.isDryRun ? 'gray' : 'celadon'}>{row.isDryRun ? t('dryRun') : t('ok')}</Badge>
        ) : (
          <Badge color="cinnabar">{row.failure}</Badge>
        ),
    },
  ];
  return (
    <Panel title={t('evidence')} description={t('evidenceHint')} isFlush>
      <FilterBar filters={filters} files={{ path: '/api/privacy/retention/evidence' }} isInside>
        <PageSize filters={filters} />
      </FilterBar>
      <QueryView query={list}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={Hourglass} title={t('noEvidence')} />
          ) : (
            <>
              <DataTable caption={t('evidence')} columns={columns} rows={rows} rowKey={(row) => row.id} />
              <LoadMore list={list} count={rows.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}
