import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import type { RequestOptions } from '../../../shared/api/entities.ts';

export interface RequestValues {
  type: RequestOptions['types'][number]['key'] | null;
  role: RequestOptions['roles'][number]['key'];
  description: string;
  name: string;
  relation: string;
  account: string;
}

export const emptyRequest: RequestValues = {
  type: null,
  role: 'self',
  description: '',
  name: '',
  relation: '',
  account: '',
};

/** What goes to the server: nothing that was left empty. */
export function contentOf({ type, role, description, ...optional }: RequestValues) {
  const given = Object.entries(optional).filter(([, value]) => value.trim() !== '');
  return { type: type ?? 'complaint', role, description, ...Object.fromEntries(given) };
}

interface RequestFieldsProps<Values extends RequestValues> {
  form: UseFormReturnType<Values>;
  options: RequestOptions;
  /** A requester without an account says which one it is about, also when it is their own. */
  asksAccount?: boolean;
}

/** What is asked, as whom, and about whom; only the rights the law gives this role are offered. */
export function RequestFields<Values extends RequestValues>({
  form,
  options,
  asksAccount = false,
}: RequestFieldsProps<Values>) {
  const t = useTranslations('requests');
  const common = useTranslations('common');
  const { noted } = useJoinedWords();
  const { role } = form.values;
  const allowed = options.roles.find(({ key }) => key === role)?.types ?? [];
  const isForAnother = role !== 'self';
  return (
    <Stack gap="md">
      <Select
        label={t('role')}
        data={options.roles.map(({ key, label }) => ({ value: key, label }))}
        {...form.getInputProps('role')}
      />
      <Select
        label={t('type')}
        data={options.types
          .filter(({ key }) => allowed.includes(key))
          .map(({ key, label }) => ({ value: key, label }))}
        {...form.getInputProps('type')}
      />
      {isForAnother && (
        <>
          <TextInput label={t('name')} maxLength={200} autoComplete="name" {...form.getInputProps('name')} />
          <TextInput label={t('relation')} maxLength={200} {...form.getInputProps('relation')} />
        </>
      )}
      {(isForAnother || asksAccount) && (
        <TextInput
          label={noted(t('account'), common('optional'))}
          description={t('accountHint')}
          maxLength={200}
          autoComplete="off"
          {...form.getInputProps('account')}
        />
      )}
      <Textarea
        label={t('descriptionLabel')}
        description={t('descriptionHint')}
        rows={4}
        maxLength={5000}
        {...form.getInputProps('description')}
      />
    </Stack>
  );
}
