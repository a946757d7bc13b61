import { Badge, Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Network, Pencil, Plus, PlugZap, Scale, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Upstream } from '../../../shared/api/entities.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { notifyDone, notifyFailure } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { upstreamsQuery, useDeleteUpstream, useSwitchUpstream } from './upstream-queries.ts';
import { percentOf, type UpstreamModel, worstMargin } from './margin.ts';
import { RoutingDialog } from './routing-dialog.tsx';
import { TestDialog } from './test-dialog.tsx';
import { UpstreamDialog } from './upstream-dialog.tsx';
import classes from './upstreams.module.css';
import { useFailureText } from './use-failure-text.ts';

export function UpstreamsPage() {
  const t = useTranslations('upstreams');
  const upstreams = useQuery(upstreamsQuery);
  const [editing, setEditing] = useState<Upstream | 'new' | undefined>(undefined);
  const [routing, setRouting] = useState<string | undefined>(undefined);
  const [testing, setTesting] = useState<Upstream | undefined>(undefined);
  const [deleting, setDeleting] = useState<Upstream | undefined>(undefined);
  const remove = useDeleteUpstream();
  const addButton = (
    <Button leftSection={<Plus size={16} />} onClick={() => setEditing('new')}>
      {t('add')}
    </Button>
  );

  function confirmDeletion() {
    if (deleting === undefined) return;
    remove.mutate(deleting.id, {
      onSuccess: () => {
        notifyDone(t('deleted'));
        setDeleting(undefined);
      },
    });
  }

  return (
    <Page title={t('title')} description={t('description')} actions={addButton}>
      <QueryView query={upstreams}>
        {({ items }) =>
          items.length === 0 ? (
            <Panel>
              <EmptyState icon={Network} title={t('empty')} action={addButton}>
                {t('emptyHint')}
              </EmptyState>
            </Panel>
          ) : (
            <ul className={classes.list}>
              {items.map((upstream) => (
                <li key={upstream.id}>
                  <UpstreamCard
                    upstream={upstream}
                    onEdit={() => setEditing(upstream)}
                    onRoute={() => setRouting(upstream.id)}
                    onTest={() => setTesting(upstream)}
                    onDelete={() => setDeleting(upstream)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
      <UpstreamDialog upstream={editing} onClose={() => setEditing(undefined)} />
      <RoutingDialog
        upstream={upstreams.data?.items.find(({ id }) => id === routing)}
        onClose={() => setRouting(undefined)}
      />
      <TestDialog upstream={testing} onClose={() => setTesting(undefined)} />
      <ConfirmDialog
        isOpen={deleting !== undefined}
        title={t('deleteTitle')}
        confirmLabel={t('deleteTitle')}
        typedName={deleting?.name}
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={confirmDeletion}
        onClose={() => {
          remove.reset();
          setDeleting(undefined);
        }}
      >
        {t('deleteText')}
      </ConfirmDialog>
    </Page>
  );
}

interface UpstreamCardProps {
  upstream: Upstream;
  onEdit: () => void;
  onRoute: () => void;
  onTest: () => void;
  onDelete: () => void;
}

function UpstreamCard({ upstream, onEdit, onRoute, onTest, onDelete }: UpstreamCardProps) {
  const t = useTranslations('upstreams');
  const common = useTranslations('common');
  const text = useProblemText();
  const toggle = useSwitchUpstream();
  return (
    <article className={classes.card}>
      <div className={classes.head}>
        <h2>{upstream.name}</h2>
        <Switch
          label={upstream.enabled ? t('enabled') : t('disabled')}
          className={classes.switch}
          labelPosition="left"
          checked={upstream.enabled}
          disabled={toggle.isPending}
          onChange={(event) =>
            toggle.mutate(
              { upstreamId: upstream.id, enabled: event.currentTarget.checked },
              { onError: (error) => notifyFailure(text(asProblem(error))) },
            )
          }
        />
      </div>
      <Health upstream={upstream} />
      <p className={`mono ${classes.url ?? ''}`}>{upstream.baseUrl}</p>
      <small>{upstream.protocols.map((name) => t(`protocolNames.${name}`)).join(' · ')}</small>
      <ul className={classes.models} aria-label={t('models')}>
        {upstream.models.map((model) => (
          <ModelLine key={model.modelId} model={model} />
        ))}
      </ul>
      <div className={classes.foot}>
        <Button variant="default" size="xs" leftSection={<Pencil size={14} />} onClick={onEdit}>
          {common('edit')}
        </Button>
        {upstream.models.length > 0 && (
          <Button variant="default" size="xs" leftSection={<Scale size={14} />} onClick={onRoute}>
            {t('routing.action')}
          </Button>
        )}
        <Button variant="default" size="xs" leftSection={<PlugZap size={14} />} onClick={onTest}>
          {t('test.action')}
        </Button>
        <Button
          variant="subtle"
          color="cinnabar"
          size="xs"
          leftSection={<Trash2 size={14} />}
          onClick={onDelete}
        >
          {common('delete')}
        </Button>
      </div>
    </article>
  );
}

function ModelLine({ model }: { model: UpstreamModel }) {
  const t = useTranslations('upstreams.routing');
  const { modelId, upstreamModel, weight, priority } = model;
  const margin = worstMargin(model);
  return (
    <li>
      <span className="mono">{modelId}</span>
      {upstreamModel !== modelId && (
        <>
          <span aria-hidden="true">→</span>
          <span className="mono">{upstreamModel}</span>
        </>
      )}
      {(priority !== 1 || weight !== 1) && <small>{t('place', { priority, weight })}</small>}
      {margin !== undefined && (
        <Badge size="sm" color={margin < 0 ? 'cinnabar' : 'celadon'}>
          {t(margin < 0 ? 'loss' : 'margin', { margin: percentOf(Math.abs(margin)) })}
        </Badge>
      )}
    </li>
  );
}

const colorByStatus = { unknown: 'gray', healthy: 'celadon', failing: 'cinnabar' } as const;

function Health({ upstream }: { upstream: Upstream }) {
  const { health, enabled } = upstream;
  const t = useTranslations('upstreams');
  const failureText = useFailureText();
  if (!enabled) return null;
  const failingModels = health.models.filter(({ status }) => status === 'failing');
  const hasOthers = failingModels.length > 0 && upstream.models.length > 1;
  const seenAt = health.status === 'failing' ? health.lastFailureAt : health.lastSuccessAt;
  return (
    <span className={classes.health}>
      <Badge color={colorByStatus[health.status]}>
        {t(`statuses.${health.status}`)}
        {health.status === 'failing' &&
          health.lastFailure !== null &&
          ` · ${failureText(health.lastFailure, health.lastFailureCode)}`}
      </Badge>
      {seenAt !== null && (
        <small>
          <Instant at={seenAt} isRelative />
        </small>
      )}
      {hasOthers && (
        <small>
          {t('failingModels', { models: failingModels.map((one) => one.upstreamModel).join(', ') })}
        </small>
      )}
      {health.inFlight > 0 && <small>{t('inFlight', { count: health.inFlight })}</small>}
    </span>
  );
}
