import { SimpleGrid, TextInput } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { Column } from '../../../shared/ui/data-table.tsx';
import { isCountWithin, maxRates, type RateName, rateNames, type Rates } from './key-form-values.ts';

interface RateFieldsProps {
  form: { readonly getInputProps: (name: RateName) => object };
}

/** Requests and tokens a minute, and requests at once, of a key or of an account. */
export function RateFields({ form }: RateFieldsProps) {
  const t = useTranslations('keys');
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md">
      {rateNames.map((name) => (
        <TextInput
          key={name}
          label={t(name)}
          placeholder={t('unlimited')}
          inputMode="numeric"
          autoComplete="off"
          {...form.getInputProps(name)}
        />
      ))}
    </SimpleGrid>
  );
}

/** What each of the fields takes, for `validate` of their form. */
export function useRateRules() {
  const t = useTranslations('keys');
  return Object.fromEntries(
    rateNames.map((name) => [
      name,
      (value: string) =>
        isCountWithin(value, maxRates[name])
          ? null
          : t('rateInvalid', { max: maxRates[name].toLocaleString('en-US') }),
    ]),
  );
}

/** A column for each of the numbers. */
export function useRateColumns(): Column<Rates>[] {
  const t = useTranslations('keys');
  return rateNames.map((name) => ({
    key: name,
    header: t(name),
    isNumeric: true,
    render: (rates) => rates[name]?.toLocaleString('en-US') ?? t('unlimited'),
  }));
}
