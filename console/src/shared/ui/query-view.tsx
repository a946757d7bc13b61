import type { ReactNode } from 'react';
import { ListSkeleton } from './list-skeleton.tsx';
import { ErrorState } from './states.tsx';

interface QueryLike<Data> {
  data: Data | undefined;
  error: Error | null;
  isPending: boolean;
  refetch: () => unknown;
}

interface QueryViewProps<Data> {
  query: QueryLike<Data>;
  skeleton?: ReactNode;
  children: (data: Data) => ReactNode;
}

/** The three faces of everything fetched: on its way, failed, there. */
export function QueryView<Data>({ query, skeleton = <ListSkeleton />, children }: QueryViewProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <div role="status" aria-busy="true">
      {skeleton}
    </div>
  );
}
