import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Ctx, now } from '../../../kernel/context.ts';
import { inTransaction } from '../../../kernel/db.ts';
import { notFound } from '../../../kernel/problem.ts';
import { authorize } from '../../../declare/permissions.ts';
import { addressOf, type Attempt, forgetAttempts, returnAttempt, takeAttempt } from '../../identity/index.ts';
import { acceptVerified } from './accept-case.ts';
import { consumeCode } from './case-codes.ts';
import { type Case, lockCase } from './case-store.ts';
import { accessKeyLifetimeMs, caseLimits } from './limits.ts';
import { wrongCaseCode } from './problems.ts';
import { caseRoles } from './request-kinds.ts';
import { confirmAccountOf, matchAccount } from './send-codes.ts';
import { sendLetter } from './send-letter.ts';
import { changeCase, takeStep } from './take-step.ts';

/** What opens a request on the open page: the reference alone opens nothing. */
export interface CaseKey {
  readonly reference: string;
  readonly accessKey: string;
}

/**
 * Proves who holds the contact of a request, with the code that was sent there. The first time this starts the work
 * on it; every time it gives a new secret link and ends the old one.
 * @throws `privacy.wrong_case_code`, the same for a wrong code, an old one and a reference that does not exist.
 */
export async function enterCase(
  ctx: Ctx,
  { reference, code }: { reference: string; code: string },
): Promise<{ accessKey: string }> {
  authorize(ctx, 'privacy:file-case');
  return withCountedTries(ctx, reference, async () =>
    inTransaction(ctx, 'casework', async (ctx) => {
      if (!(await consumeCode(ctx, reference, 'contact', code))) return null;
      const row = await lockCase(ctx, reference);
      if (row === undefined) return null;
      const accessKey = randomBytes(32).toString('base64url');
      const known = await changeCase(ctx, row, {
        accessKeyHash: hashKey(ctx, reference, accessKey),
        accessKeyEndsAt: new Date(now(ctx).getTime() + accessKeyLifetimeMs),
      });
      if (known.contactConfirmedAt === null) await startWork(ctx, known);
      return { accessKey };
    }),
  );
}

/** The contact is proven. A requester who acts for themselves and names no account has shown enough. */
async function startWork(ctx: Ctx, row: Case): Promise<void> {
  const confirmed = await takeStep(ctx, row, {
    kind: 'contact-confirmed',
    by: 'person',
    to: 'verifying',
    set: { contactConfirmedAt: now(ctx) },
  });
  const told = await sendLetter(ctx, confirmed, { kind: 'received' });
  if (row.account !== null) await matchAccount.enqueue(ctx, { caseId: row.id });
  else if (caseRoles[row.role].provenBy === 'contact') await acceptVerified(ctx, told, 'contact');
}

/**
 * Proves access to the account a request names, with the code that went to a channel the account holds. Where there is
 * no such account there is no code, and every try is answered as a wrong one.
 */
export async function confirmAccount(ctx: Ctx, key: CaseKey & { readonly code: string }): Promise<void> {
  authorize(ctx, 'privacy:file-case');
  await withCountedTries(ctx, key.reference, async () =>
    inTransaction(ctx, 'casework', async (ctx) => {
      const row = await requireAccess(ctx, key);
      if (!(await consumeCode(ctx, row.id, 'account', key.code))) return null;
      return confirmAccountOf(ctx, row);
    }),
  );
}

/**
 * The request a secret link belongs to, locked. Joins the caller's transaction.
 * @throws `kernel.not_found` for a wrong or old link as for a request that does not exist.
 */
export async function requireAccess(ctx: Ctx, { reference, accessKey }: CaseKey): Promise<Case> {
  const row = await lockCase(ctx, reference);
  const given = hashKey(ctx, reference, accessKey);
  // Compared with something also where there is nothing, so that the time tells nothing.
  const held = row?.accessKeyHash ?? hashKey(ctx, reference, '');
  const isRight = timingSafeEqual(Buffer.from(given), Buffer.from(held));
  const endsAt = row?.accessKeyEndsAt ?? null;
  if (row === undefined || !isRight || endsAt === null || endsAt <= now(ctx)) throw notFound();
  return row;
}

/** Runs a try that is counted before it is made; only success gives it back. */
async function withCountedTries<T>(
  ctx: Ctx,
  reference: string,
  attempt: () => Promise<T | null>,
): Promise<T> {
  const tries: Attempt[] = [[caseLimits.triesForCase, reference]];
  const failures: Attempt[] = [[caseLimits.triesFromAddress, addressOf(ctx)]];
  await takeAttempt(ctx, [...tries, ...failures]);
  const result = await attempt();
  if (result === null) throw wrongCaseCode({ issues: [{ path: 'body.code', message: wrongCaseCode.title }] });
  await inTransaction(ctx, 'signin', async (ctx) => {
    await forgetAttempts(ctx, tries);
    await returnAttempt(ctx, failures);
  });
  return result;
}

function hashKey(ctx: Ctx, reference: string, accessKey: string): string {
  return ctx.keyedHash('privacy/case-access', `${reference} ${accessKey}`);
}
