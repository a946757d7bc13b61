import { Button } from '@mantine/core';
import { Eraser } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useJoinedWords } from '../../../shared/i18n/join-words.ts';
import type { DeletableKind } from '../../../shared/api/entities.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { EmptyState } from '../../../shared/ui/states.tsx';
import { useEraseKind } from './erasure-queries.ts';

/** What may go while the account goes on. */
export function DeletableKinds({ kinds }: { kinds: readonly DeletableKind[] }) {
  const t = useTranslations('erase');
  const { labelled } = useJoinedWords();
  const erase = useEraseKind();
  const [asked, setAsked] = useState<DeletableKind | undefined>(undefined);
  const columns: Column<DeletableKind>[] = [
    { key: 'title', header: t('kind'), isTitle: true, render: (kind) => kind.title },
    { key: 'rows', header: t('rows'), isNumeric: true, render: (kind) => kind.rows },
    {
      key: 'action',
      header: t('action'),
      isAction: true,
      render: (kind) => (
        <Button
          variant="default"
          size="compact-sm"
          disabled={kind.rows === 0}
          aria-label={labelled(t('deleteKind'), kind.title)}
          onClick={() => setAsked(kind)}
        >
          {t('deleteKind')}
        </Button>
      ),
    },
  ];

  function onConfirm() {
    if (asked === undefined) return;
    erase.mutate(asked.kind, {
      onSuccess: ({ rows }) => {
        notifyDone(t('kindDeleted', { rows }));
        setAsked(undefined);
      },
    });
  }

  if (kinds.length === 0) return <EmptyState icon={Eraser} title={t('kindsEmpty')} />;
  return (
    <>
      <DataTable caption={t('kindsCaption')} columns={columns} rows={kinds} rowKey={(kind) => kind.kind} />
      <ConfirmDialog
        isOpen={asked !== undefined}
        title={t('deleteKindTitle', { title: asked?.title ?? '' })}
        confirmLabel={t('deleteKind')}
        isBusy={erase.isPending}
        error={erase.error}
        onConfirm={onConfirm}
        onClose={() => setAsked(undefined)}
      >
        {t('deleteKindText', { rows: asked?.rows ?? 0 })}
      </ConfirmDialog>
    </>
  );
}
