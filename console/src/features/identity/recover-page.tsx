import { SegmentedControl, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useCapabilities } from '../../shared/api/capabilities.ts';
import { api, done } from '../../shared/api/client.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { SecretInput } from '../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import { CodeField } from './code-field.tsx';
import { codeLength } from './code-input.tsx';
import { DoorForm, DoorHeading } from './door-form.tsx';
import classes from './identity.module.css';
import { usePasswordRule } from './password-rule.ts';
import { isEmail, normalizePhone } from './phone.ts';
import { PhoneInput } from './phone-input.tsx';

export function RecoverPage() {
  const capabilities = useCapabilities();
  if (capabilities === undefined) return null;
  if (!capabilities.codesBySms && !capabilities.codesByMail) return <NoRecovery />;
  return <Recover hasCodesBySms={capabilities.codesBySms} />;
}

/** Without a channel for codes nothing can be proved here. */
function NoRecovery() {
  const t = useTranslations('identity');
  return (
    <div>
      <DoorHeading title={t('recover')} subtitle={t('noRecovery')} />
      <p className={classes.switch}>
        <Link to="/login">{t('backToSignIn')}</Link>
      </p>
    </div>
  );
}

function Recover({ hasCodesBySms }: { hasCodesBySms: boolean }) {
  const t = useTranslations('identity');
  const navigate = useNavigate();
  const passwordRule = usePasswordRule();
  const form = useForm({
    initialValues: { by: hasCodesBySms ? 'phone' : 'email', phone: '', email: '', code: '', newPassword: '' },
    validate: {
      phone: (value, values) =>
        values.by === 'phone' && normalizePhone(value) === undefined ? t('phoneInvalid') : null,
      email: (value, values) => (values.by === 'email' && !isEmail(value) ? t('emailInvalid') : null),
      code: (value) => (value.length === codeLength ? null : t('codeMissing')),
      newPassword: (value) => passwordRule.check(value),
    },
  });
  const problem = useFormProblem(form);

  function addressOf(values: typeof form.values) {
    return values.by === 'phone' ? { phone: normalizePhone(values.phone) } : { email: values.email.trim() };
  }
  const recover = useMutation({
    mutationFn: (values: typeof form.values) =>
      done(
        api.POST('/api/identity/recover', {
          body: { ...addressOf(values), code: values.code, newPassword: values.newPassword },
        }),
      ),
    onSuccess: () => {
      notifyDone(t('recovered'));
      void navigate({ to: '/login' });
    },
    onError: (error) => problem.show(error),
  });
  const submit = form.onSubmit((values) => {
    problem.clear();
    recover.mutate(values);
  });
  function findAddress() {
    const field = form.values.by === 'phone' ? 'phone' : 'email';
    return form.validateField(field).hasError ? undefined : addressOf(form.values);
  }

  return (
    <div>
      <DoorHeading title={t('recover')} subtitle={t('recoverHint')} />
      <DoorForm
        onSubmit={submit}
        message={problem.message}
        submitLabel={t('setNewPassword')}
        isBusy={recover.isPending}
      >
        {hasCodesBySms && (
          <SegmentedControl
            fullWidth
            aria-label={t('recoverBy')}
            data={[
              { value: 'phone', label: t('byPhone') },
              { value: 'email', label: t('byMail') },
            ]}
            {...form.getInputProps('by')}
          />
        )}
        {form.values.by === 'phone' ? (
          <PhoneInput {...form.getInputProps('phone')} />
        ) : (
          <TextInput
            label={t('email')}
            type="email"
            inputMode="email"
            autoComplete="email"
            {...form.getInputProps('email')}
          />
        )}
        <CodeField use="recover" findAddress={findAddress} {...form.getInputProps('code')} />
        <SecretInput
          label={t('newPassword')}
          description={passwordRule.hint}
          autoComplete="new-password"
          {...form.getInputProps('newPassword')}
        />
      </DoorForm>
      <p className={classes.switch}>
        <Link to="/login">{t('backToSignIn')}</Link>
      </p>
    </div>
  );
}
