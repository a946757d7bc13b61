import { Fieldset, Stack, TagsInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import type { KeyFormValues } from './key-form-values.ts';
import { offeredModelsQuery } from './key-queries.ts';

/** From where, and for which models, a key may be used. */
export function KeyRuleFields({ form }: { form: UseFormReturnType<KeyFormValues> }) {
  const t = useTranslations('keys');
  const models = useQuery(offeredModelsQuery);
  const fields = [
    { name: 'allowedModels', data: models.data?.items.map(({ id }) => id) ?? [], example: t('modelExample') },
    { name: 'allowedNetworks', data: [], example: '203.0.113.0/24' },
    { name: 'allowedOrigins', data: [], example: 'https://app.example.com' },
  ] as const;
  return (
    <Fieldset legend={t('rules')}>
      <Stack gap="md">
        {fields.map(({ name, data, example }) => (
          <TagsInput
            key={name}
            label={t(name)}
            description={t(`${name}Hint`)}
            placeholder={form.values[name].length === 0 ? example : ''}
            data={[...data]}
            maxTags={50}
            acceptValueOnBlur
            splitChars={[',', ' ', '，']}
            {...form.getInputProps(name)}
            error={firstError(form, name)}
          />
        ))}
      </Stack>
    </Fieldset>
  );
}

/** The server names the list, or the entry that is wrong: `allowedNetworks.1`. */
function firstError(form: UseFormReturnType<KeyFormValues>, name: string): React.ReactNode {
  return Object.entries(form.errors).find(([path]) => path === name || path.startsWith(`${name}.`))?.[1];
}
