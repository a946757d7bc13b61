import { Badge } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import type { TopUp } from '../../shared/api/entities.ts';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { Money } from '../../shared/ui/money.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { topUpsQuery } from './wallet-queries.ts';

/** Top-ups still on their way. Nothing is shown when there are none: paid ones are in the transactions. */
export function TopUpsPanel() {
  const t = useTranslations('wallet');
  const pending = useQuery(topUpsQuery).data?.items.filter((topUp) => topUp.status === 'pending') ?? [];
  if (pending.length === 0) return null;

  const columns: Column<TopUp>[] = [
    {
      key: 'amount',
      header: t('amount'),
      isTitle: true,
      render: (topUp) => <Money micros={topUp.amountMicros} />,
    },
    {
      key: 'created',
      header: t('createdAt'),
      render: (topUp) => <Instant at={topUp.createdAt} isRelative />,
    },
    { key: 'channel', header: t('channel'), render: (topUp) => t(`channels.${channelKey(topUp.channel)}`) },
    {
      key: 'status',
      header: t('status'),
      render: () => <Badge color="amber">{t('pending')}</Badge>,
    },
    {
      key: 'check',
      header: t('check'),
      isAction: true,
      render: (topUp) => (
        <LinkButton to="/wallet" search={{ topUp: topUp.id }} variant="default" size="xs">
          {t('check')}
        </LinkButton>
      ),
    },
  ];
  return (
    <Panel title={t('pendingTopUps')} description={t('pendingTopUpsHint')} isFlush>
      <DataTable caption={t('pendingTopUps')} columns={columns} rows={pending} rowKey={(topUp) => topUp.id} />
    </Panel>
  );
}

const knownChannels = ['sandbox', 'bank', 'balance'] as const;
type ChannelKey = (typeof knownChannels)[number] | 'other';

export function channelKey(channel: string): ChannelKey {
  return knownChannels.find((known) => known === channel) ?? 'other';
}
