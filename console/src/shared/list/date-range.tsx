import { TextInput, type TextInputProps } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { FilterState } from './use-filters.ts';

interface DateRangeProps {
  filters: FilterState<'from' | 'to'>;
  size?: TextInputProps['size'];
}

/** Two billing days, both inside the range; neither can pass the other. */
export function DateRange({ filters, size = 'xs' }: DateRangeProps) {
  const t = useTranslations('common');
  const { from, to } = filters.values;
  return (
    <>
      <TextInput
        label={t('from')}
        type="date"
        size={size}
        value={from ?? ''}
        max={to}
        onChange={(event) => filters.set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        label={t('to')}
        type="date"
        size={size}
        value={to ?? ''}
        min={from}
        onChange={(event) => filters.set({ to: event.currentTarget.value || undefined })}
      />
    </>
  );
}
