import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import { useFormProblem } from '../../shared/use-form-problem.ts';
import { CodeField } from './code-field.tsx';
import { codeLength } from './code-input.tsx';
import { DoorForm } from './door-form.tsx';
import { normalizePhone } from './phone.ts';
import { PhoneInput } from './phone-input.tsx';
import { useOpenSession } from './sign-in.ts';

export function PhoneLogin() {
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
