import { FormEnd } from '../../../shared/ui/form-end.tsx';
import { Fieldset, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import type { ApiKey } from '../../../shared/api/entities.ts';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import {
  bodyOf,
  isCountWithin,
  isFutureDay,
  isMoney,
  lifetimes,
  maxQuota,
  quotaPeriods,
  valuesOf,
} from './key-form-values.ts';
import { KeyRuleFields } from './key-rule-fields.tsx';
import { useCreateKey, useUpdateKey } from './key-queries.ts';
import { RateFields, useRateRules } from './rate-fields.tsx';

interface KeyFormDialogProps {
  isOpen: boolean;
  /** The key to change; a new one is made without it. */
  apiKey: ApiKey | undefined;
  onClose: () => void;
  onCreated: (name: string, secret: string) => void;
}

export function KeyFormDialog({ isOpen, apiKey, onClose, onCreated }: KeyFormDialogProps) {
  const t = useTranslations('keys');
  return (
    <Dialog
      opened={isOpen}
      onClose={onClose}
      title={apiKey === undefined ? t('create') : t('editTitle', { name: apiKey.name })}
    >
      <KeyForm apiKey={apiKey} onClose={onClose} onCreated={onCreated} />
    </Dialog>
  );
}

function KeyForm({ apiKey, onClose, onCreated }: Omit<KeyFormDialogProps, 'isOpen'>) {
  const t = useTranslations('keys');
  const common = useTranslations('common');
  const create = useCreateKey();
  const update = useUpdateKey();
  const rateRules = useRateRules();
  const form = useForm({
    initialValues: valuesOf(apiKey),
    validate: {
      name: (value) => (value.trim() === '' || [...value.trim()].length > 64 ? t('nameInvalid') : null),
      expiresAt: (value, { lifetime }) =>
        lifetime === 'date' && !isFutureDay(value) ? t('dateInvalid') : null,
      tokenQuota: (value) => (isCountWithin(value, maxQuota) ? null : t('quotaInvalid')),
      moneyQuotaMicros: (value) => (isMoney(value) ? null : t('moneyInvalid')),
      ...rateRules,
    },
  });
  const problem = useFormProblem(form);

  const submit = form.onSubmit((values) => {
    problem.clear();
    const body = bodyOf(values);
    const onError = (error: unknown) => problem.show(error);
    if (apiKey === undefined) {
      create.mutate(body, { onSuccess: ({ secret }) => onCreated(body.name, secret), onError });
      return;
    }
    const onSuccess = () => {
      notifyDone(common('saved'));
      onClose();
    };
    update.mutate({ apiKeyId: apiKey.id, ...body }, { onSuccess, onError });
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('name')}
          placeholder={t('nameExample')}
          maxLength={64}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Group grow align="flex-start">
          <Select
            label={t('expires')}
            data={lifetimes.map((value) => ({ value, label: t(`lifetimes.${value}`) }))}
            {...form.getInputProps('lifetime')}
          />
          {form.values.lifetime === 'date' && (
            <TextInput label={t('expiryDate')} type="date" {...form.getInputProps('expiresAt')} />
          )}
        </Group>
        <Fieldset legend={t('quotas')}>
          <Text size="xs" c="dimmed" mb="xs">
            {t('quotaHint')}
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <TextInput
              label={t('quota')}
              placeholder={t('unlimited')}
              inputMode="numeric"
              autoComplete="off"
              {...form.getInputProps('tokenQuota')}
            />
            <TextInput
              label={t('moneyQuota')}
              placeholder={t('unlimited')}
              inputMode="decimal"
              autoComplete="off"
              {...form.getInputProps('moneyQuotaMicros')}
            />
          </SimpleGrid>
          <Select
            mt="md"
            label={t('quotaPeriod')}
            data={['never' as const, ...quotaPeriods].map((value) => ({
              value,
              label: t(`quotaPeriods.${value}`),
            }))}
            allowDeselect={false}
            {...form.getInputProps('quotaPeriod')}
          />
        </Fieldset>
        <Fieldset legend={t('rates')}>
          <Text size="xs" c="dimmed" mb="xs">
            {t('ratesHint')}
          </Text>
          <RateFields form={form} />
        </Fieldset>
        <KeyRuleFields form={form} />
        <FormEnd
          problem={problem.message}
          isSaving={create.isPending || update.isPending}
          onCancel={onClose}
          action={apiKey === undefined ? t('create') : common('save')}
        />
      </Stack>
    </form>
  );
}
