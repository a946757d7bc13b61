import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';

/** Of a longer list a total says that it is longer, and sums the newest of its rows. */
export const mostCounted = 10_000;

/** Parts of an answer about all rows of a list under its filters. */
export const countShape = {
  count: z.int().meta({ description: `rows under the filters, ${mostCounted} at most` }),
  isComplete: z
    .boolean()
    .meta({ description: `false: there are more, and sums are of the newest ${mostCounted}` }),
};

/** What is counted is one row more than may be: its presence says that there are more. */
export function countOf(counted: number): { count: number; isComplete: boolean } {
  return { count: Math.min(counted, mostCounted), isComplete: counted <= mostCounted };
}

/** Whether a row of the list belongs to the sums: the one that only says that there are more does not. */
export function isCounted(newestFirst: SQL) {
  return sql<boolean>`row_number() over (order by ${newestFirst}) <= ${mostCounted}`.as('is_counted');
}
