import { Badge } from '@mantine/core';
import { ScrollText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import type { AuditEntry } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../shared/i18n/language.tsx';
import { CopyIcon } from '../../shared/ui/copy.tsx';
import { DataTable, type Column } from '../../shared/ui/data-table.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Panel } from '../../shared/ui/page.tsx';
import { useMe } from '../../shared/api/session.ts';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';

/** What was done in the account: every change leaves an entry. */
export function ActivityPanel() {
  const t = useTranslations('audit');
  const { textLanguage } = useLanguage();
  const list = useCursorList(['audit', 'entries'], (cursor) =>
    unwrap(api.GET('/api/audit/entries', { params: { query: { limit: 10, cursor } } })),
  );
  const columns: Column<AuditEntry>[] = [
    { key: 'at', header: t('at'), render: (entry) => <Instant at={entry.createdAt} precision="second" /> },
    { key: 'action', header: t('action'), isTitle: true, render: (entry) => entry.title[textLanguage] },
    { key: 'actor', header: t('actor'), render: (entry) => <Actor actor={entry.actor} /> },
    { key: 'target', header: t('target'), render: (entry) => <Target id={entry.targetId} /> },
    { key: 'result', header: t('result'), render: (entry) => <Result code={entry.action} /> },
    {
      key: 'request',
      header: t('request'),
      render: (entry) => (
        <span className="mono" title={entry.requestId ?? ''}>
          …{entry.requestId?.slice(-8)}
        </span>
      ),
    },
  ];
  return (
    <Panel title={t('title')} description={t('description')} isFlush>
      <QueryView query={list}>
        {(entries) =>
          entries.length === 0 ? (
            <EmptyState icon={ScrollText} title={t('empty')} />
          ) : (
            <>
              <DataTable caption={t('title')} columns={columns} rows={entries} rowKey={(entry) => entry.id} />
              <LoadMore list={list} count={entries.length} />
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}

/** The tail of an id identifies it to the eye; the whole of it is copied. */
export function Target({ id }: { id: string | null | undefined }) {
  if (id === null || id === undefined) return '—';
  return (
    <span className="nowrap">
      <span className="mono" title={id}>
        …{id.slice(-8)}
      </span>{' '}
      <CopyIcon value={id} />
    </span>
  );
}

/** An entry about what was not allowed or did not work says so in its name. */
export function Result({ code }: { code: string }) {
  const t = useTranslations('audit');
  const isRefused = /_(refused|failed|denied)$/.test(code);
  return <Badge color={isRefused ? 'cinnabar' : 'celadon'}>{t(isRefused ? 'refused' : 'done')}</Badge>;
}

const actorKinds = ['user', 'apiKey', 'system', 'anonymous', 'admin', 'erased'] as const;

/** `user:user_01…` in words; the identifier when pointed at. */
export function Actor({ actor }: { actor: string }) {
  const t = useTranslations('audit');
  const { user } = useMe();
  const kind = actorKinds.find((known) => actor.split(':')[0] === known);
  if (kind === undefined) return <span className="mono">{actor}</span>;
  // What part of the system acted is a name for programmers.
  const id = kind === 'system' ? undefined : actor.split(':')[1];
  return <span title={id}>{actor === `user:${user.id}` ? t('you') : t(`actors.${kind}`)}</span>;
}
