import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ApiKey } from '../../../shared/api/entities.ts';
import { FilterBar } from '../../../shared/list/filter-bar.tsx';
import { oneOf, useFilters } from '../../../shared/list/use-filters.ts';
import { CandorNote } from '../../../shared/ui/candor-note.tsx';
import { CodeBlock } from '../../../shared/ui/code-block.tsx';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { DeleteKeyDialog } from './delete-key-dialog.tsx';
import { KeyFormDialog } from './key-form-dialog.tsx';
import { keyFilters } from './key-filters.ts';
import { apiKeysQuery } from './key-queries.ts';
import { KeyTable } from './key-table.tsx';
import { OwnLimits } from './own-limits.tsx';
import { SecretDialog } from './secret-dialog.tsx';

type Dialog =
  | { kind: 'create' }
  | { kind: 'edit'; apiKey: ApiKey }
  | { kind: 'delete'; apiKey: ApiKey }
  | { kind: 'secret'; name: string; secret: string };

const statuses = ['active', 'disabled', 'expired', 'exhausted'] as const;

export function KeysPage() {
  const t = useTranslations('keys');
  const common = useTranslations('common');
  const keys = useQuery(apiKeysQuery);
  const filters = useFilters(keyFilters);
  const status = oneOf(statuses, filters.values.status);
  const [dialog, setDialog] = useState<Dialog | undefined>(undefined);
  const close = () => setDialog(undefined);
  const createButton = (
    <Button leftSection={<Plus size={16} />} onClick={() => setDialog({ kind: 'create' })}>
      {t('create')}
    </Button>
  );

  return (
    <Page title={t('title')} description={t('description')} actions={createButton}>
      <Panel isFlush>
        <QueryView query={keys}>
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState icon={KeyRound} title={t('empty')} action={createButton}>
                {t('emptyHint')}
              </EmptyState>
            ) : (
              <>
                <FilterBar filters={filters} files={{ path: '/api/identity/api-keys' }} isInside>
                  <Select
                    label={t('status')}
                    size="xs"
                    value={status ?? 'all'}
                    onChange={(value) => filters.set({ status: oneOf(statuses, value ?? undefined) })}
                    data={[
                      { value: 'all' as const, label: common('all') },
                      ...statuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
                    ]}
                  />
                </FilterBar>
                <KeyTable
                  apiKeys={items.filter((apiKey) => status === undefined || apiKey.status === status)}
                  onEdit={(apiKey) => setDialog({ kind: 'edit', apiKey })}
                  onDelete={(apiKey) => setDialog({ kind: 'delete', apiKey })}
                />
              </>
            )
          }
        </QueryView>
      </Panel>
      <Panel title={t('useTitle')} description={t('useHint')}>
        <CodeBlock
          label={t('useTitle')}
          samples={[
            {
              label: 'HTTP',
              code: `Base URL       ${window.location.origin}/v1\nAuthorization  Bearer sk-…`,
            },
          ]}
        />
      </Panel>
      <OwnLimits />
      <CandorNote>{t('note')}</CandorNote>
      <KeyFormDialog
        key={dialog?.kind === 'edit' ? dialog.apiKey.id : 'new'}
        isOpen={dialog?.kind === 'create' || dialog?.kind === 'edit'}
        apiKey={dialog?.kind === 'edit' ? dialog.apiKey : undefined}
        onClose={close}
        onCreated={(name, secret) => setDialog({ kind: 'secret', name, secret })}
      />
      {dialog?.kind === 'secret' && (
        <SecretDialog name={dialog.name} secret={dialog.secret} onClose={close} />
      )}
      <DeleteKeyDialog apiKey={dialog?.kind === 'delete' ? dialog.apiKey : undefined} onClose={close} />
    </Page>
  );
}
