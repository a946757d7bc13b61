import { Checkbox, Fieldset, NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useTranslations } from 'use-intl';
import type { NewUpstream } from '../../../shared/api/entities.ts';

type Operator = NonNullable<NewUpstream['operator']>;

/** What is entered of the company that runs a server, as the form holds it. */
export interface OperatorValues {
  isOutside: boolean;
  operator: Omit<Operator, 'trains' | 'mechanism'> & { mechanism: Operator['mechanism']; trains: boolean };
}

export function operatorValues(operator: NewUpstream['operator']): OperatorValues {
  const known = operator ?? null;
  return {
    isOutside: known !== null,
    operator: {
      name: known?.name ?? '',
      contact: known?.contact ?? '',
      region: known?.region ?? 'CN',
      contract: known?.contract ?? '',
      retentionDays: known?.retentionDays ?? 0,
      mechanism: known?.mechanism ?? null,
      trains: known === null,
    },
  };
}

/** What is sent: nothing for the operator's own servers, and no way out of China where none is needed. */
export function operatorOf({ isOutside, operator }: OperatorValues): NewUpstream['operator'] {
  if (!isOutside) return null;
  const { mechanism, region, ...facts } = operator;
  return { ...facts, region, mechanism: region === 'CN' ? null : mechanism, trains: false };
}

const mechanisms = ['security-assessment', 'certification', 'standard-contract'] as const;

/** Who runs the server: a company that receives prompts is named in the policy, with its contract. */
export function OperatorFields<V extends OperatorValues>({ form }: { form: UseFormReturnType<V> }) {
  const t = useTranslations('upstreams.operator');
  const { isOutside, operator } = form.values;
  return (
    <Fieldset legend={t('legend')} variant="unstyled" className="plain-fieldset">
      <Stack gap="xs">
        <Switch
          label={t('isOutside')}
          description={t('isOutsideHint')}
          {...form.getInputProps('isOutside', { type: 'checkbox' })}
        />
        {isOutside && (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label={t('name')} {...form.getInputProps('operator.name')} />
              <TextInput label={t('contact')} {...form.getInputProps('operator.contact')} />
              <TextInput
                label={t('region')}
                description={t('regionHint')}
                maxLength={2}
                {...form.getInputProps('operator.region')}
              />
              <TextInput label={t('contract')} {...form.getInputProps('operator.contract')} />
              <NumberInput
                label={t('retentionDays')}
                min={0}
                max={3650}
                {...form.getInputProps('operator.retentionDays')}
              />
              {operator.region !== 'CN' && (
                <Select
                  label={t('mechanism')}
                  data={mechanisms.map((value) => ({ value, label: t(`mechanisms.${value}`) }))}
                  {...form.getInputProps('operator.mechanism')}
                />
              )}
            </SimpleGrid>
            <Checkbox
              label={t('trainsNot')}
              checked={!operator.trains}
              onChange={(event) =>
                form.setFieldValue('operator.trains', !event.currentTarget.checked as never)
              }
              error={form.errors['operator.trains']}
            />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
