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
import type { UpstreamReach } from './upstream-reach.ts';
import { upstreamFields } from './upstream-rules.ts';
import { tryServer, type UpstreamTrial } from './upstream-trial.ts';

export const upstreamTestSchema = z.object({
  /** One that exists: without `apiKey` its own key is used, at its own address only. */
  upstreamId: idSchema('up').optional(),
  baseUrl: upstreamFields.baseUrl,
  apiKey: upstreamFields.apiKey.optional(),
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
        const apiKey = await keyOf(ctx, seal, input);
        return await tryServer(reach, {
          baseUrl: input.baseUrl,
          apiKey,
          upstreamModel: input.upstreamModel ?? null,
        });
      } finally {
        running -= 1;
      }
    },
  };
}

/** The key as typed, or the stored one at the address it was given for. Every use of either is in the log. */
async function keyOf(ctx: Ctx, seal: KeySeal, input: UpstreamTest): Promise<string | null> {
  return inTransaction(ctx, 'operations', async (ctx) => {
    const { upstreamId, baseUrl, apiKey } = input;
    await audit(ctx, 'gateway.upstream_tested', { targetId: upstreamId ?? null, subjectId: null });
    if (upstreamId === undefined) return apiKey ?? null;
    const [row] = await ctx.db.select().from(upstreams).where(eq(upstreams.id, upstreamId));
    if (row === undefined) throw notFound();
    if (apiKey !== undefined) return apiKey;
    return row.sealedKey === null || row.baseUrl !== baseUrl ? null : seal.open(row.id, row.sealedKey);
  });
}
