import { and, eq, inArray } from 'drizzle-orm';
import { type Ctx, now, tenantOf, userOf } from '../../kernel/context.ts';
import { inTransaction, lockName, query } from '../../kernel/db.ts';
import { authorize } from '../../declare/permissions.ts';
import { type ApiKeyRow, hashApiKey, insertApiKey, networksOfText, randomLetters } from './api-keys.ts';
import { openRow } from '../../kernel/sealed-rows.ts';
import type { QuotaPeriod } from './quota-period.ts';
import { apiKeys } from './schema.ts';

/** What the gateway remembers of a key. */
export interface ApiKeyFacts {
  readonly apiKeyId: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly expiresAt: Date | null;
  readonly isDisabled: boolean;
  readonly tokenQuota: bigint | null;
  readonly tokensUsed: bigint;
  readonly moneyQuotaMicros: bigint | null;
  readonly quotaPeriod: QuotaPeriod | null;
  /** Null when none of them is limited. */
  readonly rateLimits: RateLimitsOfKey | null;
  readonly allowedModels: readonly string[] | null;
  readonly allowedNetworks: readonly string[] | null;
  readonly allowedOrigins: readonly string[] | null;
}

export type RateLimitsOfKey = Pick<ApiKeyRow, 'requestsPerMinute' | 'tokensPerMinute' | 'parallelRequests'>;

/** The holder of this secret, null without one. Whether the key may be used is for the caller to say. */
export async function findApiKey(ctx: Ctx, secret: string): Promise<ApiKeyFacts | null> {
  return inTransaction(ctx, 'inference', async (ctx) => {
    const [row] = await ctx.db
      .select()
      .from(apiKeys)
      .where(eq(apiKeys.secretHash, hashApiKey(secret)));
    if (row === undefined) return null;
    return { ...facts(row), allowedNetworks: await networksOf(ctx, row) };
  });
}

/** Networks that cannot be read allow none: only a key that never had any may be used from everywhere. */
async function networksOf(
  ctx: Ctx,
  { id, userId, allowedNetworks }: typeof apiKeys.$inferSelect,
): Promise<readonly string[] | null> {
  if (allowedNetworks === null) return null;
  const opened = await openRow(ctx, apiKeys, { id, userId, allowedNetworks });
  return networksOfText(opened?.allowedNetworks ?? '');
}

/** Which of these keys have been neither deleted nor disabled. */
export async function findUsableKeys(ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  return inTransaction(ctx, 'inference', async (ctx) => {
    const rows = await ctx.db
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(inArray(apiKeys.id, [...ids]), eq(apiKeys.isDisabled, false)));
    return new Set(rows.map(({ id }) => id));
  });
}

/** The key that stands for the console's playground, made at first use. Its secret is unknown. */
export async function ensurePlaygroundKey(ctx: Ctx): Promise<ApiKeyFacts> {
  authorize(ctx, 'identity:manage-keys');
  return inTransaction(ctx, 'account', async (ctx) => {
    await lockName(ctx, `playground key of ${userOf(ctx)}`);
    const [row] = await ctx.db
      .select()
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.tenantId, tenantOf(ctx)),
          eq(apiKeys.userId, userOf(ctx)),
          eq(apiKeys.kind, 'playground'),
        ),
      );
    return facts(
      row ??
        (await insertApiKey(ctx, {
          kind: 'playground',
          name: 'playground',
          secret: `sk-${randomLetters(43)}`,
        })),
    );
  });
}

export interface KeyUse {
  readonly apiKeyId: string;
  readonly tokens: number;
  readonly micros: bigint;
}

/** Counts tokens and money on their keys, in the transaction that charges for them. A key deleted meanwhile is passed over. */
export async function addKeyUse(ctx: Ctx, uses: readonly KeyUse[]): Promise<void> {
  if (uses.length === 0) return;
  const ids = uses.map((use) => use.apiKeyId);
  const tokens = uses.map((use) => use.tokens);
  const micros = uses.map((use) => use.micros);
  await inTransaction(ctx, 'settlement', async (ctx) => {
    // Rows are locked in one order, so that two gateways that flush the same keys cannot wait for each other.
    await query(
      ctx,
      `with added as (
        select api_key_id, sum(tokens) as tokens, sum(micros) as micros
        from unnest($1::text[], $2::bigint[], $4::bigint[]) as use (api_key_id, tokens, micros) group by api_key_id
      ), locked as (
        select k.id from identity.api_keys k where k.id in (select api_key_id from added) order by k.id for update
      )
      update identity.api_keys k set tokens_used = k.tokens_used + added.tokens,
        spent_micros = k.spent_micros + added.micros, last_used_at = $3::timestamptz
      from added, locked where k.id = locked.id and added.api_key_id = locked.id`,
      [ids, tokens, now(ctx), micros],
    );
  });
}

function facts(row: Omit<ApiKeyRow, 'name' | 'allowedNetworks'>): ApiKeyFacts {
  const { id: apiKeyId, userId, tenantId, expiresAt, isDisabled, tokenQuota, tokensUsed } = row;
  return {
    apiKeyId,
    userId,
    tenantId,
    expiresAt,
    isDisabled,
    tokenQuota,
    tokensUsed,
    moneyQuotaMicros: row.moneyQuotaMicros,
    quotaPeriod: row.quotaPeriod,
    rateLimits: rateLimitsOf(row),
    allowedModels: row.allowedModels,
    // Opened where a key may have any; the playground's has none.
    allowedNetworks: null,
    allowedOrigins: row.allowedOrigins,
  };
}

function rateLimitsOf({
  requestsPerMinute,
  tokensPerMinute,
  parallelRequests,
}: RateLimitsOfKey): RateLimitsOfKey | null {
  const isFree = requestsPerMinute === null && tokensPerMinute === null && parallelRequests === null;
  return isFree ? null : { requestsPerMinute, tokensPerMinute, parallelRequests };
}
