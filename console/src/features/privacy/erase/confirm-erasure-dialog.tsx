import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import type { ErasurePreview } from '../../../shared/api/entities.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { StepUpFields } from '../step-up/step-up-fields.tsx';
import { useStepUp } from '../step-up/use-step-up.ts';
import { erasureKey, useConfirmErasure } from './erasure-queries.ts';

interface ConfirmErasureDialogProps {
  isOpen: boolean;
  preview: ErasurePreview;
  onClose: () => void;
  /** What was shown is no longer what would happen. */
  onChanged: () => void;
}

/** The last step: the words by hand, and a proof of identity. */
export function ConfirmErasureDialog({ isOpen, ...props }: ConfirmErasureDialogProps) {
  const t = useTranslations('erase');
  return (
    <Dialog opened={isOpen} onClose={props.onClose} title={t('confirmTitle')}>
      {isOpen && <ConfirmForm {...props} />}
    </Dialog>
  );
}

function ConfirmForm({ preview, onClose, onChanged }: Omit<ConfirmErasureDialogProps, 'isOpen'>) {
  const t = useTranslations('erase');
  const common = useTranslations('common');
  const text = useProblemText();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const stepUp = useStepUp();
  const confirm = useConfirmErasure();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const word = t('typedWord');

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    const isTyped = typed.trim() === word;
    setWrong(!isTyped);
    const proof = stepUp.findProof();
    if (!isTyped || proof === undefined) return;
    const { promiseHash, balanceMicros } = preview;
    confirm.mutate(
      { proof, promiseHash, acknowledgedBalanceMicros: balanceMicros },
      { onSuccess: ({ reference }) => void follow(reference), onError },
    );
  }

  /** The session is over: the page that follows needs nothing but the reference, and nothing fetched is kept. */
  async function follow(reference: string) {
    await navigate({ to: '/privacy/erasure', hash: reference, replace: true });
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== erasureKey });
  }

  function onError(error: unknown) {
    stepUp.takesProblem(error);
    const { code } = asProblem(error);
    if (code === 'privacy.erasure_plan_changed' || code === 'privacy.balance_not_acknowledged') onChanged();
  }

  function failureText(): string | undefined {
    if (confirm.error === null || stepUp.error !== undefined) return undefined;
    const problem = asProblem(confirm.error);
    return problem.code === 'privacy.erasure_plan_changed' ? t('changed') : text(problem);
  }

  const failure = failureText();
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Alert color="cinnabar">{t('confirmText')}</Alert>
        <TextInput
          label={t('typeLabel', { word })}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setWrong(false);
          }}
          error={isWrong ? t('typeMissing') : undefined}
          autoComplete="off"
          data-autofocus
        />
        <StepUpFields stepUp={stepUp} />
        {failure !== undefined && <Alert color="amber">{failure}</Alert>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" color="cinnabar" loading={confirm.isPending}>
            {t('confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
