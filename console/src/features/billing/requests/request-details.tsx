import { Drawer, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { UsageEvent } from '../../../shared/api/entities.ts';
import { CopyIcon } from '../../../shared/ui/copy.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { Money } from '../../../shared/ui/money.tsx';
import { useMeters } from '../../catalog/parts.ts';
import { keyNameOf, Outcome } from './event-table.tsx';
import classes from './requests.module.css';
import { secondsText, tokensPerSecond } from './speed.ts';

/** A call, with its account where operators read it. */
export type ShownEvent = UsageEvent & { readonly tenantId?: string };

/** Everything that is kept of one call. */
export function RequestDetails({ event, onClose }: { event: ShownEvent | undefined; onClose: () => void }) {
  const t = useTranslations('requests');
  const common = useTranslations('common');
  return (
    <Drawer
      opened={event !== undefined}
      onClose={onClose}
      position="right"
      size={460}
      title={t('detailsTitle')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      {event !== undefined && (
        <Stack gap="lg">
          <Facts event={event} />
          <Lines event={event} />
          <Text size="sm" c="dimmed">
            {t('hint')}
          </Text>
        </Stack>
      )}
    </Drawer>
  );
}

function Facts({ event }: { event: ShownEvent }) {
  const t = useTranslations('requests');
  const common = useTranslations('common');
  const speed = tokensPerSecond(event);
  const facts: readonly (readonly [label: string, value: ReactNode])[] = [
    [
      t('id'),
      <span key="id">
        <span className="mono">{event.requestId}</span> <CopyIcon value={event.requestId} />
      </span>,
    ],
    ...(event.tenantId === undefined
      ? []
      : [
          [
            t('account'),
            <span key="account">
              <span className="mono">…{event.tenantId.slice(-8)}</span> <CopyIcon value={event.tenantId} />
            </span>,
          ] as const,
        ]),
    [t('outcome'), <Outcome key="outcome" event={event} />],
    [t('meaning'), t(`outcomeHints.${event.outcome}`)],
    [t('model'), event.sku],
    [t('apiKey'), keyNameOf(event)],
    [
      t('endpoint'),
      event.endpoint === null ? common('none') : <span className="mono">/v1/{event.endpoint}</span>,
    ],
    [t('form'), t(event.isStreamed ? 'streamed' : 'whole')],
    [t('startedAt'), <Instant key="start" at={event.startedAt} precision="second" />],
    [t('firstByte'), event.firstByteMs === null ? common('none') : secondsText(event.firstByteMs)],
    [t('duration'), secondsText(event.durationMs)],
    [t('speed'), speed === undefined ? common('none') : t('speedShort', { speed })],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) => (
        <div key={label} style={{ display: 'contents' }}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ event }: { event: UsageEvent }) {
  const t = useTranslations('requests');
  const { unitAfter, wordOf } = useMeters();
  return (
    <div>
      <table className={classes.lines}>
        <thead>
          <tr>
            <th scope="col">{t('item')}</th>
            <th scope="col">{t('quantity')}</th>
            <th scope="col">{t('spend')}</th>
          </tr>
        </thead>
        <tbody>
          {event.lines.map(({ meter, unit, quantity, chargeMicros }) => (
            <tr key={meter}>
              <td>{wordOf(meter)}</td>
              <td>
                {quantity.toLocaleString('en-US')} {unitAfter(quantity, unit)}
              </td>
              <td>
                <Money micros={chargeMicros} digits={6} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={2}>{t('total')}</td>
            <td>
              <Money micros={event.chargeMicros} digits={6} />
            </td>
          </tr>
        </tfoot>
      </table>
      {event.isEstimated && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('estimated')}
        </Text>
      )}
    </div>
  );
}
