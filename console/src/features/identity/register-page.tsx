import { Tabs, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useCapabilities } from '../../shared/api/capabilities.ts';
import { api, unwrap } from '../../shared/api/client.ts';
import { asProblem } from '../../shared/api/problem.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { CandorNote } from '../../shared/ui/candor-note.tsx';
import { SecretInput } from '../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import { CodeField } from './code-field.tsx';
import { codeLength } from './code-input.tsx';
import { DoorForm, DoorHeading } from './door-form.tsx';
import classes from './identity.module.css';
import { isEmail, normalizePhone } from './phone.ts';
import { PhoneInput } from './phone-input.tsx';
import { PolicyConsent } from './policy-consent.tsx';
import { policyQuery } from './policy-query.ts';
import { usePasswordRule } from './password-rule.ts';
import { useOpenSession } from './sign-in.ts';

export function RegisterPage() {
  const t = useTranslations('identity');
  const search = useSearch({ strict: false });
  const capabilities = useCapabilities();
  const hasCodesBySms = capabilities?.codesBySms === true;
  if (capabilities === undefined) return null;
  return (
    <div>
      <DoorHeading title={t('createAccount')} subtitle={t('createAccountHint')} />
      <Tabs key={String(hasCodesBySms)} defaultValue={hasCodesBySms ? 'phone' : 'email'} keepMounted={false}>
        <Tabs.List grow mb="lg">
          {hasCodesBySms && <Tabs.Tab value="phone">{t('registerByPhone')}</Tabs.Tab>}
          <Tabs.Tab value="email">{t('registerByEmail')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="phone">
          <PhoneRegistration />
        </Tabs.Panel>
        <Tabs.Panel value="email">
          <PasswordRegistration />
        </Tabs.Panel>
      </Tabs>
      <p className={classes.switch}>
        {t('haveAccount')}{' '}
        <Link to="/login" search={{ return: search.return }}>
          {t('signIn')}
        </Link>
      </p>
    </div>
  );
}

interface ConsentForm {
  setFieldValue: (field: 'isAccepted', value: boolean) => void;
}

/** Shows why a registration was refused; when the policy has changed meanwhile, the new one must be accepted anew. */
function useRefusal(form: ConsentForm, show: (error: unknown) => void) {
  const queryClient = useQueryClient();
  return (error: unknown) => {
    if (asProblem(error).code === 'identity.policy_outdated') {
      form.setFieldValue('isAccepted', false);
      void queryClient.invalidateQueries({ queryKey: policyQuery.queryKey });
    }
    show(error);
  };
}

function PhoneRegistration() {
  const t = useTranslations('identity');
  const { language } = useLanguage();
  const policy = useQuery(policyQuery).data;
  const form = useForm({
    initialValues: { phone: '', code: '', isAccepted: false },
    validate: {
      phone: (value) => (normalizePhone(value) === undefined ? t('phoneInvalid') : null),
      code: (value) => (value.length === codeLength ? null : t('codeMissing')),
      isAccepted: (value) => (value ? null : t('policyMissing')),
    },
  });
  const problem = useFormProblem(form);
  const session = useOpenSession((values: typeof form.values) =>
    unwrap(
      api.POST('/api/identity/register', {
        body: {
          method: 'phone',
          phone: normalizePhone(values.phone) ?? values.phone,
          code: values.code,
          policyVersion: policy?.version ?? '',
          language,
        },
      }),
    ),
  );
  const refuse = useRefusal(form, problem.show);
  const submit = form.onSubmit((values) => {
    problem.clear();
    session.mutate(values, { onError: (error) => refuse(error) });
  });
  function findAddress() {
    const phone = normalizePhone(form.values.phone);
    if (phone === undefined) form.setFieldError('phone', t('phoneInvalid'));
    return phone === undefined ? undefined : { phone };
  }
  return (
    <DoorForm
      onSubmit={submit}
      message={problem.message}
      submitLabel={t('register')}
      isBusy={session.isPending}
    >
      <PhoneInput {...form.getInputProps('phone')} />
      <CodeField use="register" findAddress={findAddress} {...form.getInputProps('code')} />
      <PolicyConsent policy={policy} {...form.getInputProps('isAccepted', { type: 'checkbox' })} />
      <CandorNote isPublic>{t('registerNote')}</CandorNote>
    </DoorForm>
  );
}

function PasswordRegistration() {
  const t = useTranslations('identity');
  const { language } = useLanguage();
  const passwordRule = usePasswordRule();
  const policy = useQuery(policyQuery).data;
  const form = useForm({
    initialValues: { username: '', email: '', password: '', isAccepted: false },
    validate: {
      username: (value) => (value.trim() === '' ? t('usernameInvalid') : null),
      email: (value) => (isEmail(value) ? null : t('emailInvalid')),
      password: (value, values) => passwordRule.check(value, [values.username, values.email]),
      isAccepted: (value) => (value ? null : t('policyMissing')),
    },
  });
  const problem = useFormProblem(form);
  const session = useOpenSession((values: typeof form.values) =>
    unwrap(
      api.POST('/api/identity/register', {
        body: {
          method: 'password',
          username: values.username.trim(),
          email: values.email.trim(),
          password: values.password,
          policyVersion: policy?.version ?? '',
          language,
        },
      }),
    ),
  );
  const refuse = useRefusal(form, problem.show);
  const submit = form.onSubmit((values) => {
    problem.clear();
    session.mutate(values, { onError: (error) => refuse(error) });
  });
  return (
    <DoorForm
      onSubmit={submit}
      message={problem.message}
      submitLabel={t('register')}
      isBusy={session.isPending}
    >
      <TextInput
        label={t('username')}
        description={t('usernameHint')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        {...form.getInputProps('username')}
      />
      <TextInput
        label={t('email')}
        type="email"
        inputMode="email"
        autoComplete="email"
        {...form.getInputProps('email')}
      />
      <SecretInput
        label={t('password')}
        description={passwordRule.hint}
        autoComplete="new-password"
        {...form.getInputProps('password')}
      />
      <PolicyConsent policy={policy} {...form.getInputProps('isAccepted', { type: 'checkbox' })} />
    </DoorForm>
  );
}
