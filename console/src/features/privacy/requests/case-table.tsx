import { Badge } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { CaseHead } from '../../../shared/api/entities.ts';
import { formatTime } from '../../../shared/time.ts';
import { type Column, DataTable } from '../../../shared/ui/data-table.tsx';
import { DueWords } from './due-words.tsx';

interface CaseTableProps {
  rows: readonly CaseHead[];
  /** Read by screen readers in place of a visible heading. */
  caption: string;
  /** The page of one request: the person's own, or the officer's. */
  to: '/privacy/requests/$caseId' | '/operator/requests/$caseId';
  isRoleShown?: boolean;
}

/** Requests with their terms, the same for the requester and the officer. */
export function CaseTable({ rows, caption, to, isRoleShown = false }: CaseTableProps) {
  const t = useTranslations('requests');
  const role: Column<CaseHead> = {
    key: 'role',
    header: t('columns.role'),
    render: (row) => row.roleLabel,
  };
  const columns: Column<CaseHead>[] = [
    {
      key: 'type',
      header: t('columns.type'),
      isTitle: true,
      render: (row) => (
        <Link to={to} params={{ caseId: row.id }}>
          {row.typeLabel}
        </Link>
      ),
    },
    ...(isRoleShown ? [role] : []),
    {
      key: 'state',
      header: t('columns.state'),
      render: (row) => (
        <Badge color={row.isOpen ? 'celadon' : 'gray'}>{row.outcomeLabel ?? row.stateLabel}</Badge>
      ),
    },
    { key: 'received', header: t('columns.received'), render: (row) => formatTime(row.receivedAt, 'day') },
    { key: 'due', header: t('columns.due'), render: (row) => <span className="numeric">{row.dueOn}</span> },
    { key: 'left', header: t('columns.left'), render: (row) => <DueWords term={row} /> },
  ];
  return <DataTable caption={caption} columns={columns} rows={rows} rowKey={(row) => row.id} />;
}
