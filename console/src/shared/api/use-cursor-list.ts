import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useReturnToPlace } from '../list/use-return-to-place.ts';
import type { Page } from './entities.ts';

type QueryKey = readonly unknown[];

export interface CursorListOptions {
  /** Where the address holds how far the list was followed; each list of a page has its own. */
  readonly place?: string;
  readonly refetchInterval?: number | false;
}

/** A list followed further than this begins again at its first page after a reload. */
const mostPages = 50;

/** How many pages an address asks for. */
export function pagesOf(value: unknown): number {
  const pages = Number(value);
  return Number.isInteger(pages) && pages >= 1 && pages <= mostPages ? pages : 1;
}

/**
 * A list that grows page by page as the server's cursor allows. How many pages are shown is in the address, so that
 * Back and a reload come to the same place.
 */
export function useCursorList<Item>(
  queryKey: QueryKey,
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  { place = 'pages', refetchInterval = false }: CursorListOptions = {},
) {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const navigate = useNavigate();
  const wanted = pagesOf(search[place]);
  const list = useInfiniteQuery({
    queryKey: [...queryKey, 'pages'],
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval,
  });
  const { data, hasNextPage, isFetching, isError, fetchNextPage } = list;
  const loaded = data?.pages.length ?? 0;

  useEffect(() => {
    if (loaded > 0 && loaded < wanted && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [loaded, wanted, hasNextPage, isFetching, isError, fetchNextPage]);

  useReturnToPlace(loaded > 0 && (loaded >= wanted || !hasNextPage));

  function more() {
    void fetchNextPage();
    void navigate({
      to: '.',
      search: (current: object) => ({ ...current, [place]: String(loaded + 1) }),
      replace: true,
      resetScroll: false,
    });
  }
  return { ...list, data: data?.pages.flatMap((page) => page.items), fetchNextPage: more };
}
