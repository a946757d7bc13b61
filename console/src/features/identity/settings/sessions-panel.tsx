import { Badge, Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, done, unwrap } from '../../../shared/api/client.ts';
import type { Session } from '../../../shared/api/entities.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { DataTable, type Column } from '../../../shared/ui/data-table.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { describeAgent } from './user-agent.ts';

const sessionsKey = ['identity', 'sessions'];
const everyOther = 'others';

export function SessionsPanel() {
  const t = useTranslations('settings');
  const queryClient = useQueryClient();
  const [ending, setEnding] = useState<string | undefined>(undefined);
  const sessions = useQuery({
    queryKey: sessionsKey,
    queryFn: () => unwrap(api.GET('/api/identity/sessions')),
  });
  const end = useMutation({
    mutationFn: (sessionId: string) =>
      sessionId === everyOther
        ? done(api.POST('/api/identity/sessions/revoke-others'))
        : done(api.DELETE('/api/identity/sessions/{sessionId}', { params: { path: { sessionId } } })),
    onSuccess: () => {
      notifyDone(t('sessionEnded'));
      setEnding(undefined);
      return queryClient.invalidateQueries({ queryKey: sessionsKey });
    },
  });
  const columns: Column<Session>[] = [
    {
      key: 'agent',
      header: t('device'),
      isTitle: true,
      render: (session) => (
        <span title={session.userAgent ?? ''}>
          {describeAgent(session.userAgent) ?? t('unknownDevice')}{' '}
          {session.isCurrent && <Badge ml={4}>{t('thisDevice')}</Badge>}
        </span>
      ),
    },
    {
      key: 'ip',
      header: t('address'),
      render: (session) => <span className="mono">{session.ip ?? '—'}</span>,
    },
    {
      key: 'seen',
      header: t('lastSeen'),
      render: (session) => <Instant at={session.lastSeenAt} isRelative />,
    },
    { key: 'since', header: t('signedIn'), render: (session) => <Instant at={session.createdAt} /> },
    {
      key: 'end',
      header: t('endSession'),
      isAction: true,
      render: (session) =>
        session.isCurrent ? null : (
          <Button variant="subtle" color="cinnabar" size="compact-sm" onClick={() => setEnding(session.id)}>
            {t('endSession')}
          </Button>
        ),
    },
  ];
  const hasOthers = sessions.data?.items.some((session) => !session.isCurrent) ?? false;

  return (
    <Panel
      title={t('sessions')}
      description={t('sessionsHint')}
      isFlush
      actions={
        hasOthers && (
          <Button variant="default" size="xs" onClick={() => setEnding(everyOther)}>
            {t('endOthers')}
          </Button>
        )
      }
    >
      <QueryView query={sessions}>
        {({ items }) => (
          <DataTable
            caption={t('sessions')}
            columns={columns}
            rows={items}
            rowKey={(session) => session.id}
          />
        )}
      </QueryView>
      <ConfirmDialog
        isOpen={ending !== undefined}
        title={ending === everyOther ? t('endOthers') : t('endSession')}
        confirmLabel={ending === everyOther ? t('endOthers') : t('endSession')}
        isBusy={end.isPending}
        error={end.error}
        onConfirm={() => ending !== undefined && end.mutate(ending)}
        onClose={() => setEnding(undefined)}
      >
        {ending === everyOther ? t('endOthersText') : t('endSessionText')}
      </ConfirmDialog>
    </Panel>
  );
}
