import { Badge, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Search, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import type { Tenant } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { DateRange } from '../../shared/list/date-range.tsx';
import { FilterBar } from '../../shared/list/filter-bar.tsx';
import { PageSize, pageSizeOf } from '../../shared/list/page-size.tsx';
import { oneOf, useFilters } from '../../shared/list/use-filters.ts';
import { dayMs, parseBillingDate } from '../../shared/time.ts';
import { CopyIcon } from '../../shared/ui/copy.tsx';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { ReasonGate } from '../../shared/ui/reason-gate.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { AppointOperatorPanel } from './appoint-operator-panel.tsx';
import { tenantFilters } from './tenant-filters.ts';
import { fetchTenants, type TenantFilter } from './tenants-queries.ts';

const kinds = ['personal', 'organisation', 'platform'] as const;
const statuses = ['active', 'frozen', 'closed'] as const;

export function TenantsPage() {
  const t = useTranslations('tenants');
  return (
    <ReasonGate title={t('title')}>
      <Tenants />
    </ReasonGate>
  );
}

function Tenants() {
  const t = useTranslations('tenants');
  const common = useTranslations('common');
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, 250);
  const filters = useFilters(tenantFilters);
  const { values } = filters;
  const firstMs = parseBillingDate(values.from ?? '');
  const lastMs = parseBillingDate(values.to ?? '');
  const filter: TenantFilter = {
    kind: oneOf(kinds, values.kind),
    status: oneOf(statuses, values.status),
    from: firstMs === undefined ? undefined : new Date(firstMs).toISOString(),
    to: lastMs === undefined ? undefined : new Date(lastMs + dayMs).toISOString(),
  };
  const limit = pageSizeOf(filters);
  const list = useCursorList(['identity', 'tenants', query, filter, limit], (cursor) =>
    fetchTenants(query, { filter, limit, cursor }),
  );
  const columns: Column<Tenant>[] = [
    {
      key: 'name',
      header: t('name'),
      isTitle: true,
      render: (tenant) => (tenant.name === tenant.id ? t('nameless') : tenant.name),
    },
    { key: 'owner', header: t('owner'), render: (tenant) => tenant.ownerUsername ?? '—' },
    {
      key: 'kind',
      header: t('kind'),
      render: (tenant) => t(`kinds.${oneOf(kinds, tenant.kind) ?? 'personal'}`),
    },
    {
      key: 'status',
      header: t('status'),
      render: (tenant) => (
        <Badge color={tenant.status === 'active' ? 'celadon' : 'gray'}>
          {t(`statuses.${oneOf(statuses, tenant.status) ?? 'closed'}`)}
        </Badge>
      ),
    },
    { key: 'created', header: t('created'), render: (tenant) => <Instant at={tenant.createdAt} /> },
    {
      key: 'id',
      header: t('id'),
      render: (tenant) => (
        <span className="nowrap">
          <span className="mono" title={tenant.id}>
            …{tenant.id.slice(-8)}
          </span>{' '}
          <CopyIcon value={tenant.id} />
        </span>
      ),
    },
    {
      key: 'credit',
      header: t('credit'),
      isAction: true,
      render: (tenant) =>
        tenant.status === 'closed' ? null : (
          <LinkButton
            to="/operator/bank-transfers"
            search={{ tenant: tenant.id }}
            variant="subtle"
            size="compact-sm"
          >
            {t('credit')}
          </LinkButton>
        ),
    },
  ];

  return (
    <Page title={t('title')} description={t('description')}>
      <TextInput
        maw={420}
        aria-label={t('searchLabel')}
        placeholder={t('searchLabel')}
        leftSection={<Search size={16} />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <p style={{ margin: 0, color: 'var(--ink-soft)' }}>{t('searchHint')}</p>
      <Panel isFlush>
        <FilterBar
          filters={filters}
          files={{ path: '/api/identity/tenants', query: { ...filter }, needsReason: true }}
          isInside
        >
          <Select
            label={t('kind')}
            size="xs"
            value={filter.kind ?? 'all'}
            onChange={(value) => filters.set({ kind: oneOf(kinds, value ?? undefined) })}
            data={[
              { value: 'all' as const, label: common('all') },
              ...kinds.map((value) => ({ value, label: t(`kinds.${value}`) })),
            ]}
          />
          <Select
            label={t('status')}
            size="xs"
            value={filter.status ?? 'all'}
            onChange={(value) => filters.set({ status: oneOf(statuses, value ?? undefined) })}
            data={[
              { value: 'all' as const, label: common('all') },
              ...statuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
            ]}
          />
          <DateRange filters={filters} />
          <PageSize filters={filters} />
        </FilterBar>
        <QueryView query={list}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState icon={Users} title={t('empty')}>
                {t('emptyHint')}
              </EmptyState>
            ) : (
              <>
                <DataTable
                  caption={t('title')}
                  columns={columns}
                  rows={rows}
                  rowKey={(tenant) => tenant.id}
                />
                <LoadMore list={list} count={rows.length} />
              </>
            )
          }
        </QueryView>
      </Panel>
      <AppointOperatorPanel />
    </Page>
  );
}
