import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, done } from '../../shared/api/client.ts';
import { ConfirmDialog } from '../../shared/ui/confirm-dialog.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';

interface WithdrawModelDialogProps {
  /** Null while nothing is asked. */
  modelId: string | null;
  onClose: () => void;
}

/** Asks before a model leaves the catalogue of all customers. */
export function WithdrawModelDialog({ modelId, onClose }: WithdrawModelDialogProps) {
  const t = useTranslations('prices');
  const queryClient = useQueryClient();
  const withdraw = useMutation({
    mutationFn: (id: string) =>
      done(api.DELETE('/api/catalog/models/{modelId}', { params: { path: { modelId: id } } })),
    onSuccess: async () => {
      notifyDone(t('withdrawn'));
      await queryClient.invalidateQueries({ queryKey: ['catalog'] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      isOpen={modelId !== null}
      title={t('withdrawTitle', { model: modelId ?? '' })}
      confirmLabel={t('withdraw')}
      isBusy={withdraw.isPending}
      error={withdraw.error}
      onConfirm={() => modelId !== null && withdraw.mutate(modelId)}
      onClose={() => {
        withdraw.reset();
        onClose();
      }}
    >
      {t('withdrawText')}
    </ConfirmDialog>
  );
}
