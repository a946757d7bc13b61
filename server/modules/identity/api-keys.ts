import { createHash, randomBytes } from 'node:crypto';
import type { Opened } from '@candor/privacy-engine';
import { and, count, desc, eq, lt, sql } from 'drizzle-orm';
import { type Ctx, now, tenantOf, userOf } from '../../kernel/context.ts';
import { inTransaction, lockName } from '../../kernel/db.ts';
import { page } from '../../kernel/http.ts';
import { newId } from '../../kernel/id.ts';
import { invalidInput, notFound } from '../../kernel/problem.ts';
import { openRow, openRows, sealChanges, sealRow } from '../../kernel/sealed-rows.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { maxApiKeysPerTenant } from './limits.ts';
import { tooManyApiKeys } from './problems.ts';
import { countedIn, nextPeriodStart, type QuotaPeriod } from './quota-period.ts';
import { apiKeys } from './schema.ts';

export type ApiKeyStatus = 'active' | 'disabled' | 'expired' | 'exhausted';

/** What a key may do, as its owner decides; null: without this limit. */
export interface ApiKeyLimits {
  readonly expiresAt: Date | null;
  readonly tokenQuota: bigint | null;
  readonly moneyQuotaMicros: bigint | null;
  /** After which the quotas begin anew; null: never. */
  readonly quotaPeriod: QuotaPeriod | null;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly parallelRequests: number | null;
  readonly allowedModels: string[] | null;
  /** Addresses and networks in the form of `normaliseNetwork`. */
  readonly allowedNetworks: string[] | null;
  /** Web pages, as browsers write them in `Origin`. */
  readonly allowedOrigins: string[] | null;
}
type WishedLimits = { readonly [Limit in keyof ApiKeyLimits]?: ApiKeyLimits[Limit] | undefined };

export interface ApiKeyView extends ApiKeyLimits {
  readonly id: string;
  readonly name: string;
  readonly maskedKey: string;
  /** What counts against the quotas: of the period, or of all time without one. */
  readonly tokensUsed: bigint;
  readonly spentMicros: bigint;
  /** When the quotas begin anew; null: never. */
  readonly quotaResetsAt: Date | null;
  readonly status: ApiKeyStatus;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

export interface CreateApiKey extends WishedLimits {
  readonly name: string;
}

export interface ChangeApiKey extends WishedLimits {
  readonly apiKeyId: string;
  readonly name?: string | undefined;
  readonly disabled?: boolean | undefined;
}

/** Makes a key (D-KEY-1). The secret is in this answer and never again anywhere. */
export async function createApiKey(
  ctx: Ctx,
  input: CreateApiKey,
): Promise<{ apiKey: ApiKeyView; secret: string }> {
  authorize(ctx, 'identity:manage-keys');
  requireFuture(ctx, input.expiresAt);
  return inTransaction(ctx, 'account', async (ctx) => {
    await lockName(ctx, `api keys of ${tenantOf(ctx)}`);
    await requireRoomForOneMore(ctx);
    const secret = `sk-${randomLetters(43)}`;
    const row = await insertApiKey(ctx, { ...input, kind: 'secret', secret });
    return { apiKey: view(ctx, row), secret };
  });
}

/** The person's own keys, newest first. */
export async function listApiKeys(ctx: Ctx, query: { limit: number; cursor?: string | undefined }) {
  authorize(ctx, 'identity:manage-keys');
  return inTransaction(ctx, 'account', async (ctx) => {
    const rows = await ctx.db
      .select()
      .from(apiKeys)
      .where(and(isOwn(ctx), query.cursor === undefined ? undefined : lt(apiKeys.id, query.cursor)))
      .orderBy(desc(apiKeys.id))
      .limit(query.limit + 1);
    const { items, nextCursor } = page(rows, query.limit);
    const opened = await openRows(ctx, apiKeys, items);
    return { items: opened.map((row) => view(ctx, row)), nextCursor };
  });
}

/** Renames, disables or limits a key (D-KEY-2); what is left out stays. */
export async function changeApiKey(ctx: Ctx, input: ChangeApiKey): Promise<ApiKeyView> {
  authorize(ctx, 'identity:manage-keys');
  requireFuture(ctx, input.expiresAt);
  return inTransaction(ctx, 'account', async (ctx) => {
    const { apiKeyId, disabled: isDisabled, allowedNetworks, ...wishes } = input;
    const changes = await sealChanges(
      ctx,
      apiKeys,
      { id: apiKeyId, subject: userOf(ctx) },
      {
        ...wishes,
        isDisabled,
        allowedNetworks: allowedNetworks && textOfNetworks(allowedNetworks),
      },
    );
    const [changed] = await ctx.db
      .update(apiKeys)
      // Drizzle leaves out what is undefined and refuses to set nothing at all; the id is always there.
      .set({ id: apiKeyId, ...changes })
      .where(and(eq(apiKeys.id, apiKeyId), isOwn(ctx)))
      .returning();
    const row = await openRow(ctx, apiKeys, changed);
    if (row === undefined) throw notFound();
    await audit(ctx, 'identity.api_key_changed', {
      targetId: row.id,
      subjectId: userOf(ctx),
      details: { isDisabled: row.isDisabled },
    });
    await announceApiKey(ctx, row.id);
    return view(ctx, row);
  });
}

/** Deletes a key at once and for good (D-KEY-1). */
export async function deleteApiKey(ctx: Ctx, input: { apiKeyId: string }): Promise<void> {
  authorize(ctx, 'identity:manage-keys');
  await inTransaction(ctx, 'account', async (ctx) => {
    const deleted = await ctx.db
      .delete(apiKeys)
      .where(and(eq(apiKeys.id, input.apiKeyId), isOwn(ctx)))
      .returning({ id: apiKeys.id });
    if (deleted.length === 0) throw notFound();
    await audit(ctx, 'identity.api_key_deleted', { targetId: input.apiKeyId, subjectId: userOf(ctx) });
    await announceApiKey(ctx, input.apiKeyId);
  });
}

export type ApiKeyRow = Opened<typeof apiKeys.$inferSelect>;

export interface InsertApiKey extends CreateApiKey {
  readonly kind: ApiKeyRow['kind'];
  readonly secret: string;
}

/** Writes a key of the actor. Joins the caller's transaction. */
export async function insertApiKey(ctx: Ctx, input: InsertApiKey): Promise<ApiKeyRow> {
  const row: ApiKeyRow = {
    id: newId('key'),
    tenantId: tenantOf(ctx),
    userId: userOf(ctx),
    kind: input.kind,
    name: input.name,
    secretHash: hashApiKey(input.secret),
    lastFour: input.secret.slice(-4),
    expiresAt: input.expiresAt ?? null,
    isDisabled: false,
    tokenQuota: input.tokenQuota ?? null,
    moneyQuotaMicros: input.moneyQuotaMicros ?? null,
    quotaPeriod: input.quotaPeriod ?? null,
    tokensUsed: 0n,
    spentMicros: 0n,
    tokensBefore: 0n,
    spentBeforeMicros: 0n,
    periodFrom: null,
    requestsPerMinute: input.requestsPerMinute ?? null,
    tokensPerMinute: input.tokensPerMinute ?? null,
    parallelRequests: input.parallelRequests ?? null,
    allowedModels: input.allowedModels ?? null,
    allowedNetworks: input.allowedNetworks ? textOfNetworks(input.allowedNetworks) : null,
    allowedOrigins: input.allowedOrigins ?? null,
    tokensHeld: {},
    createdAt: now(ctx),
    lastUsedAt: null,
  };
  await ctx.db.insert(apiKeys).values(await sealRow(ctx, apiKeys, row));
  await audit(ctx, 'identity.api_key_created', { targetId: row.id, subjectId: userOf(ctx) });
  await announceApiKey(ctx, row.id);
  return row;
}

/** The list is one sealed text. */
function textOfNetworks(networks: readonly string[]): string {
  return networks.join('\n');
}

export function networksOfText(text: string): string[] {
  return text.split('\n').filter((network) => network !== '');
}

/** A key holds 256 random bits, so a plain hash is enough, and looking it up is one index probe. */
export function hashApiKey(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Uniformly random letters: bytes that would favour the first letters of the alphabet are thrown away. */
export function randomLetters(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length))
      if (byte < 248 && text.length < length) text += base62[byte % 62] ?? '';
  }
  return text;
}

/** Tells every gateway, when and if the transaction commits, that what it remembers of the key is stale. */
export async function announceApiKey(ctx: Ctx, apiKeyId: string): Promise<void> {
  await ctx.db.execute(sql`select pg_notify('api_key_changed', ${apiKeyId})`);
}

async function requireRoomForOneMore(ctx: Ctx): Promise<void> {
  const [counted] = await ctx.db
    .select({ keys: count() })
    .from(apiKeys)
    .where(and(eq(apiKeys.tenantId, tenantOf(ctx)), eq(apiKeys.kind, 'secret')));
  if ((counted?.keys ?? 0) >= maxApiKeysPerTenant) throw tooManyApiKeys({ max: maxApiKeysPerTenant });
}

function requireFuture(ctx: Ctx, expiresAt: Date | null | undefined): void {
  if (expiresAt === null || expiresAt === undefined || expiresAt > now(ctx)) return;
  throw invalidInput({ issues: [{ path: 'body.expiresAt', message: 'must be in the future' }] });
}

function isOwn(ctx: Ctx) {
  return and(eq(apiKeys.tenantId, tenantOf(ctx)), eq(apiKeys.userId, userOf(ctx)));
}

function view(ctx: Ctx, row: ApiKeyRow): ApiKeyView {
  const { id, name, quotaPeriod, createdAt, lastUsedAt } = row;
  const { tokensUsed, spentMicros } = countedIn(row, now(ctx));
  return {
    id,
    name,
    maskedKey: `sk-******${row.lastFour}`,
    expiresAt: row.expiresAt,
    tokenQuota: row.tokenQuota,
    moneyQuotaMicros: row.moneyQuotaMicros,
    quotaPeriod,
    requestsPerMinute: row.requestsPerMinute,
    tokensPerMinute: row.tokensPerMinute,
    parallelRequests: row.parallelRequests,
    allowedModels: row.allowedModels,
    allowedNetworks: row.allowedNetworks === null ? null : networksOfText(row.allowedNetworks),
    allowedOrigins: row.allowedOrigins,
    tokensUsed,
    spentMicros,
    quotaResetsAt: quotaPeriod === null ? null : nextPeriodStart(now(ctx), quotaPeriod),
    status: statusOf(ctx, row),
    createdAt,
    lastUsedAt,
  };
}

function statusOf(ctx: Ctx, row: ApiKeyRow): ApiKeyStatus {
  if (row.isDisabled) return 'disabled';
  if (row.expiresAt !== null && row.expiresAt <= now(ctx)) return 'expired';
  const { tokensUsed, spentMicros } = countedIn(row, now(ctx));
  if (row.tokenQuota !== null && tokensUsed >= row.tokenQuota) return 'exhausted';
  if (row.moneyQuotaMicros !== null && spentMicros >= row.moneyQuotaMicros) return 'exhausted';
  return 'active';
}
