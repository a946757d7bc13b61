import { eq } from 'drizzle-orm';
import { z } from 'zod';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { idSchema } from '../../kernel/id.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { modelIdSchema } from '../catalog/index.ts';
import { overloaded } from './problems.ts';
import { upstreams } from './schema.ts';
import type { KeySeal } from './sealed-key.ts';
import { headerViews, openHeaders, secretValues, storeHeaders } from './upstream-headers.ts';
import type { UpstreamReach } from './upstream-reach.ts';
import { upstreamFields } from './upstream-rules.ts';
import { type TrialInput, tryServer, type UpstreamTrial } from './upstream-trial.ts';

export const upstreamTestSchema = z.object({
  /** One that exists: without `apiKey` its own key is used, at its own address only. */
  upstreamId: idSchema('up').optional(),
  baseUrl: upstreamFields.baseUrl,
  apiKey: upstreamFields.apiKey.optional(),
  /** Left out: those of the upstream, whose secret values go to its own address only. */
  headers: upstreamFields.headers.optional(),
  upstreamModel: modelIdSchema.optional(),
});
type UpstreamTest = z.output<typeof upstreamTestSchema>;

/** Each may wait minutes for a server. */
const maxAtOnce = 4;

/** Tests of this process, which share a bound. */
export interface UpstreamTests {
  /**
   * Tries a server with the address and the key as typed; neither is stored.
   * @throws `gateway.overloaded` while too many are tried; `kernel.not_found` when there is no such upstream.
   */
  test(ctx: Ctx, input: UpstreamTest): Promise<UpstreamTrial>;
}

export function createUpstreamTests(seal: KeySeal, reach: UpstreamReach): UpstreamTests {
  let running = 0;
  return {
    async test(ctx, input) {
      authorize(ctx, 'gateway:manage-upstreams');
      if (running >= maxAtOnce) throw overloaded({ retryAfterSeconds: 5 });
      running += 1;
      try {
        return await tryServer(reach, {
          baseUrl: input.baseUrl,
          ...(await secretsOf(ctx, seal, input)),
          upstreamModel: input.upstreamModel ?? null,
        });
      } finally {
        running -= 1;
      }
    },
  };
}

/** Key and headers as typed, or the stored ones at the address they were given for. Every use of them is in the log. */
async function secretsOf(
  ctx: Ctx,
  seal: KeySeal,
  { upstreamId, baseUrl, apiKey, headers }: UpstreamTest,
): Promise<Pick<TrialInput, 'apiKey' | 'headers' | 'secrets'>> {
  return inTransaction(ctx, 'operations', async (ctx) => {
    await audit(ctx, 'gateway.upstream_tested', { targetId: upstreamId ?? null, subjectId: null });
    const row = upstreamId === undefined ? null : await upstreamOf(ctx, upstreamId);
    const own = row !== null && row.baseUrl === baseUrl ? row : null;
    // Sealed and opened again as it would be stored, so that what is tried is what would be sent.
    const id = upstreamId ?? 'typed';
    const stored = own?.headers ?? [];
    const given = headers ?? headerViews(stored);
    const sent = storeHeaders(seal, id, given, stored);
    return {
      apiKey: apiKey === undefined ? storedKey(seal, own) : apiKey,
      headers: openHeaders(seal, id, sent),
      secrets: secretValues(seal, id, sent),
    };
  });
}

async function upstreamOf(ctx: Ctx, upstreamId: string) {
  const [row] = await ctx.db.select().from(upstreams).where(eq(upstreams.id, upstreamId));
  if (row === undefined) throw notFound();
  return row;
}

function storedKey(seal: KeySeal, own: typeof upstreams.$inferSelect | null): string | null {
  return own === null || own.sealedKey === null ? null : seal.open(own.id, own.sealedKey);
}
