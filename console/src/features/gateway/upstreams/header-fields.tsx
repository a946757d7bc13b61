import { ActionIcon, Button, Checkbox, Fieldset, Group, Stack, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { NewUpstream, Upstream } from '../../../shared/api/entities.ts';
import { SecretInput } from '../../../shared/ui/secret-input.tsx';
import classes from './upstreams.module.css';

/** A header as the form holds it: an empty secret value keeps the stored one. */
export interface HeaderValues {
  name: string;
  value: string;
  isSecret: boolean;
  isStored: boolean;
}

export function headerValues(headers: Upstream['headers']): HeaderValues[] {
  return headers.map(({ name, value, isSecret }) => ({
    name,
    value: value ?? '',
    isSecret,
    isStored: isSecret,
  }));
}

export function headersOf(headers: readonly HeaderValues[]): NonNullable<NewUpstream['headers']> {
  return headers.map(({ name, value, isSecret, isStored }) => ({
    name,
    isSecret,
    value: isSecret && isStored && value === '' ? null : value,
  }));
}

const blank: HeaderValues = { name: '', value: '', isSecret: false, isStored: false };

/** Headers that the server wants on every request beside its key. */
export function HeaderFields<V extends { headers: HeaderValues[] }>({
  form,
}: {
  form: UseFormReturnType<V>;
}) {
  const t = useTranslations('upstreams.headers');
  const { headers } = form.values;
  const setHeaders = (next: HeaderValues[]) => form.setFieldValue('headers', next as never);
  return (
    <Fieldset legend={t('legend')} variant="unstyled" className="plain-fieldset">
      <Stack gap="xs">
        <small className={classes.note}>{t('hint')}</small>
        {headers.map(({ isSecret, isStored }, index) => (
          // Rows have no identity of their own while they are edited; their place is what names them.
          <div key={index} className={classes.headerRow}>
            <TextInput
              aria-label={t('name')}
              placeholder={t('name')}
              spellCheck={false}
              disabled={isStored}
              {...form.getInputProps(`headers.${index}.name`)}
            />
            {isSecret ? (
              <SecretInput
                aria-label={t('value')}
                placeholder={isStored ? t('kept') : t('value')}
                autoComplete="new-password"
                {...form.getInputProps(`headers.${index}.value`)}
              />
            ) : (
              <TextInput
                aria-label={t('value')}
                placeholder={t('value')}
                spellCheck={false}
                {...form.getInputProps(`headers.${index}.value`)}
              />
            )}
            <Checkbox
              label={t('secret')}
              disabled={isStored}
              {...form.getInputProps(`headers.${index}.isSecret`, { type: 'checkbox' })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('remove')}
              onClick={() => setHeaders(headers.filter((_, place) => place !== index))}
            >
              <X size={16} />
            </ActionIcon>
          </div>
        ))}
        <Group>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<Plus size={14} />}
            onClick={() => setHeaders([...headers, blank])}
          >
            {t('add')}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
