import type { Ctx } from './context.ts';
import { statementsSent } from './connections.ts';
import { isOfAborted } from './database-faults.ts';

/**
 * Sends statements of one transaction without waiting for the answers in between: the connection carries them out in
 * the order in which they were sent (`pipeline` in `openPool`), so many cost one round trip. Each part must send its first
 * statement before it awaits anything, as `query` does; the query builder sends later, in an order of its own.
 * @returns when all have ended, whatever became of them: none may reach the connection when its transaction is over.
 * @throws what the first of them threw that says more than that their transaction was aborted.
 */
export async function together<T extends readonly unknown[]>(
  { db: { $client } }: Ctx,
  ...parts: { readonly [K in keyof T]: () => Promise<T[K]> }
): Promise<T> {
  // Asynchronous, so that a part which throws at once leaves none of the others alone.
  const running = parts.map(async (part) => {
    const before = statementsSent($client);
    const result = part();
    if (statementsSent($client) === before) return refused(result);
    return result;
  });
  return allOf<T>(running);
}

/** As `Promise.all`, but only when none of them runs any more. */
export async function allOf<T extends readonly unknown[]>(running: readonly Promise<unknown>[]): Promise<T> {
  const ended = await Promise.allSettled(running);
  const errors = ended.filter((part) => part.status === 'rejected').map(({ reason }): unknown => reason);
  // One that went on sending fails because of another, behind it in the list, that PostgreSQL refused in between.
  if (errors.length > 0) throw errors.find((error) => !isOfAborted(error)) ?? errors[0];
  return ended.map((part) => (part as PromiseFulfilledResult<unknown>).value) as unknown as T;
}

async function refused(part: Promise<unknown>): Promise<never> {
  await part;
  throw new Error('a part of what is sent together sent nothing at once');
}
