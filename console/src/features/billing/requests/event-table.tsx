import { ActionIcon, Badge } from '@mantine/core';
import { PanelRightOpen } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { UsageEvent, UsageLine } from '../../../shared/api/entities.ts';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { Money } from '../../../shared/ui/money.tsx';
import { useMeters } from '../../catalog/parts.ts';
import classes from './requests.module.css';
import { secondsText, tokensPerSecond } from './speed.ts';

interface EventTableProps {
  events: readonly UsageEvent[];
  /** Shows one with everything that is kept of it. */
  onOpen?: (event: UsageEvent) => void;
}

/** Single calls, one row each. */
export function EventTable({ events, onOpen }: EventTableProps) {
  const t = useTranslations('requests');
  const columns: Column<UsageEvent>[] = [
    { key: 'at', header: t('at'), render: (event) => <Instant at={event.at} precision="second" /> },
    {
      key: 'model',
      header: t('modelAndKey'),
      isTitle: true,
      render: (event) => (
        <span className={classes.model}>
          {event.sku} <small>{keyNameOf(event)}</small>
        </span>
      ),
    },
    {
      key: 'quantity',
      header: t('quantity'),
      isNumeric: true,
      render: (event) => <Quantities event={event} />,
    },
    { key: 'duration', header: t('duration'), isNumeric: true, render: (event) => <Pace event={event} /> },
    { key: 'outcome', header: t('outcome'), render: (event) => <Outcome event={event} /> },
    {
      key: 'charge',
      header: t('spend'),
      isFigure: true,
      render: (event) => <Money micros={event.chargeMicros} digits={6} />,
    },
  ];
  const details: Column<UsageEvent> = {
    key: 'details',
    header: t('details'),
    isAction: true,
    render: (event) => (
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('openDetails', { id: event.requestId.slice(-8) })}
        onClick={() => onOpen?.(event)}
      >
        <PanelRightOpen size={17} />
      </ActionIcon>
    ),
  };
  return (
    <DataTable
      caption={t('title')}
      columns={onOpen === undefined ? columns : [...columns, details]}
      rows={events}
      rowKey={(event) => event.id}
    />
  );
}

export function keyNameOf({ apiKeyName, apiKeyId }: UsageEvent): string {
  return apiKeyName ?? `…${apiKeyId.slice(-8)}`;
}

/** How long it took, and below how soon it began and how fast it was written. */
function Pace({ event }: { event: UsageEvent }) {
  const t = useTranslations('requests');
  const speed = tokensPerSecond(event);
  const more = [
    ...(event.firstByteMs === null ? [] : [t('firstShort', { time: secondsText(event.firstByteMs) })]),
    ...(speed === undefined ? [] : [t('speedShort', { speed })]),
  ];
  return (
    <span className={classes.pace}>
      <span className="nowrap">{secondsText(event.durationMs)}</span>
      {more.length > 0 && <small className="nowrap">{more.join(' · ')}</small>}
    </span>
  );
}

/** `Input 12 · Output 5 tokens`; a meter that nothing was charged for and that may be free says nothing. */
function Quantities({ event }: { event: UsageEvent }) {
  const t = useTranslations('requests');
  const common = useTranslations('common');
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
      {texts.length === 0 ? common('none') : texts.join(' · ')}
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

export function Outcome({ event }: { event: UsageEvent }) {
  const t = useTranslations('requests');
  return <Badge color={colorByOutcome[event.outcome]}>{t(`outcomes.${event.outcome}`)}</Badge>;
}
