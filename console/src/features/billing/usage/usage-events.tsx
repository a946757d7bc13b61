import { Badge } from '@mantine/core';
import { Activity } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { UsageEvent, UsageLine } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { ExportFiles } from '../../../shared/list/export-files.tsx';
import { PageSize, pageSizeOf } from '../../../shared/list/page-size.tsx';
import type { FilterState } from '../../../shared/list/use-filters.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { Money } from '../../../shared/ui/money.tsx';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { useMeters } from '../../catalog/parts.ts';
import { fetchUsageEvents, type UsageFilter } from './usage-queries.ts';

interface UsageEventsProps {
  filter: UsageFilter;
  filters: FilterState<'size'>;
}

export function UsageEvents({ filter, filters }: UsageEventsProps) {
  const t = useTranslations('usage');
  const size = pageSizeOf(filters);
  const list = useCursorList(['billing', 'usage', 'events', filter, size], (cursor) =>
    fetchUsageEvents(filter, size, cursor),
  );
  return (
    <Panel
      title={t('events')}
      description={t('eventsHint')}
      isFlush
      actions={
        <>
          <PageSize filters={filters} />
          <ExportFiles path="/api/billing/usage/events" query={{ ...filter }} />
        </>
      }
    >
      <QueryView query={list}>
        {(events) =>
          events.length === 0 ? (
            <EmptyState icon={Activity} title={t('noEvents')} />
          ) : (
            <>
              <EventTable events={events} />
              <LoadMore list={list} count={events.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

export function EventTable({ events }: { events: readonly UsageEvent[] }) {
  const t = useTranslations('usage');
  const columns: Column<UsageEvent>[] = [
    { key: 'at', header: t('at'), render: (event) => <Instant at={event.at} precision="second" /> },
    {
      key: 'model',
      header: t('model'),
      isTitle: true,
      render: (event) => event.sku,
    },
    {
      key: 'key',
      header: t('apiKey'),
      render: (event) => event.apiKeyName ?? `…${event.apiKeyId.slice(-8)}`,
    },
    {
      key: 'quantity',
      header: t('quantity'),
      isNumeric: true,
      render: (event) => <Quantities event={event} />,
    },
    {
      key: 'duration',
      header: t('duration'),
      isNumeric: true,
      render: (event) => <span className="nowrap">{(event.durationMs / 1000).toFixed(2)} s</span>,
    },
    { key: 'outcome', header: t('outcome'), render: (event) => <Outcome event={event} /> },
    {
      key: 'charge',
      header: t('spend'),
      isFigure: true,
      render: (event) => <Money micros={event.chargeMicros} digits={6} />,
    },
  ];
  return <DataTable caption={t('events')} columns={columns} rows={events} rowKey={(event) => event.id} />;
}

/** `Input 12 · Output 5 tokens`; a meter that nothing was charged for and that may be free says nothing. */
function Quantities({ event }: { event: UsageEvent }) {
  const t = useTranslations('usage');
  const { meters, unitAfter, wordOf } = useMeters();
  const isTelling = ({ meter, chargeMicros }: UsageLine) => {
    const facts = meters.find(({ name }) => name === meter);
    return chargeMicros > 0 || (facts?.requiredFor ?? []).length > 0 || facts?.pricedAs !== null;
  };
  const texts = event.lines.filter(isTelling).map(({ meter, unit, quantity }, index, lines) => {
    const isLastOfUnit = lines[index + 1]?.unit !== unit;
    return `${wordOf(meter)} ${quantity.toLocaleString('en-US')}${isLastOfUnit ? ` ${unitAfter(quantity, unit)}` : ''}`;
  });
  return (
    <span className="nowrap" title={event.isEstimated ? t('estimated') : undefined}>
      {texts.join(' · ')}
      {event.isEstimated ? ' *' : ''}
    </span>
  );
}

const colorByOutcome = {
  completed: 'celadon',
  client_gone: 'gray',
  upstream_failed: 'cinnabar',
  stopped: 'cinnabar',
  balance_exhausted: 'gray',
} as const;

function Outcome({ event }: { event: UsageEvent }) {
  const t = useTranslations('usage');
  return <Badge color={colorByOutcome[event.outcome]}>{t(`outcomes.${event.outcome}`)}</Badge>;
}
