import { Tabs, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { useCapabilities } from '../../shared/api/capabilities.ts';
import { api, unwrap } from '../../shared/api/client.ts';
import { SecretInput } from '../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import { CodeField } from './code-field.tsx';
import { codeLength } from './code-input.tsx';
import { DoorForm, DoorHeading } from './door-form.tsx';
import classes from './identity.module.css';
import { normalizePhone } from './phone.ts';
import { PhoneInput } from './phone-input.tsx';
import { useOpenSession } from './sign-in.ts';

export function LoginPage() {
  const t = useTranslations('identity');
  const search = useSearch({ strict: false });
  const hasCodesBySms = useCapabilities()?.codesBySms === true;
  return (
    <div>
      <DoorHeading
        title={t('signIn')}
        subtitle={search.return === undefined ? t('signInHint') : t('signInToReturn')}
      />
      <Tabs defaultValue="password" keepMounted={false}>
        <Tabs.List grow mb="lg">
          <Tabs.Tab value="password">{t('withPassword')}</Tabs.Tab>
          {hasCodesBySms && <Tabs.Tab value="phone">{t('withPhone')}</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="password">
          <PasswordLogin />
        </Tabs.Panel>
        <Tabs.Panel value="phone">
          <PhoneLogin />
        </Tabs.Panel>
      </Tabs>
      <p className={classes.switch}>
        {t('noAccount')}{' '}
        <Link to="/register" search={{ return: search.return }}>
          {t('register')}
        </Link>
      </p>
    </div>
  );
}

function PasswordLogin() {
  const t = useTranslations('identity');
  const form = useForm({
    initialValues: { login: '', password: '' },
    validate: {
      login: (value) => (value.trim() === '' ? t('loginMissing') : null),
      password: (value) => (value === '' ? t('passwordMissing') : null),
    },
  });
  const problem = useFormProblem(form);
  const session = useOpenSession((values: typeof form.values) =>
    unwrap(
      api.POST('/api/identity/login', {
        body: { method: 'password', login: values.login.trim(), password: values.password },
      }),
    ),
  );
  const submit = form.onSubmit((values) => {
    problem.clear();
    session.mutate(values, { onError: (error) => problem.show(error) });
  });
  return (
    <DoorForm
      onSubmit={submit}
      message={problem.message}
      submitLabel={t('signIn')}
      isBusy={session.isPending}
    >
      <TextInput
        label={t('login')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        {...form.getInputProps('login')}
      />
      <div>
        <SecretInput
          label={t('password')}
          autoComplete="current-password"
          {...form.getInputProps('password')}
        />
        <Link
          to="/recover"
          className={classes.inlineLink}
          style={{ fontSize: '0.84rem', display: 'inline-block', marginTop: 8 }}
        >
          {t('forgotPassword')}
        </Link>
      </div>
    </DoorForm>
  );
}

function PhoneLogin() {
  const t = useTranslations('identity');
  const form = useForm({
    initialValues: { phone: '', code: '' },
    validate: {
      phone: (value) => (normalizePhone(value) === undefined ? t('phoneInvalid') : null),
      code: (value) => (value.length === codeLength ? null : t('codeMissing')),
    },
  });
  const problem = useFormProblem(form);
  const session = useOpenSession((values: typeof form.values) =>
    unwrap(
      api.POST('/api/identity/login', {
        body: { method: 'phone', phone: normalizePhone(values.phone) ?? values.phone, code: values.code },
      }),
    ),
  );
  const submit = form.onSubmit((values) => {
    problem.clear();
    session.mutate(values, { onError: (error) => problem.show(error) });
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
      submitLabel={t('signIn')}
      isBusy={session.isPending}
    >
      <PhoneInput {...form.getInputProps('phone')} />
      <CodeField use="login" findAddress={findAddress} {...form.getInputProps('code')} />
    </DoorForm>
  );
}
