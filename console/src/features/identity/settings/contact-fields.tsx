import { FormEnd } from '../../../shared/ui/form-end.tsx';
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCanReach } from '../../../shared/api/capabilities.ts';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { StepUpFields, useStepUp } from '../../privacy/parts.ts';
import { CodeField } from '../code-field.tsx';
import { codeLength } from '../code-input.tsx';
import { isEmail, normalizePhone } from '../phone.ts';
import { PhoneInput } from '../phone-input.tsx';
import { useMe, useUpdateMe } from '../../../shared/api/session.ts';

type ContactKind = 'phone' | 'email';

/** The phone number and e-mail address of the account. Each is changed by proving the new one. */
export function ContactFields() {
  const t = useTranslations('settings');
  const identity = useTranslations('identity');
  const { user } = useMe();
  const canReach = useCanReach();
  // A new one is proven by a code, which has to arrive.
  const isProvable = { phone: canReach.sms, email: canReach.mail };
  const [changing, setChanging] = useState<ContactKind | undefined>(undefined);
  return (
    <>
      {(['phone', 'email'] as const).map((kind) => (
        <TextInput
          key={kind}
          label={identity(kind)}
          value={user[kind] ?? ''}
          placeholder={t('notLinked')}
          readOnly
          variant="filled"
          description={isProvable[kind] ? undefined : t(kind === 'phone' ? 'noTextMessages' : 'noMail')}
          inputWrapperOrder={['label', 'input', 'description']}
          rightSectionWidth={76}
          rightSection={
            isProvable[kind] && (
              <Button variant="subtle" size="compact-sm" onClick={() => setChanging(kind)}>
                {user[kind] === null ? t('link') : t('change')}
              </Button>
            )
          }
        />
      ))}
      <Dialog
        opened={changing !== undefined}
        onClose={() => setChanging(undefined)}
        title={changing === 'phone' ? t('changePhone') : t('changeEmail')}
        size="sm"
      >
        {changing !== undefined && <ContactForm kind={changing} onClose={() => setChanging(undefined)} />}
      </Dialog>
    </>
  );
}

function ContactForm({ kind, onClose }: { kind: ContactKind; onClose: () => void }) {
  const t = useTranslations('settings');
  const identity = useTranslations('identity');
  const common = useTranslations('common');
  const update = useUpdateMe();
  const { user } = useMe();
  const canReach = useCanReach();
  const isNoticed = (user.phone !== null && canReach.sms) || (user.email !== null && canReach.mail);
  const isPhone = kind === 'phone';
  const form = useForm({
    initialValues: { phone: '', email: '', code: '' },
    validate: {
      phone: (value) => (isPhone && normalizePhone(value) === undefined ? identity('phoneInvalid') : null),
      email: (value) => (!isPhone && !isEmail(value) ? identity('emailInvalid') : null),
      code: (value) => (value.length === codeLength ? null : identity('codeMissing')),
    },
  });
  const stepUp = useStepUp();
  const problem = useFormProblem(form);

  function address() {
    return isPhone ? { phone: normalizePhone(form.values.phone) } : { email: form.values.email.trim() };
  }
  const submit = form.onSubmit(({ code }) => {
    problem.clear();
    const proof = stepUp.findProof();
    if (proof === undefined) return;
    update.mutate(
      { ...address(), code, proof },
      {
        onSuccess: () => {
          notifyDone(common('saved'));
          onClose();
        },
        onError: (error) => {
          if (!stepUp.takesProblem(error)) problem.show(error);
        },
      },
    );
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {isPhone ? (
          <PhoneInput data-autofocus {...form.getInputProps('phone')} />
        ) : (
          <TextInput
            label={identity('email')}
            type="email"
            autoComplete="email"
            data-autofocus
            {...form.getInputProps('email')}
          />
        )}
        <CodeField
          use="bind"
          findAddress={() => (form.validateField(kind).hasError ? undefined : address())}
          {...form.getInputProps('code')}
        />
        <StepUpFields stepUp={stepUp} />
        <Text size="sm" c="dimmed">
          {t(isNoticed ? 'contactHint' : 'contactHintNobodyTold')}
        </Text>
        <FormEnd
          problem={problem.message}
          isSaving={update.isPending}
          onCancel={onClose}
          action={t('confirmChange')}
        />
      </Stack>
    </form>
  );
}
