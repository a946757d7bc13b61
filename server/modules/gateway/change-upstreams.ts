import { asc, eq, inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { type Ctx, now } from '../../kernel/context.ts';
import { inTransaction, violates } from '../../kernel/db.ts';
import { newId } from '../../kernel/id.ts';
import { normalIdentifier } from '../../kernel/normal-form.ts';
import { notFound } from '../../kernel/problem.ts';
import { authorize } from '../../declare/permissions.ts';
import { audit } from '../audit/index.ts';
import { requireMeters, withdrawModels } from '../catalog/index.ts';
import { offerModels } from './offer-models.ts';
import { upstreamNameTaken } from './problems.ts';
import { upstreamModels, upstreams } from './schema.ts';
import type { KeySeal } from './sealed-key.ts';
import { headerViews, storeHeaders, type HeaderInput, type StoredHeader } from './upstream-headers.ts';
import { upstreamFields } from './upstream-rules.ts';
import { upstreamsChangedChannel, type UpstreamView, upstreamView } from './upstream-view.ts';

export const newUpstreamSchema = z.object({
  ...upstreamFields,
  apiKey: upstreamFields.apiKey.default(null),
  enabled: upstreamFields.enabled.default(true),
  operator: upstreamFields.operator.default(null),
  whenClientLeaves: upstreamFields.whenClientLeaves.default('drain'),
  continuousUsage: upstreamFields.continuousUsage.default(false),
  protocols: upstreamFields.protocols.default(['chat']),
  headers: upstreamFields.headers.default([]),
});
export const upstreamChangesSchema = z.object(upstreamFields).partial();

type NewUpstream = z.output<typeof newUpstreamSchema>;
type UpstreamChanges = z.output<typeof upstreamChangesSchema>;
type UpstreamRow = typeof upstreams.$inferSelect;

/** Adds a server that answers for models of the catalogue. */
export async function createUpstream(ctx: Ctx, seal: KeySeal, input: NewUpstream): Promise<UpstreamView> {
  authorize(ctx, 'gateway:manage-upstreams');
  const created = await withUniqueName(ctx, async (ctx) => {
    const id = newId('up');
    const { name, baseUrl, whenClientLeaves, continuousUsage, protocols, operator } = input;
    const sealedKey = input.apiKey === null ? null : seal.seal(id, input.apiKey);
    const [row] = await ctx.db
      .insert(upstreams)
      .values({
        id,
        name,
        nameKey: normalIdentifier(name),
        baseUrl,
        sealedKey,
        whenClientLeaves,
        continuousUsage,
        protocols,
        headers: storeHeaders(seal, id, input.headers, []),
        operator,
        isEnabled: input.enabled,
        createdAt: now(ctx),
        updatedAt: now(ctx),
      })
      .returning();
    if (row === undefined) throw new Error('an upstream was not returned');
    const models = await replaceModels(ctx, id, input.models, []);
    await audit(ctx, 'gateway.upstream_created', { targetId: id, subjectId: null });
    await announce(ctx);
    return upstreamView(row, models);
  });
  await offerModels(ctx, input.models);
  return created;
}

/** Changes what is given and leaves the rest. */
export async function changeUpstream(
  ctx: Ctx,
  seal: KeySeal,
  input: { upstreamId: string } & UpstreamChanges,
): Promise<UpstreamView> {
  authorize(ctx, 'gateway:manage-upstreams');
  const changed = await withUniqueName(ctx, async (ctx) => {
    const { upstreamId: id, apiKey, models, enabled, headers, ...columns } = input;
    const former = await lockUpstream(ctx, id);
    const sealedKey =
      apiKey === undefined
        ? keyFor(columns.baseUrl)
        : { sealedKey: apiKey === null ? null : seal.seal(id, apiKey) };
    const nameKey = columns.name === undefined ? {} : { nameKey: normalIdentifier(columns.name) };
    const isEnabled = enabled === undefined ? {} : { isEnabled: enabled };
    const [row] = await ctx.db
      .update(upstreams)
      .set({
        ...columns,
        ...nameKey,
        ...sealedKey,
        ...isEnabled,
        headers: headersAfter(seal, former, columns.baseUrl, headers),
        updatedAt: now(ctx),
      })
      .where(eq(upstreams.id, id))
      .returning();
    if (row === undefined) throw notFound();
    const before = await modelsOf(ctx, id);
    const rows = models === undefined ? before : await replaceModels(ctx, id, models, before);
    await withdrawUnserved(ctx, before);
    await audit(ctx, 'gateway.upstream_changed', { targetId: id, subjectId: null });
    await announce(ctx);
    return upstreamView(row, rows);
  });
  await offerModels(ctx, input.models ?? []);
  return changed;
}

/** Forgets a server and its key, and withdraws the models that only it served. Requests it is answering go on. */
export async function deleteUpstream(ctx: Ctx, input: { upstreamId: string }): Promise<void> {
  authorize(ctx, 'gateway:manage-upstreams');
  await inTransaction(ctx, 'operations', async (ctx) => {
    const before = await modelsOf(ctx, input.upstreamId);
    const deleted = await ctx.db
      .delete(upstreams)
      .where(eq(upstreams.id, input.upstreamId))
      .returning({ id: upstreams.id });
    if (deleted.length === 0) throw notFound();
    await withdrawUnserved(ctx, before);
    await audit(ctx, 'gateway.upstream_deleted', { targetId: input.upstreamId, subjectId: null });
    await announce(ctx);
  });
}

/** Every server, by name. */
export async function listUpstreams(ctx: Ctx): Promise<UpstreamView[]> {
  authorize(ctx, 'gateway:manage-upstreams');
  return inTransaction(ctx, 'operations', async (ctx) => {
    const rows = await ctx.db.select().from(upstreams).orderBy(asc(upstreams.name));
    const models = await ctx.db.select().from(upstreamModels).orderBy(asc(upstreamModels.modelId));
    return rows.map((row) => upstreamView(row, models));
  });
}

/** A key stays only at the address it was given for: moving the address would hand it to another company. */
function keyFor(baseUrl: string | undefined) {
  return baseUrl === undefined
    ? {}
    : { sealedKey: sql`case when ${upstreams.baseUrl} = ${baseUrl} then ${upstreams.sealedKey} end` };
}

/** Two operators who save at once come one after the other, because each keeps what the other has written. */
async function lockUpstream(ctx: Ctx, upstreamId: string) {
  const [row] = await ctx.db.select().from(upstreams).where(eq(upstreams.id, upstreamId)).for('update');
  if (row === undefined) throw notFound();
  return row;
}

/** Secret values stay at the address they were given for, like the key. */
function headersAfter(
  seal: KeySeal,
  { id, baseUrl: formerUrl, headers: stored }: Pick<UpstreamRow, 'id' | 'baseUrl' | 'headers'>,
  baseUrl: string | undefined,
  given: readonly HeaderInput[] | undefined,
): StoredHeader[] {
  const hasMoved = baseUrl !== undefined && baseUrl !== formerUrl;
  return storeHeaders(seal, id, given ?? headerViews(stored), hasMoved ? [] : stored);
}

type ModelRow = typeof upstreamModels.$inferSelect;

/** What is not said of a model that was there stays as it was. */
async function replaceModels(
  ctx: Ctx,
  upstreamId: string,
  models: NewUpstream['models'],
  before: readonly ModelRow[],
) {
  await ctx.db.delete(upstreamModels).where(eq(upstreamModels.upstreamId, upstreamId));
  if (models.length === 0) return [];
  return ctx.db
    .insert(upstreamModels)
    .values(models.map((model) => modelRow(ctx, upstreamId, model, before)))
    .returning();
}

function modelRow(
  ctx: Ctx,
  upstreamId: string,
  { modelId, upstreamModel, weight, priority, costs }: NewUpstream['models'][number],
  before: readonly ModelRow[],
): typeof upstreamModels.$inferInsert {
  const former = before.find((row) => row.modelId === modelId);
  if (costs !== undefined) requireMeters(ctx.product.meters, costs);
  return {
    upstreamId,
    modelId,
    upstreamModel,
    weight: weight ?? former?.weight ?? 1,
    priority: priority ?? former?.priority ?? 1,
    costMeters: costs?.map(({ meter }) => meter) ?? former?.costMeters ?? [],
    costMicros: costs?.map(({ micros }) => micros) ?? former?.costMicros ?? [],
    costPerUnits: costs?.map(({ perUnits }) => perUnits) ?? former?.costPerUnits ?? [],
  };
}

/** What no server answers for any more must not be offered. */
async function withdrawUnserved(ctx: Ctx, before: readonly { readonly modelId: string }[]): Promise<void> {
  const ids = before.map(({ modelId }) => modelId);
  const served = await ctx.db
    .select({ modelId: upstreamModels.modelId })
    .from(upstreamModels)
    .where(inArray(upstreamModels.modelId, ids));
  const stillServed = new Set(served.map(({ modelId }) => modelId));
  await withdrawModels(
    ctx,
    ids.filter((id) => !stillServed.has(id)),
  );
}

async function modelsOf(ctx: Ctx, upstreamId: string) {
  return ctx.db
    .select()
    .from(upstreamModels)
    .where(eq(upstreamModels.upstreamId, upstreamId))
    .orderBy(asc(upstreamModels.modelId));
}

async function announce(ctx: Ctx): Promise<void> {
  await ctx.db.execute(sql`select pg_notify(${upstreamsChangedChannel}, '')`);
}

async function withUniqueName<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  try {
    return await inTransaction(ctx, 'operations', work);
  } catch (error) {
    if (violates(error, 'upstreams_name_key')) throw upstreamNameTaken();
    throw error;
  }
}
