import { Button } from '@mantine/core';
import { Download, FilterX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import classes from './filter-bar.module.css';

interface FilterBarProps {
  filters: { readonly isFiltered: boolean; reset(): void };
  children: ReactNode;
  /** Address of the whole list under these filters as a file. */
  exportUrl?: string;
  /** It stands in a panel without padding. */
  isInside?: boolean;
}

/** The filters of a list in one row, with the way back to all of it and, where there is one, the file. */
export function FilterBar({ filters, children, exportUrl, isInside = false }: FilterBarProps) {
  const t = useTranslations('common');
  return (
    <div className={classes.bar} role="search" data-inside={isInside || undefined}>
      {children}
      <div className={classes.acts}>
        {filters.isFiltered && (
          <Button
            variant="subtle"
            size="xs"
            leftSection={<FilterX size={15} aria-hidden="true" />}
            onClick={() => filters.reset()}
          >
            {t('resetFilters')}
          </Button>
        )}
        {exportUrl !== undefined && (
          <Button
            component="a"
            href={exportUrl}
            download
            variant="default"
            size="xs"
            leftSection={<Download size={15} aria-hidden="true" />}
          >
            {t('exportCsv')}
          </Button>
        )}
      </div>
    </div>
  );
}
