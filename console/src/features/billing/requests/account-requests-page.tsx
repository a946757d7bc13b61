import { Select } from '@mantine/core';
import { Activity } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { oneOf, useFilters } from '../../../shared/list/use-filters.ts';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { ReasonGate } from '../../../shared/ui/reason-gate.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { TenantSelect } from '../../identity/parts.ts';
import { EventTable } from './event-table.tsx';
import { RequestDetails, type ShownEvent } from './request-details.tsx';
import { accountRequestFilters, outcomes } from './request-filters.ts';
import { RequestSearch } from './request-search.tsx';

/** Calls of an account that a customer asks about, without their content. */
export function AccountRequestsPage() {
  const t = useTranslations('requests');
  return (
    <ReasonGate title={t('ofAccounts')}>
      <AccountRequests />
    </ReasonGate>
  );
}

function AccountRequests() {
  const t = useTranslations('requests');
  const common = useTranslations('common');
  const filters = useFilters(accountRequestFilters);
  const { values } = filters;
  const outcome = oneOf(outcomes, values.outcome);
  const isAsked = values.tenant !== undefined || values.id !== undefined;
  return (
    <Page title={t('ofAccounts')} description={t('ofAccountsDescription')}>
      <Panel isFlush>
        <FilterBar filters={filters} isInside>
          <RequestSearch
            key={values.id === undefined ? 'none' : 'some'}
            value={values.id}
            onSearch={(id) => filters.set({ id })}
          />
          <TenantSelect
            label={t('account')}
            placeholder={t('accountHint')}
            nothingFoundMessage={t('noAccount')}
            size="xs"
            value={values.tenant ?? ''}
            onPick={(tenantId) => filters.set({ tenant: tenantId === '' ? undefined : tenantId })}
          />
          <Select
            label={t('outcome')}
            size="xs"
            value={outcome ?? 'all'}
            onChange={(value) => filters.set({ outcome: oneOf(outcomes, value ?? undefined) })}
            data={[
              { value: 'all' as const, label: common('all') },
              ...outcomes.map((value) => ({ value, label: t(`outcomes.${value}`) })),
            ]}
          />
        </FilterBar>
        {isAsked ? (
          <Found tenantId={values.tenant} requestId={values.id} outcome={outcome} />
        ) : (
          <EmptyState icon={Activity} title={t('ask')}>
            {t('askHint')}
          </EmptyState>
        )}
      </Panel>
    </Page>
  );
}

interface FoundProps {
  tenantId: string | undefined;
  requestId: string | undefined;
  outcome: (typeof outcomes)[number] | undefined;
}

function Found({ tenantId, requestId, outcome }: FoundProps) {
  const t = useTranslations('requests');
  const [opened, setOpened] = useState<ShownEvent | undefined>(undefined);
  const filter = requestId === undefined ? { tenantId, outcome } : { requestId };
  const list = useCursorList(['billing', 'account-events', filter], (cursor) =>
    unwrap(api.GET('/api/billing/account-events', { params: { query: { ...filter, limit: 30, cursor } } })),
  );
  return (
    <>
      <QueryView query={list}>
        {(events) =>
          events.length === 0 ? (
            <EmptyState icon={Activity} title={t(requestId === undefined ? 'noneOfAccount' : 'notFound')}>
              {requestId === undefined ? undefined : t('notFoundHint')}
            </EmptyState>
          ) : (
            <>
              <EventTable
                events={events}
                onOpen={(event) => setOpened(events.find(({ id }) => id === event.id))}
              />
              <LoadMore list={list} count={events.length} />
            </>
          )
        }
      </QueryView>
      <RequestDetails event={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}
