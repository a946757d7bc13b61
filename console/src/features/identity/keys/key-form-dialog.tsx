import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../../shared/ui/dialog.tsx';
import type { ApiKey } from '../../../shared/api/entities.ts';
import { billingDate, dayMs, parseBillingDate } from '../../../shared/time.ts';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { useFormProblem } from '../../../shared/use-form-problem.ts';
import { useCreateKey, useUpdateKey } from './key-queries.ts';

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

const lifetimes = ['never', '30', '90', '365', 'date'] as const;

/** The end of the chosen billing day: a key that expires on the 5th still works on the 5th. */
function endOfDay(date: string): string | undefined {
  const start = parseBillingDate(date);
  return start === undefined ? undefined : new Date(start + dayMs - 1000).toISOString();
}

function isFutureDay(date: string): boolean {
  const end = endOfDay(date);
  return end !== undefined && Date.parse(end) > Date.now();
}

function expiryOf({ lifetime, expiresAt }: { lifetime: string; expiresAt: string }): string | null {
  if (lifetime === 'never') return null;
  if (lifetime === 'date') return endOfDay(expiresAt) ?? null;
  return new Date(Date.now() + Number(lifetime) * dayMs).toISOString();
}

function KeyForm({ apiKey, onClose, onCreated }: Omit<KeyFormDialogProps, 'isOpen'>) {
  const t = useTranslations('keys');
  const common = useTranslations('common');
  const create = useCreateKey();
  const update = useUpdateKey();
  const hasDate = apiKey !== undefined && apiKey.expiresAt !== null;
  const form = useForm({
    initialValues: {
      name: apiKey?.name ?? '',
      lifetime: hasDate ? 'date' : 'never',
      expiresAt: hasDate ? billingDate(Date.parse(apiKey.expiresAt ?? '')) : '',
      tokenQuota: apiKey?.tokenQuota?.toString() ?? '',
    },
    validate: {
      name: (value) => (value.trim() === '' || [...value.trim()].length > 64 ? t('nameInvalid') : null),
      expiresAt: (value, { lifetime }) =>
        lifetime === 'date' && !isFutureDay(value) ? t('dateInvalid') : null,
      tokenQuota: (value) => (value === '' || /^[1-9]\d{0,14}$/.test(value) ? null : t('quotaInvalid')),
    },
  });
  const problem = useFormProblem(form);

  const submit = form.onSubmit((values) => {
    problem.clear();
    const body = {
      name: values.name.trim(),
      expiresAt: expiryOf(values),
      tokenQuota: values.tokenQuota === '' ? null : Number(values.tokenQuota),
    };
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
        <TextInput
          label={t('quota')}
          description={t('quotaHint')}
          inputMode="numeric"
          autoComplete="off"
          {...form.getInputProps('tokenQuota')}
        />
        {problem.message !== undefined && (
          <Alert color="cinnabar" role="alert">
            {problem.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common('cancel')}
          </Button>
          <Button type="submit" loading={create.isPending || update.isPending}>
            {apiKey === undefined ? t('create') : common('save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
