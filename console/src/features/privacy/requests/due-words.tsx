import { Badge } from '@mantine/core';
import { useTranslations } from 'use-intl';
import type { CaseHead } from '../../../shared/api/entities.ts';

type Term = Pick<CaseHead, 'isOpen' | 'isOverdue' | 'workingDaysLeft'>;

/** How much of the term is left, or by how much it is missed; nothing for what is over in time. */
export function DueWords({ term: { isOpen, isOverdue, workingDaysLeft } }: { term: Term }) {
  const t = useTranslations('requests');
  if (isOverdue)
    return (
      <Badge color="cinnabar" variant="filled">
        {isOpen && workingDaysLeft !== null && workingDaysLeft < 0
          ? t('overdueBy', { days: -workingDaysLeft })
          : t('overdue')}
      </Badge>
    );
  if (!isOpen || workingDaysLeft === null) return null;
  return (
    <Badge color={workingDaysLeft <= 2 ? 'amber' : 'celadon'}>
      {t('daysLeft', { days: workingDaysLeft })}
    </Badge>
  );
}
