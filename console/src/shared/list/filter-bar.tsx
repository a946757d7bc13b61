import { Button } from '@mantine/core';
import { FilterX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { ExportFiles, type FilesOfList } from './export-files.tsx';
import classes from './filter-bar.module.css';

interface FilterBarProps {
  filters: { readonly isFiltered: boolean; reset(): void };
  children: ReactNode;
  /** The whole list under these filters as files. */
  files?: FilesOfList;
  /** It stands in a panel without padding. */
  isInside?: boolean;
}

/** The filters of a list in one row, with the way back to all of it and, where there is one, the file. */
export function FilterBar({ filters, children, files, isInside = false }: FilterBarProps) {
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
        {files !== undefined && <ExportFiles {...files} />}
      </div>
    </div>
  );
}
