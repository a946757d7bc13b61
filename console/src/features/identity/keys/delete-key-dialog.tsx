import { useTranslations } from 'use-intl';
import type { ApiKey } from '../../../shared/api/entities.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { strong } from '../../../shared/ui/rich.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { useDeleteKey } from './key-queries.ts';

export function DeleteKeyDialog({ apiKey, onClose }: { apiKey: ApiKey | undefined; onClose: () => void }) {
  const t = useTranslations('keys');
  const remove = useDeleteKey();

  function confirm() {
    if (apiKey === undefined) return;
    remove.mutate(apiKey.id, {
      onSuccess: () => {
        notifyDone(t('deletedDone'));
        onClose();
      },
    });
  }

  return (
    <ConfirmDialog
      isOpen={apiKey !== undefined}
      title={t('deleteTitle')}
      confirmLabel={t('deleteConfirm')}
      isBusy={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
      onClose={() => {
        remove.reset();
        onClose();
      }}
    >
      {apiKey !== undefined &&
        t.rich('deleteText', {
          name: apiKey.name,
          masked: apiKey.maskedKey,
          strong,
        })}
    </ConfirmDialog>
  );
}
