import { Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { useMessages, useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import { useReason } from '../../../shared/api/reason.ts';
import type { AuditLogLine } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { DateRange } from '../../../shared/list/date-range.tsx';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../../shared/list/page-size.tsx';
import { type FilterState, useFilters } from '../../../shared/list/use-filters.ts';
import { dayMs, parseBillingDate } from '../../../shared/time.ts';
import { type Column, DataTable } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { ReasonForm } from '../../../shared/ui/reason-gate.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { Result, Target } from '../../audit/parts.ts';
import { logFilters } from './log-filters.ts';

const actionsQuery = queryOptions({
  queryKey: ['officer', 'log-actions'],
  queryFn: () => unwrap(api.GET('/api/audit/actions')),
  staleTime: Infinity,
});

/** What was done in the installation. It names persons by their ids, so it is shown for a reason only. */
export function LogLinesPanel() {
  const t = useTranslations('officer.log');
  const reason = useReason();
  return (
    <Panel title={t('lines')} description={t('linesHint')} isFlush={reason !== ''}>
      {reason === '' ? <ReasonForm /> : <LogLines />}
    </Panel>
  );
}

function LogLines() {
  const t = useTranslations('officer.log');
  const { textLanguage } = useLanguage();
  const filters = useFilters(logFilters);
  const query = queryOf(filters.values);
  const limit = pageSizeOf(filters);
  const list = useCursorList(['officer', 'log-lines', query, limit], (cursor) =>
    unwrap(api.GET('/api/audit/log/lines', { params: { query: { ...query, limit, cursor } } })),
  );
  const columns: Column<AuditLogLine>[] = [
    { key: 'at', header: t('at'), render: (line) => <Instant at={line.createdAt} precision="second" /> },
    { key: 'action', header: t('action'), isTitle: true, render: (line) => line.title[textLanguage] },
    { key: 'actor', header: t('actor'), render: (line) => <LineActor actor={line.actor} /> },
    { key: 'target', header: t('target'), render: (line) => <Target id={line.targetId} /> },
    { key: 'result', header: t('result'), render: (line) => <Result code={line.action} /> },
    { key: 'leaf', header: t('leaf'), isNumeric: true, render: (line) => line.leafIndex ?? '—' },
  ];
  return (
    <>
      <Filters filters={filters} />
      <QueryView query={list}>
        {(lines) =>
          lines.length === 0 ? (
            <EmptyState icon={ScrollText} title={t('noLines')}>
              {filters.isFiltered ? t('noLinesHint') : undefined}
            </EmptyState>
          ) : (
            <>
              <DataTable caption={t('lines')} columns={columns} rows={lines} rowKey={(line) => line.id} />
              <LoadMore list={list} count={lines.length} />
            </>
          )
        }
      </QueryView>
    </>
  );
}

function Filters({ filters }: { filters: FilterState<(typeof logFilters)[number]> }) {
  const t = useTranslations('officer.log');
  const common = useTranslations('common');
  const { textLanguage } = useLanguage();
  const known = useQuery(actionsQuery);
  const { values } = filters;
  const setLater = useDebouncedCallback(
    (changes: Parameters<typeof filters.set>[0]) => filters.set(changes),
    350,
  );
  const actions = (known.data?.items ?? []).map(({ action, title }) => ({
    value: action,
    label: title[textLanguage],
  }));
  return (
    <FilterBar
      filters={filters}
      files={{ path: '/api/audit/log/lines', query: queryOf(values), needsReason: true }}
      isInside
    >
      <Select
        label={t('action')}
        size="xs"
        searchable
        clearable
        placeholder={common('all')}
        value={values.action ?? null}
        onChange={(action) => filters.set({ action: action ?? undefined })}
        data={actions}
      />
      <TextInput
        key={`actor ${values.actor ?? ''}`}
        label={t('actor')}
        size="xs"
        placeholder="user_…"
        defaultValue={values.actor ?? ''}
        onChange={(event) => setLater({ actor: event.currentTarget.value.trim() || undefined })}
      />
      <TextInput
        key={`target ${values.target ?? ''}`}
        label={t('target')}
        size="xs"
        placeholder="key_…"
        defaultValue={values.target ?? ''}
        onChange={(event) => setLater({ target: event.currentTarget.value.trim() || undefined })}
      />
      <DateRange filters={filters} />
      <PageSize filters={filters} />
    </FilterBar>
  );
}

type Values = FilterState<(typeof logFilters)[number]>['values'];

function LineActor({ actor }: { actor: string | null }) {
  const { audit } = useMessages();
  const names: Readonly<Record<string, string>> = audit.actors;
  const [kind = '', id] = (actor ?? 'erased').split(':');
  const name = names[kind] ?? kind;
  return (
    <span className="nowrap" title={id}>
      {id === undefined || kind === 'system' ? name : `${name} …${id.slice(-8)}`}
    </span>
  );
}

/** `user_01…` as the log writes it, `user:user_01…`. */
function actorOf(id: string | undefined): string | undefined {
  if (id?.startsWith('user_') === true) return `user:${id}`;
  return id?.startsWith('key_') === true ? `apiKey:${id}` : id;
}

/** The days of the address are Beijing's, both included. */
function queryOf({ actor, action, target, from, to }: Values) {
  const firstMs = parseBillingDate(from ?? '');
  const lastMs = parseBillingDate(to ?? '');
  return {
    actor: actorOf(actor),
    action,
    targetId: target,
    from: firstMs === undefined ? undefined : new Date(firstMs).toISOString(),
    to: lastMs === undefined ? undefined : new Date(lastMs + dayMs).toISOString(),
  };
}
