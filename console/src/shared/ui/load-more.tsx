import { Button } from '@mantine/core';
import { useTranslations } from 'use-intl';
import classes from './load-more.module.css';

interface LoadMoreProps {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  count: number;
}

/** The end of a long list: how much is shown and the way to more, or how much there is. */
export function LoadMore({ list, count }: LoadMoreProps) {
  const t = useTranslations('common');
  return (
    <div className={classes.end}>
      <span aria-live="polite">{t(list.hasNextPage ? 'shownCount' : 'wholeCount', { count })}</span>
      {list.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t('loadMore')}
        </Button>
      )}
    </div>
  );
}
