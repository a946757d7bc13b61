import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Gauge, Plus, UserRoundCog } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { type EditedLimit, LimitDialog } from './limit-dialog.tsx';
import { type AnyLimit, exceptionsOf, modelLimitsQuery, useRemoveLimit } from './limit-queries.ts';
import { LimitTable } from './limit-table.tsx';

const pageSize = 50;

/** What accounts may call of models: operators decide it for all, and for single ones. */
export function LimitsPage() {
  const t = useTranslations('limits');
  const [edited, setEdited] = useState<EditedLimit | undefined>(undefined);
  const [removing, setRemoving] = useState<AnyLimit | undefined>(undefined);
  const models = useQuery(modelLimitsQuery);
  const { queryKey, fetchPage } = exceptionsOf(pageSize);
  const exceptions = useCursorList(queryKey, fetchPage);
  const remove = useRemoveLimit();
  const addButton = (
    <Button leftSection={<Plus size={16} />} size="xs" onClick={() => setEdited('model')}>
      {t('add')}
    </Button>
  );
  const addException = (
    <Button leftSection={<Plus size={16} />} size="xs" variant="default" onClick={() => setEdited('account')}>
      {t('addException')}
    </Button>
  );

  return (
    <Page title={t('title')} description={t('description')}>
      <Panel title={t('ofModels')} description={t('ofModelsHint')} isFlush actions={addButton}>
        <QueryView query={models}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={Gauge} title={t('none')}>
                {t('noneHint')}
              </EmptyState>
            ) : (
              <LimitTable caption={t('ofModels')} rows={items} onEdit={setEdited} onRemove={setRemoving} />
            )
          }
        </QueryView>
      </Panel>
      <Panel title={t('exceptions')} description={t('exceptionsHint')} isFlush actions={addException}>
        <QueryView query={exceptions}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState icon={UserRoundCog} title={t('noExceptions')} />
            ) : (
              <>
                <LimitTable caption={t('exceptions')} rows={rows} onEdit={setEdited} onRemove={setRemoving} />
                <LoadMore list={exceptions} count={rows.length} />
              </>
            )
          }
        </QueryView>
      </Panel>
      <LimitDialog edited={edited} onClose={() => setEdited(undefined)} />
      <ConfirmDialog
        isOpen={removing !== undefined}
        title={t('removeTitle')}
        confirmLabel={t('removeTitle')}
        isBusy={remove.isPending}
        error={remove.error}
        onConfirm={() => {
          if (removing === undefined) return;
          remove.mutate(removing.id, {
            onSuccess: () => {
              notifyDone(t('removed'));
              setRemoving(undefined);
            },
          });
        }}
        onClose={() => {
          remove.reset();
          setRemoving(undefined);
        }}
      >
        {t(removing !== undefined && 'tenantId' in removing ? 'removeExceptionText' : 'removeText', {
          model: removing?.modelId ?? t('eachModel'),
        })}
      </ConfirmDialog>
    </Page>
  );
}
