import { Badge, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Search, Users } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import type { Tenant } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { CopyIcon } from '../../shared/ui/copy.tsx';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { ReasonGate } from '../../shared/ui/reason-gate.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { AppointOperatorPanel } from './appoint-operator-panel.tsx';
import { fetchTenants } from './tenants-queries.ts';

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
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed, 250);
  const list = useCursorList(['identity', 'tenants', query], (cursor) => fetchTenants(query, cursor));
  const columns: Column<Tenant>[] = [
    { key: 'name', header: t('name'), isTitle: true, render: (tenant) => tenant.name },
    { key: 'owner', header: t('owner'), render: (tenant) => tenant.ownerUsername ?? '—' },
    {
      key: 'kind',
      header: t('kind'),
      render: (tenant) => (tenant.kind === 'organisation' ? t('organisation') : t('person')),
    },
    {
      key: 'status',
      header: t('status'),
      render: (tenant) => (
        <Badge color={tenant.status === 'active' ? 'celadon' : 'gray'}>
          {tenant.status === 'active' ? t('active') : tenant.status}
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
      render: (tenant) => (
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
      <Panel isFlush>
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
