import { Alert, Select, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { MessageSquareText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../../shared/list/page-size.tsx';
import { useFilters } from '../../../shared/list/use-filters.ts';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { optionsQuery, CaseTable } from '../../privacy/parts.ts';
import { fetchQueue, queueListKey, queueSummaryQuery, type QueueFilter } from '../officer-queries.ts';
import { Tiles } from '../tiles.tsx';

const queueFilters = ['state', 'type', 'overdue', 'size'] as const;

/** All requests under the law, the most pressing first. No personal details are shown here. */
export function QueuePage() {
  const t = useTranslations('officer.queue');
  const { textLanguage } = useLanguage();
  const filters = useFilters(queueFilters);
  const options = useQuery(optionsQuery(textLanguage));
  const filter: QueueFilter = {
    state: options.data?.states.find(({ key }) => key === filters.values.state)?.key,
    type: options.data?.types.find(({ key }) => key === filters.values.type)?.key,
    isOverdue: filters.values.overdue === 'yes',
    limit: pageSizeOf(filters),
  };
  const list = useCursorList(queueListKey(filter, textLanguage), (cursor) =>
    fetchQueue(filter, textLanguage, cursor),
  );
  return (
    <Page title={t('title')} description={t('description')}>
      <Summary />
      <FilterBar filters={filters}>
        <Select
          aria-label={t('state')}
          placeholder={t('anyState')}
          clearable
          data={options.data?.states.map(({ key, label }) => ({ value: key, label })) ?? []}
          value={filter.state ?? null}
          onChange={(state) => filters.set({ state: state ?? undefined })}
        />
        <Select
          aria-label={t('type')}
          placeholder={t('anyType')}
          clearable
          data={options.data?.types.map(({ key, label }) => ({ value: key, label })) ?? []}
          value={filter.type ?? null}
          onChange={(type) => filters.set({ type: type ?? undefined })}
        />
        <Switch
          label={t('onlyOverdue')}
          checked={filter.isOverdue}
          onChange={(event) => filters.set({ overdue: event.currentTarget.checked ? 'yes' : undefined })}
        />
        <PageSize filters={filters} />
      </FilterBar>
      <Panel isFlush>
        <QueryView query={list}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState icon={MessageSquareText} title={t('empty')}>
                {t('emptyHint')}
              </EmptyState>
            ) : (
              <>
                <CaseTable rows={rows} caption={t('title')} to="/operator/requests/$caseId" isRoleShown />
                <LoadMore list={list} count={rows.length} />
              </>
            )
          }
        </QueryView>
      </Panel>
    </Page>
  );
}

function Summary() {
  const t = useTranslations('officer.queue');
  const summary = useQuery(queueSummaryQuery);
  return (
    <QueryView query={summary}>
      {({ open, overdue, dueToday, waitingForPerson, unverified, calendarYearMissing }) => (
        <>
          {calendarYearMissing !== null && (
            <Alert color="amber">{t('calendarMissing', { year: String(calendarYearMissing) })}</Alert>
          )}
          <Tiles
            tiles={[
              { key: 'overdue', label: t('overdue'), value: overdue, isBad: overdue > 0 },
              { key: 'today', label: t('dueToday'), value: dueToday, isBad: false },
              { key: 'open', label: t('open'), value: open, isBad: false },
              { key: 'waiting', label: t('waitingForPerson'), value: waitingForPerson, isBad: false },
              { key: 'unverified', label: t('unverified'), value: unverified, isBad: false },
            ]}
          />
        </>
      )}
    </QueryView>
  );
}
