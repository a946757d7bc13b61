import { ActionIcon, Group } from '@mantine/core';
import { Pencil, Trash2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Target } from '../../audit/parts.ts';
import { useRateColumns } from '../../identity/parts.ts';
import type { AnyLimit } from './limit-queries.ts';

interface LimitTableProps {
  caption: string;
  rows: readonly AnyLimit[];
  onEdit: (limit: AnyLimit) => void;
  onRemove: (limit: AnyLimit) => void;
}

/** Limits of models, or of accounts, each with its three numbers. */
export function LimitTable({ caption, rows, onEdit, onRemove }: LimitTableProps) {
  const t = useTranslations('limits');
  const common = useTranslations('common');
  const rateColumns = useRateColumns();
  const ofAccounts = rows.some((row) => 'tenantId' in row);
  const columns: Column<AnyLimit>[] = [
    ...(ofAccounts
      ? [
          {
            key: 'account',
            header: t('account'),
            isTitle: true,
            render: (row: AnyLimit) => ('tenantId' in row ? <Target id={row.tenantId} /> : null),
          },
        ]
      : []),
    {
      key: 'model',
      header: t('model'),
      isTitle: !ofAccounts,
      render: (row) => (row.modelId === null ? t('eachModel') : <span className="mono">{row.modelId}</span>),
    },
    ...rateColumns,
    {
      key: 'actions',
      header: common('actions'),
      isAction: true,
      render: (row) => {
        const model = row.modelId ?? t('eachModel');
        return (
          <Group gap={4} justify="flex-end" wrap="nowrap">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('edit', { model })}
              onClick={() => onEdit(row)}
            >
              <Pencil size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="cinnabar"
              aria-label={t('remove', { model })}
              onClick={() => onRemove(row)}
            >
              <Trash2 size={16} />
            </ActionIcon>
          </Group>
        );
      },
    },
  ];
  return <DataTable caption={caption} columns={columns} rows={rows} rowKey={(row) => row.id} />;
}
