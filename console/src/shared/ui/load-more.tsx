import { Button, Loader } from '@mantine/core';
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
          // Disabled while it loads, it would lose the focus, and a keyboard its place in the list.
          aria-busy={list.isFetchingNextPage}
          leftSection={list.isFetchingNextPage && <Loader size={12} />}
          onClick={() => {
            if (!list.isFetchingNextPage) void list.fetchNextPage();
          }}
        >
          {t('loadMore')}
        </Button>
      )}
    </div>
  );
}
