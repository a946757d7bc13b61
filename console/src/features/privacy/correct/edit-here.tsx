import { Alert, Button, Group, Stack } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useTranslations } from 'use-intl';
import { asProblem } from '../../../shared/api/problem.ts';
import { useProblemText } from '../../../shared/problem-text.ts';
import { CodeField, isEmail, normalizePhone } from '../../identity/parts.ts';
import { StepUpFields } from '../step-up/step-up-fields.tsx';
import { useStepUp } from '../step-up/use-step-up.ts';
import { type FormField, type Place, useCorrect } from './correction-queries.ts';
import { shapeOf, ValueInput } from './value-input.tsx';

interface EditHereProps {
  place: Place;
  field: FormField;
  onDone: () => void;
  onClose: () => void;
}

/** Changes a value in its place; a new number or address is proven with a code sent there, and what one logs in with by a step-up. */
export function EditHere({ place, field, onDone, onClose }: EditHereProps) {
  const t = useTranslations('correct');
  const common = useTranslations('common');
  const text = useProblemText();
  const correct = useCorrect();
  const stepUp = useStepUp();
  const { code: channel, proof: needsProof = false } = field.change;
  const shape = shapeOf(field.change.input);
  const [value, setValue] = useState(field.value === null ? '' : String(field.value));
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | undefined>(undefined);

  function findAddress() {
    const phone = normalizePhone(value);
    const email = value.trim();
    if (channel === 'sms' && phone !== undefined) return { phone };
    if (channel === 'mail' && isEmail(email)) return { email };
    setError(channel === 'sms' ? t('phoneInvalid') : t('emailInvalid'));
    return undefined;
  }

  /** As the server takes it: an emptied optional text is no text. */
  function typed(): string | null | undefined {
    if (channel) {
      const address = findAddress();
      return address === undefined ? undefined : (address.phone ?? address.email);
    }
    return value.trim() === '' && shape.isOptional ? null : value.trim();
  }

  function onSubmit(event: SubmitEvent) {
    event.preventDefault();
    const next = typed();
    if (next === undefined) return;
    const proof = needsProof ? stepUp.findProof() : undefined;
    if (needsProof && proof === undefined) return;
    correct.mutate(
      { corrections: [{ ...place, value: next }], ...(channel && { code }), ...(needsProof && { proof }) },
      {
        onSuccess: onDone,
        onError: (failure) => {
          if (!needsProof || !stepUp.takesProblem(failure)) setError(messageOf(failure));
        },
      },
    );
  }

  function messageOf(failure: unknown): string {
    const problem = asProblem(failure);
    return problem.code === 'kernel.invalid_input' ? t('invalid') : text(problem);
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm" mt="sm" maw={420}>
        <ValueInput
          label={t('newValue')}
          shape={shape}
          value={value}
          error={error}
          onChange={(next) => {
            setValue(next);
            setError(undefined);
          }}
        />
        {channel && (
          <>
            <Alert color="celadon">{t('codeHint')}</Alert>
            <CodeField use="bind" findAddress={findAddress} value={code} onChange={setCode} />
          </>
        )}
        {needsProof && <StepUpFields stepUp={stepUp} />}
        <Group gap="sm">
          <Button type="submit" loading={correct.isPending} disabled={Boolean(channel) && code.length !== 6}>
            {t('save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
