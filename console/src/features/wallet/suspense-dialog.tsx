import { Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { TenantSelect } from '../identity/parts.ts';
import { api, done, unwrap } from '../../shared/api/client.ts';
import type { SuspendedPayment } from '../../shared/api/entities.ts';
import { formatYuan } from '../../shared/money.ts';
import { ConfirmDialog } from '../../shared/ui/confirm-dialog.tsx';

export type SuspenseAct = 'refund' | 'assign' | 'approve' | 'decline';

const reasons = ['account_closed', 'payer_asked', 'order_of_authority'] as const;
const proofs = ['bank_statement', 'channel_receipt', 'order_of_authority'] as const;

interface SuspenseDialogProps {
  act: SuspenseAct;
  payment: SuspendedPayment;
  onClose: () => void;
}

/** Asks for what an act on a payment in suspense needs, and does it. */
export function SuspenseDialog({ act, payment, onClose }: SuspenseDialogProps) {
  const t = useTranslations('wallet.operator.suspense');
  const operator = useTranslations('wallet.operator');
  const queryClient = useQueryClient();
  const [reason, setReason] = useState<(typeof reasons)[number]>('account_closed');
  const [reference, setReference] = useState('');
  const [proof, setProof] = useState<(typeof proofs)[number]>('bank_statement');
  const [tenantId, setTenantId] = useState('');
  const [isChecked, setChecked] = useState(false);
  const params = { path: { suspendedPaymentId: payment.id } };
  const run = useMutation({
    mutationFn: async () => {
      if (act === 'refund')
        await done(
          api.POST('/api/wallet/suspended-payments/{suspendedPaymentId}/refund', {
            params,
            body: { reason, reference: reference.trim() },
          }),
        );
      else if (act === 'assign')
        await unwrap(
          api.POST('/api/wallet/suspended-payments/{suspendedPaymentId}/assign', {
            params,
            body: { tenantId, proof },
          }),
        );
      else if (act === 'approve')
        await done(api.POST('/api/wallet/suspended-payments/{suspendedPaymentId}/approve', { params }));
      else await done(api.POST('/api/wallet/suspended-payments/{suspendedPaymentId}/decline', { params }));
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['wallet'] });
      onClose();
    },
  });
  const referenceError = act === 'refund' && reference.trim() === '' ? operator('required') : null;
  const tenantError = act === 'assign' && tenantId === '' ? operator('tenantMissing') : null;
  const confirm = () => {
    setChecked(true);
    if (referenceError === null && tenantError === null) run.mutate();
  };
  return (
    <ConfirmDialog
      isOpen
      title={t(`acts.${act}`)}
      confirmLabel={t(`acts.${act}`)}
      isBusy={run.isPending}
      error={run.error}
      onConfirm={confirm}
      onClose={onClose}
    >
      <Stack gap="md">
        <p style={{ margin: 0 }}>
          {t(`actTexts.${act}`, {
            amount: formatYuan(payment.amountMicros),
            number: payment.tradeNumber,
            tenant: payment.tenantId ?? '—',
          })}
        </p>
        {act === 'refund' && (
          <>
            <Select
              label={t('reason')}
              value={reason}
              onChange={(value) => setReason(value ?? reason)}
              data={reasons.map((value) => ({ value, label: t(`reasons.${value}`) }))}
            />
            <TextInput
              label={t('reference')}
              value={reference}
              onChange={(event) => setReference(event.currentTarget.value)}
              error={isChecked ? referenceError : null}
              maxLength={64}
              autoComplete="off"
              spellCheck={false}
            />
          </>
        )}
        {act === 'assign' && (
          <>
            <TenantSelect
              label={operator('tenant')}
              placeholder={operator('tenantHint')}
              nothingFoundMessage={operator('noTenant')}
              value={tenantId}
              error={isChecked ? tenantError : null}
              onPick={setTenantId}
            />
            <Select
              label={t('proof')}
              value={proof}
              onChange={(value) => setProof(value ?? proof)}
              data={proofs.map((value) => ({ value, label: t(`reasons.${value}`) }))}
            />
          </>
        )}
      </Stack>
    </ConfirmDialog>
  );
}
