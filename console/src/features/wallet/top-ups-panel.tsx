import { Alert, Badge, Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { LinkButton } from '../../shared/ui/link-button.tsx';
import { api, done } from '../../shared/api/client.ts';
import { asProblem } from '../../shared/api/problem.ts';
import { useProblemText } from '../../shared/problem-text.ts';
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
  const queryClient = useQueryClient();
  const problemText = useProblemText();
  const cancel = useMutation({
    mutationFn: (topUpId: string) =>
      done(api.POST('/api/wallet/top-ups/{topUpId}/cancel', { params: { path: { topUpId } } })),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['wallet'] }),
  });
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
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          {topUp.redirectUrl !== null && (
            <Button component="a" href={topUp.redirectUrl} size="xs">
              {t('continue')}
            </Button>
          )}
          <LinkButton to="/wallet" search={{ topUp: topUp.id }} variant="default" size="xs">
            {t('check')}
          </LinkButton>
          <Button
            variant="default"
            size="xs"
            loading={cancel.isPending && cancel.variables === topUp.id}
            onClick={() => cancel.mutate(topUp.id)}
          >
            {t('cancelTopUp')}
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <Panel title={t('pendingTopUps')} description={t('pendingTopUpsHint')} isFlush>
      {cancel.error !== null && (
        <Alert color="cinnabar" role="alert">
          {problemText(asProblem(cancel.error))}
        </Alert>
      )}
      <DataTable caption={t('pendingTopUps')} columns={columns} rows={pending} rowKey={(topUp) => topUp.id} />
    </Panel>
  );
}

const knownChannels = ['sandbox', 'bank', 'balance'] as const;
type ChannelKey = (typeof knownChannels)[number] | 'other';

export function channelKey(channel: string): ChannelKey {
  return knownChannels.find((known) => known === channel) ?? 'other';
}
