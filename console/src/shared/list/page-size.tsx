import { Select } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { FilterState } from './use-filters.ts';

const sizes = [20, 50, 100, 200] as const;

/** How many rows a page of the list brings; anything else in the address is the default. */
export function pageSizeOf(filters: FilterState<'size'>): number {
  return sizes.find((size) => String(size) === filters.values.size) ?? sizes[0];
}

export function PageSize({ filters }: { filters: FilterState<'size'> }) {
  const t = useTranslations('common');
  return (
    <Select
      label={t('pageSize')}
      size="xs"
      allowDeselect={false}
      value={String(pageSizeOf(filters))}
      onChange={(value) =>
        filters.set({ size: value === String(sizes[0]) ? undefined : (value ?? undefined) })
      }
      data={sizes.map(String)}
    />
  );
}
