import { Skeleton, Stack } from '@mantine/core';

/** Lines where a list will be. */
export function ListSkeleton({ rows = 4, height = 18 }: { rows?: number; height?: number }) {
  return (
    <Stack gap={16} p={20} aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={height} width={`${96 - ((row * 17) % 30)}%`} />
      ))}
    </Stack>
  );
}
