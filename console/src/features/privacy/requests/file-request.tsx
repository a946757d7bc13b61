import { Alert, Button, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { useCapabilities } from '../../../shared/api/capabilities.ts';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { NewRequest, RequestOptions } from '../../../shared/api/entities.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { linkTo } from '../../../shared/ui/rich.tsx';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { isEmail, normalizePhone, PhoneInput } from '../../identity/parts.ts';
import { optionsQuery } from './case-queries.ts';
import { contentOf, emptyRequest, RequestFields, type RequestValues } from './request-fields.tsx';

interface Values extends RequestValues {
  contactBy: 'phone' | 'email';
  phone: string;
  email: string;
}

interface FileRequestProps {
  onFiled: (reference: string) => void;
}

export function FileRequest(props: FileRequestProps) {
  const { textLanguage } = useLanguage();
  const t = useTranslations('requests.openPage');
  const options = useQuery(optionsQuery(textLanguage));
  const capabilities = useCapabilities();
  if (capabilities === undefined) return null;
  const ways = [
    ...(capabilities.codesBySms ? (['phone'] as const) : []),
    ...(capabilities.codesByMail ? (['email'] as const) : []),
  ];
  if (ways.length === 0) return <p>{t.rich('noWay', { policy: linkTo('/privacy/policy') })}</p>;
  return (
    <QueryView query={options}>{(data) => <FileForm options={data} ways={ways} {...props} />}</QueryView>
  );
}

interface FileFormProps extends FileRequestProps {
  options: RequestOptions;
  /** Where a code can be sent to; at least one. */
  ways: readonly Values['contactBy'][];
}

function FileForm({ options, ways, onFiled }: FileFormProps) {
  const t = useTranslations('requests');
  const { textLanguage: language } = useLanguage();
  const file = useMutation({
    mutationFn: (body: NewRequest) => unwrap(api.POST('/api/privacy/requests', { body })),
  });
  const form = useForm<Values>({
    initialValues: { ...emptyRequest, contactBy: ways[0] ?? 'email', phone: '', email: '' },
    validate: {
      type: (value) => (value === null ? t('type') : null),
      description: (value) => (value.trim() === '' ? t('descriptionMissing') : null),
      phone: (value, { contactBy }) =>
        contactBy === 'phone' && normalizePhone(value) === undefined ? t('openPage.phoneInvalid') : null,
      email: (value, { contactBy }) =>
        contactBy === 'email' && !isEmail(value) ? t('openPage.emailInvalid') : null,
    },
  });
  const problem = useFormProblem(form);
  const { contactBy } = form.values;

  const submit = form.onSubmit(({ contactBy: by, phone, email, ...values }) => {
    problem.clear();
    const contact = by === 'phone' ? { phone: normalizePhone(phone) } : { email: email.trim() };
    file.mutate(
      { ...contentOf(values), ...contact, language },
      { onSuccess: ({ reference }) => onFiled(reference), onError: (error) => problem.show(error) },
    );
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <RequestFields form={form} options={options} asksAccount />
        <fieldset className="plain-fieldset">
          <legend>{t('openPage.contactBy')}</legend>
          <Stack gap="sm">
            {ways.length > 1 && (
              <SegmentedControl
                aria-label={t('openPage.contactBy')}
                data={[
                  { value: 'phone', label: t('openPage.byPhone') },
                  { value: 'email', label: t('openPage.byEmail') },
                ]}
                {...form.getInputProps('contactBy')}
              />
            )}
            {contactBy === 'phone' ? (
              <PhoneInput {...form.getInputProps('phone')} />
            ) : (
              <TextInput
                label={t('openPage.email')}
                type="email"
                autoComplete="email"
                {...form.getInputProps('email')}
              />
            )}
          </Stack>
        </fieldset>
        {problem.message !== undefined && <Alert color="cinnabar">{problem.message}</Alert>}
        <Button type="submit" loading={file.isPending}>
          {t('send')}
        </Button>
      </Stack>
    </form>
  );
}
