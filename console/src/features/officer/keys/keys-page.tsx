import { Alert, Button } from '@mantine/core';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { VaultEpoch } from '../../../shared/api/entities.ts';
import { useNow } from '../../../shared/now.ts';
import { dayMs } from '../../../shared/time.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import classes from '../officer.module.css';
import { Tiles } from '../tiles.tsx';

const epochQuery = queryOptions({
  queryKey: ['officer', 'vault'],
  queryFn: () => unwrap(api.GET('/api/vault/epoch')),
});
/** What the policy promises: after seven days a copy of a destroyed key is worth nothing. */
const promisedDays = 7;

/** The keys that wrap the keys of persons: how old they are, and an end before their time. */
export function KeysPage() {
  const t = useTranslations('officer.keys');
  const epoch = useQuery(epochQuery);
  return (
    <Page title={t('title')} description={t('description')} actions={<RotateButton />}>
      <QueryView query={epoch}>{(state) => <Epoch state={state} />}</QueryView>
      <Panel title={t('how')}>
        <ol className={classes.steps}>
          {(['person', 'wrap', 'erase', 'rotate'] as const).map((step) => (
            <li key={step}>{t(`steps.${step}`)}</li>
          ))}
        </ol>
      </Panel>
    </Page>
  );
}

function Epoch({ state }: { state: VaultEpoch }) {
  const t = useTranslations('officer.keys');
  const now = useNow();
  const ageDays = Math.max(0, Math.floor((now - Date.parse(state.startedAt)) / dayMs));
  const leftDays = Math.max(0, Math.ceil((Date.parse(state.rotatesAt) - now) / dayMs));
  const isLate = ageDays >= promisedDays;
  return (
    <>
      {isLate && <Alert color="cinnabar">{t('late', { days: promisedDays })}</Alert>}
      {state.draining.length > 0 && <Alert color="amber">{t('draining')}</Alert>}
      <Tiles
        tiles={[
          { key: 'age', label: t('age'), value: ageDays, isBad: isLate },
          { key: 'left', label: t('left'), value: leftDays, isBad: false },
          { key: 'epoch', label: t('epoch'), value: state.current, isBad: false },
        ]}
      />
      <Panel title={t('vault')}>
        <dl className={classes.facts}>
          <dt>{t('driver')}</dt>
          <dd>{t(`drivers.${state.driver}`)}</dd>
          <dt>{t('startedAt')}</dt>
          <dd>
            <Instant at={state.startedAt} precision="second" />
          </dd>
          <dt>{t('rotatesAt')}</dt>
          <dd>
            <Instant at={state.rotatesAt} />
          </dd>
        </dl>
      </Panel>
    </>
  );
}

function RotateButton() {
  const t = useTranslations('officer.keys');
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const rotate = useMutation({
    mutationFn: () => unwrap(api.POST('/api/vault/rotations')),
    onSuccess: (epoch) => {
      queryClient.setQueryData(epochQuery.queryKey, epoch);
      setAsking(false);
      notifyDone(t('rotated', { epoch: epoch.current }));
    },
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>{t('rotate')}</Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('rotate')}
        confirmLabel={t('rotate')}
        isBusy={rotate.isPending}
        error={rotate.error}
        onConfirm={() => rotate.mutate()}
        onClose={() => setAsking(false)}
      >
        {t('rotateText')}
      </ConfirmDialog>
    </>
  );
}
