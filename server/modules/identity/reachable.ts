import { and, asc, gt, isNotNull } from 'drizzle-orm';
import type { Ctx } from '../../kernel/context.ts';
import { openRows } from '../../kernel/sealed-rows.ts';
import { users } from './schema.ts';

/** A person with a mail address they have proved to be theirs. */
export interface Reachable {
  readonly id: string;
  readonly email: string;
  readonly language: 'zh-CN' | 'en';
}

/**
 * Who can be reached by mail, in the order of their ids, as far as PostgreSQL shows them to the purpose of the open
 * transaction: no list of persons is passed around, and none can grow stale.
 */
export async function listReachable(
  ctx: Ctx,
  query: { readonly after: string | null; readonly limit: number },
): Promise<Reachable[]> {
  if (ctx.purpose === null) throw new Error('who is reachable depends on the purpose that asks');
  const rows = await ctx.db
    .select({ id: users.id, email: users.email, emailIndex: users.emailIndex, language: users.language })
    .from(users)
    .where(
      and(
        isNotNull(users.email),
        isNotNull(users.emailVerifiedAt),
        query.after === null ? undefined : gt(users.id, query.after),
      ),
    )
    .orderBy(asc(users.id))
    .limit(query.limit);
  const opened = await openRows(ctx, users, rows);
  return opened.map(({ id, email, language }) => ({ id, email: email ?? '', language }));
}
