import { Alert, Button, Group, Stack } from '@mantine/core';
import type { SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { StepUpFields } from '../step-up/step-up-fields.tsx';
import { useStepUp } from '../step-up/use-step-up.ts';
import { useStartExport } from './export-queries.ts';

export function StartExportDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useTranslations('export');
  return (
    <Dialog opened={isOpen} onClose={onClose} title={t('startTitle')}>
      {isOpen && <StartForm onClose={onClose} />}
    </Dialog>
  );
}

function StartForm({ onClose }: { onClose: () => void }) {
  const t = useTranslations('export');
  const common = useTranslations('common');
  const text = useProblemText();
  const stepUp = useStepUp();
  const start = useStartExport();
  const isOwnFailure = start.error !== null && stepUp.error === undefined;

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    const proof = stepUp.findProof();
    if (proof !== undefined)
      start.mutate(proof, { onSuccess: onClose, onError: (error) => void stepUp.takesProblem(error) });
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <p style={{ margin: 0 }}>{t('startHint')}</p>
        <StepUpFields stepUp={stepUp} />
        {isOwnFailure && <Alert color="cinnabar">{text(asProblem(start.error))}</Alert>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={start.isPending}>
            {t('start')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
