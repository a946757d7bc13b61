import { Alert, Button, Group, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useState, type SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';

/** One thing a person can do to their request, as TanStack's mutations have it. */
interface Act<Input> {
  mutate: (input: Input, options?: { onSuccess?: () => void }) => void;
  isPending: boolean;
  error: Error | null;
}

interface CaseActionsProps {
  answer: Act<string>;
  withdraw: Act<void>;
}

/** Answering and withdrawing, the same with and without an account. */
export function CaseActions({ answer, withdraw }: CaseActionsProps) {
  const t = useTranslations('requests');
  const text = useProblemText();
  const [typed, setTyped] = useState('');
  const [isAsking, asking] = useDisclosure(false);

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    if (typed.trim() === '') return;
    answer.mutate(typed, {
      onSuccess: () => {
        setTyped('');
        notifyDone(t('answerSent'));
      },
    });
  }

  return (
    <Panel>
      <form onSubmit={onSubmit}>
        <Textarea
          label={t('answerLabel')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          rows={3}
          maxLength={5000}
        />
        {answer.error !== null && (
          <Alert color="cinnabar" mt="sm">
            {text(asProblem(answer.error))}
          </Alert>
        )}
        <Group justify="space-between" mt="sm">
          <Button variant="default" onClick={asking.open}>
            {t('withdraw')}
          </Button>
          <Button type="submit" loading={answer.isPending} disabled={typed.trim() === ''}>
            {t('answerSend')}
          </Button>
        </Group>
      </form>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('withdrawTitle')}
        confirmLabel={t('withdraw')}
        isBusy={withdraw.isPending}
        error={withdraw.error}
        onConfirm={() => withdraw.mutate(undefined, { onSuccess: asking.close })}
        onClose={asking.close}
      >
        {t('withdrawText')}
      </ConfirmDialog>
    </Panel>
  );
}
