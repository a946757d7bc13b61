import { Alert, Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api, done, unwrap } from '../../../shared/api/client.ts';
import { asProblem } from '../../../shared/api/problem.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { useProblemText } from '../../../shared/problem-text.ts';
import { notifyDone, notifyFailure } from '../../../shared/ui/notify.ts';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import type { CaseKey } from './use-case-key.ts';

interface EnterRequestProps {
  /** Of the request just filed; empty for a requester who comes back. */
  filedReference: string;
  onEntered: (caseKey: CaseKey) => void;
}

/** Proves who holds the contact of a request, with the code that was sent there. */
export function EnterRequest({ filedReference, onEntered }: EnterRequestProps) {
  const t = useTranslations('requests.openPage');
  const text = useProblemText();
  const { textLanguage: lang } = useLanguage();
  const isNew = filedReference !== '';
  const form = useForm({
    initialValues: { reference: filedReference, code: '' },
    validate: {
      reference: (value) => (/^case_[0-9a-z]{26}$/.test(value.trim()) ? null : t('referenceInvalid')),
      code: (value) => (/^\d{6}$/.test(value) ? null : t('codeInvalid')),
    },
  });
  const problem = useFormProblem(form);
  const enter = useMutation({
    mutationFn: (body: { reference: string; code: string }) =>
      unwrap(api.POST('/api/privacy/requests/enter', { params: { query: { lang } }, body })),
  });
  const resend = useMutation({
    mutationFn: (reference: string) => done(api.POST('/api/privacy/requests/codes', { body: { reference } })),
    onSuccess: () => notifyDone(t('resent')),
    onError: (error) => notifyFailure(text(asProblem(error))),
  });

  const submit = form.onSubmit(({ reference, code }) => {
    problem.clear();
    const body = { reference: reference.trim(), code };
    enter.mutate(body, {
      onSuccess: ({ accessKey }) => onEntered({ reference: body.reference, accessKey }),
      onError: (error) => problem.show(error),
    });
  });

  function onResend() {
    if (!form.validateField('reference').hasError) resend.mutate(form.values.reference.trim());
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {isNew && (
          <Alert color="celadon" role="status">
            {t('keep', { id: filedReference })} {t('codeSent')}
          </Alert>
        )}
        <TextInput
          label={t('reference')}
          readOnly={isNew}
          variant={isNew ? 'filled' : 'default'}
          spellCheck={false}
          autoComplete="off"
          {...form.getInputProps('reference')}
        />
        <TextInput
          label={t('code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={6}
          {...form.getInputProps('code')}
        />
        {problem.message !== undefined && <Alert color="cinnabar">{problem.message}</Alert>}
        <Group justify="space-between">
          <Button variant="default" onClick={onResend} loading={resend.isPending}>
            {t('resend')}
          </Button>
          <Button type="submit" loading={enter.isPending}>
            {t('enter')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
