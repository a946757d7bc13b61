import { Alert, Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { StepUpFields } from '../step-up/step-up-fields.tsx';
import { useStepUp } from '../step-up/use-step-up.ts';
import { type FormField, type Place, useCorrect } from './correction-queries.ts';

interface RequestCorrectionProps {
  place: Place;
  field: FormField;
  onDone: (caseId: string) => void;
  onClose: () => void;
}

/** What needs proof goes to a person: the wanted value, why, and who asks. */
export function RequestCorrection({ place, field, onDone, onClose }: RequestCorrectionProps) {
  const t = useTranslations('correct');
  const common = useTranslations('common');
  const { labelled } = useJoinedWords();
  const text = useProblemText();
  const stepUp = useStepUp();
  const correct = useCorrect();
  const [value, setValue] = useState('');
  const [explanation, setExplanation] = useState('');

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    const proof = stepUp.findProof();
    if (proof === undefined) return;
    correct.mutate(
      { corrections: [{ ...place, value: value.trim() }], explanation, proof },
      {
        onSuccess: ({ items }) => onDone(items[0]?.caseId ?? ''),
        onError: (error) => void stepUp.takesProblem(error),
      },
    );
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm" mt="sm" maw={480}>
        <TextInput
          label={t('newValue')}
          aria-label={labelled(t('newValue'), field.title)}
          value={value}
          maxLength={2000}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <Textarea
          label={t('why')}
          value={explanation}
          maxLength={2000}
          rows={3}
          onChange={(event) => setExplanation(event.currentTarget.value)}
        />
        <StepUpFields stepUp={stepUp} />
        {correct.error !== null && stepUp.error === undefined && (
          <Alert color="cinnabar">{text(asProblem(correct.error))}</Alert>
        )}
        <Group gap="sm">
          <Button type="submit" loading={correct.isPending} disabled={value.trim() === ''}>
            {t('send')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
