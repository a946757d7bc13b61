import { Badge, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { Inbox, Mail, MessageSquareText, Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, unwrap } from '../../shared/api/client.ts';
import type { OutboxMessage } from '../../shared/api/entities.ts';
import { useCursorList } from '../../shared/api/use-cursor-list.ts';
import { PageSize, pageSizeOf } from '../../shared/list/page-size.tsx';
import { oneOf, useFilters } from '../../shared/list/use-filters.ts';
import { CopyIcon } from '../../shared/ui/copy.tsx';
import { Instant } from '../../shared/ui/instant.tsx';
import { LoadMore } from '../../shared/ui/load-more.tsx';
import { Page, Panel } from '../../shared/ui/page.tsx';
import { QueryView } from '../../shared/ui/query-view.tsx';
import { ReasonGate } from '../../shared/ui/reason-gate.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { StoredText } from '../../shared/ui/stored-text.tsx';
import classes from './outbox.module.css';

/** Every look is recorded with every person it shows, so it is not taken lightly. */
const refreshEveryMs = 15_000;

const channels = ['sms', 'mail'] as const;
/** Words that are searched may name a person, so they are no part of the address. */
const outboxFilters = ['channel', 'size'] as const;

function useOutbox(isAutomatic: boolean, limit: number) {
  return useCursorList(
    ['notifications', 'outbox', limit],
    (cursor) => unwrap(api.GET('/api/notifications/outbox', { params: { query: { limit, cursor } } })),
    { refetchInterval: isAutomatic ? refreshEveryMs : false },
  );
}

export function OutboxPage() {
  const t = useTranslations('outbox');
  return (
    <ReasonGate title={t('title')}>
      <Outbox />
    </ReasonGate>
  );
}

function Outbox() {
  const t = useTranslations('outbox');
  const common = useTranslations('common');
  const [words, setWords] = useState('');
  const filters = useFilters(outboxFilters);
  const channel = oneOf(channels, filters.values.channel) ?? 'all';
  const [isAutomatic, setAutomatic] = useState(false);
  const outbox = useOutbox(isAutomatic, pageSizeOf(filters));

  function matches(message: OutboxMessage): boolean {
    if (channel !== 'all' && message.channel !== channel) return false;
    const text = `${message.to} ${message.subject ?? ''} ${message.body ?? ''}`.toLowerCase();
    return text.includes(words.trim().toLowerCase());
  }

  return (
    <Page title={t('title')} description={t('description')}>
      <div className={classes.tools}>
        <TextInput
          className={classes.search}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<Search size={16} />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label={t('channel')}
          value={channel}
          onChange={(value) => filters.set({ channel: oneOf(channels, value) })}
          data={[
            { value: 'all' as const, label: common('all') },
            { value: 'sms' as const, label: t('channels.sms') },
            { value: 'mail' as const, label: t('channels.mail') },
          ]}
        />
        <Switch
          label={t('auto')}
          checked={isAutomatic}
          onChange={(event) => setAutomatic(event.currentTarget.checked)}
        />
        <PageSize filters={filters} />
      </div>
      <Panel isFlush>
        <QueryView query={outbox}>
          {(messages) => {
            const shown = messages.filter(matches);
            return shown.length === 0 ? (
              <EmptyState icon={Inbox} title={messages.length === 0 ? t('empty') : t('noMatch')}>
                {messages.length === 0 ? t('emptyHint') : undefined}
              </EmptyState>
            ) : (
              <>
                <ul className={classes.messages}>
                  {shown.map((message) => (
                    <li key={message.id}>
                      <MessageRow message={message} />
                    </li>
                  ))}
                </ul>
                <LoadMore list={outbox} count={shown.length} />
              </>
            );
          }}
        </QueryView>
      </Panel>
    </Page>
  );
}

function MessageRow({ message }: { message: OutboxMessage }) {
  const t = useTranslations('outbox');
  const Icon = message.channel === 'sms' ? MessageSquareText : Mail;
  const code = /(?<![\d-])\b\d{6}\b(?![\d-])/.exec(message.body ?? '')?.[0];
  return (
    <article className={classes.message}>
      <span className={classes.icon} title={t(`channels.${message.channel}`)}>
        <Icon size={18} strokeWidth={1.7} aria-label={t(`channels.${message.channel}`)} />
      </span>
      <div className={classes.body}>
        <div className={classes.head}>
          <strong>{t('to', { to: message.to })}</strong>
          <Status status={message.status} />
          <span className={classes.time}>
            <Instant at={message.createdAt} precision="second" isRelative />
          </span>
        </div>
        {message.subject !== null && message.subject !== undefined && message.subject !== '' && (
          <StoredText as="p" className={classes.subject}>
            {message.subject}
          </StoredText>
        )}
        <StoredText as="p" className={classes.text}>
          {message.body ?? t('withheld')}
        </StoredText>
      </div>
      {code !== undefined && (
        <span className={classes.code}>
          <span className="mono">{code}</span>
          <CopyIcon value={code} label={t('code')} />
        </span>
      )}
    </article>
  );
}

const statuses = ['queued', 'kept', 'sent', 'failed'] as const;

function Status({ status }: { status: string }) {
  const t = useTranslations('outbox');
  const known = statuses.find((one) => one === status);
  const color = status === 'failed' ? 'cinnabar' : status === 'queued' ? 'amber' : 'gray';
  return <Badge color={color}>{known === undefined ? status : t(`statuses.${known}`)}</Badge>;
}
