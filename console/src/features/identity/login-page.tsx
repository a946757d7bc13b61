import { Tabs, TextInput } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import { type ChangeEvent, lazy, Suspense, type SyntheticEvent, useCallback, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCapabilities } from '../../shared/api/capabilities.ts';
import { api, unwrap } from '../../shared/api/client.ts';
import { SecretInput } from '../../shared/ui/secret-input.tsx';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import { DoorForm, DoorHeading } from './door-form.tsx';
import classes from './identity.module.css';
import { useOpenSession } from './sign-in.ts';

// Few sign in with a code, so its form is loaded when it is asked for.
const PhoneLogin = lazy(async () => ({ default: (await import('./phone-login.tsx')).PhoneLogin }));

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
          <Suspense fallback={null}>
            <PhoneLogin />
          </Suspense>
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

type Values = Readonly<Record<'login' | 'password', string>>;

/** By hand, because the library of forms would add an eighth to the code that every first visit loads. */
function usePasswordForm() {
  const t = useTranslations('identity');
  const [values, setValues] = useState<Values>({ login: '', password: '' });
  const [errors, setErrors] = useState<Partial<Values>>({});
  const setFieldError = useCallback(
    (name: string, message: string | undefined) => setErrors((others) => ({ ...others, [name]: message })),
    [],
  );
  return {
    values,
    setFieldError,
    isComplete() {
      const loginError = values.login.trim() === '' ? t('loginMissing') : undefined;
      const passwordError = values.password === '' ? t('passwordMissing') : undefined;
      setErrors({ login: loginError, password: passwordError });
      return loginError === undefined && passwordError === undefined;
    },
    inputOf: (name: keyof Values) => ({
      value: values[name],
      error: errors[name],
      onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement>) => {
        setValues((others) => ({ ...others, [name]: value }));
        setFieldError(name, undefined);
      },
    }),
  };
}

function PasswordLogin() {
  const t = useTranslations('identity');
  const form = usePasswordForm();
  const problem = useFormProblem(form);
  const session = useOpenSession(({ login, password }: Values) =>
    unwrap(
      api.POST('/api/identity/login', {
        body: { method: 'password', login: login.trim(), password },
      }),
    ),
  );
  function submit(event: SyntheticEvent | undefined) {
    event?.preventDefault();
    if (!form.isComplete()) return;
    problem.clear();
    session.mutate(form.values, { onError: (error) => problem.show(error) });
  }
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
        {...form.inputOf('login')}
      />
      <div>
        <SecretInput label={t('password')} autoComplete="current-password" {...form.inputOf('password')} />
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
