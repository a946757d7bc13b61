import { Badge, Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Megaphone } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useCanReach } from '../../../shared/api/capabilities.ts';
import { api, unwrap } from '../../../shared/api/client.ts';
import type { News } from '../../../shared/api/entities.ts';
import { useCursorList } from '../../../shared/api/use-cursor-list.ts';
import { useLanguage } from '../../../shared/i18n/language.tsx';
import { PageSize, pageSizeOf } from '../../../shared/list/page-size.tsx';
import { useFilters } from '../../../shared/list/use-filters.ts';
import { ConfirmDialog } from '../../../shared/ui/confirm-dialog.tsx';
import { Instant } from '../../../shared/ui/instant.tsx';
import { LoadMore } from '../../../shared/ui/load-more.tsx';
import { notifyDone } from '../../../shared/ui/notify.ts';
import { Page, Panel } from '../../../shared/ui/page.tsx';
import { QueryView } from '../../../shared/ui/query-view.tsx';
import { EmptyState } from '../../../shared/ui/states.tsx';
import classes from '../officer.module.css';
import { newsKey } from './news-key.ts';
import { Statistics } from './statistics.tsx';
import { WriteNewsDialog } from './write-news-dialog.tsx';

const newsFilters = ['size'] as const;

/** What only those who agreed get, or are counted in: product news, and statistics of use. */
export function NewsPage() {
  const t = useTranslations('officer.news');
  const [isWriting, setWriting] = useState(false);
  const filters = useFilters(newsFilters);
  const limit = pageSizeOf(filters);
  const list = useCursorList([...newsKey, limit], (cursor) =>
    unwrap(api.GET('/api/announcements/news', { params: { query: { limit, cursor } } })),
  );
  return (
    <Page
      title={t('title')}
      description={t('description')}
      actions={<Button onClick={() => setWriting(true)}>{t('write')}</Button>}
    >
      <Panel title={t('news')} description={t('newsHint')} isFlush actions={<PageSize filters={filters} />}>
        <QueryView query={list}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState icon={Megaphone} title={t('empty')}>
                {t('emptyHint')}
              </EmptyState>
            ) : (
              <>
                <ul className={classes.newsList}>
                  {items.map((news) => (
                    <NewsItem key={news.id} news={news} />
                  ))}
                </ul>
                <LoadMore list={list} count={items.length} />
              </>
            )
          }
        </QueryView>
      </Panel>
      <Statistics />
      <WriteNewsDialog isOpen={isWriting} onClose={() => setWriting(false)} />
    </Page>
  );
}

const stateColors = { draft: 'gray', sending: 'amber', sent: 'celadon' } as const;

function NewsItem({ news }: { news: News }) {
  const t = useTranslations('officer.news');
  const { textLanguage } = useLanguage();
  const [title, body] = textLanguage === 'zh' ? [news.titleZh, news.bodyZh] : [news.titleEn, news.bodyEn];
  return (
    <li>
      <div className={classes.newsHead}>
        <h3>{title}</h3>
        <Badge color={stateColors[news.state]}>{t(`states.${news.state}`)}</Badge>
        {news.state === 'draft' && <SendButton news={news} title={title} />}
      </div>
      <p className={classes.newsText}>{body}</p>
      <p className={classes.hint}>
        {t('written')} <Instant at={news.createdAt} />
        {news.finishedAt !== null && (
          <>
            {' · '}
            {t('sentAt')} <Instant at={news.finishedAt} />
          </>
        )}
      </p>
    </li>
  );
}

function SendButton({ news, title }: { news: News; title: string }) {
  const t = useTranslations('officer.news');
  const queryClient = useQueryClient();
  const canReach = useCanReach();
  const [isAsking, setAsking] = useState(false);
  const send = useMutation({
    mutationFn: () =>
      unwrap(api.POST('/api/announcements/news/{newsId}/send', { params: { path: { newsId: news.id } } })),
    onSuccess: async () => {
      setAsking(false);
      notifyDone(t('sendStarted'));
      await queryClient.invalidateQueries({ queryKey: newsKey });
    },
  });
  if (!canReach.mail) return <p className={classes.hint}>{t('noMail')}</p>;
  return (
    <>
      <Button size="compact-sm" variant="default" ms="auto" onClick={() => setAsking(true)}>
        {t('send')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('sendTitle', { title })}
        confirmLabel={t('send')}
        isBusy={send.isPending}
        error={send.error}
        onConfirm={() => send.mutate()}
        onClose={() => setAsking(false)}
      >
        {t('sendText')}
      </ConfirmDialog>
    </>
  );
}
