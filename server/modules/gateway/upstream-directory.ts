import { eq } from 'drizzle-orm';
import { Pool } from 'undici';
import type { Ctx } from '../../kernel/context.ts';
import { inTransaction } from '../../kernel/db.ts';
import { type CachedValue, createCachedValue } from './cached-value.ts';
import type { ProtocolName } from './protocols/protocol.ts';
import { upstreamModels, upstreams } from './schema.ts';
import type { KeySeal } from './sealed-key.ts';
import { openHeaders, secretValues } from './upstream-headers.ts';
import { recipientKeyOf } from './upstream-operator.ts';
import { pathPrefixOf, type UpstreamReach } from './upstream-reach.ts';
import { createUpstreamHealth, type UpstreamHealth } from './upstream-health.ts';

/** A server requests can be sent to. */
export interface Upstream {
  readonly id: string;
  readonly pool: Pool;
  /** What stands before `/chat/completions` on the server: `/v1`. */
  readonly pathPrefix: string;
  /** What no customer may read of what it is sent: the key, and headers of the operator that are secret. */
  readonly secrets: readonly string[];
  /** The key, as each protocol sends it. */
  readonly headers: Readonly<Record<ProtocolName, Readonly<Record<string, string>>>>;
  readonly whenClientLeaves: 'drain' | 'abort';
  readonly continuousUsage: boolean;
  readonly protocols: readonly ProtocolName[];
  /** The company that receives what is sent there; null for the operator itself. */
  readonly recipient: string | null;
  readonly health: UpstreamHealth;
}

/** A way to have a model answered. */
export interface Route {
  readonly upstream: Upstream;
  readonly upstreamModel: string;
  /** The share of requests among the routes of one priority. */
  readonly weight: number;
  /** 1 is asked first. */
  readonly priority: number;
}
export type RoutesByModel = ReadonlyMap<string, readonly Route[]>;

export interface LocalUpstream {
  readonly socketPath: string;
  readonly modelIds: readonly { readonly modelId: string; readonly upstreamModel: string }[];
}

export interface UpstreamDirectory {
  /** Who serves which model, at once when known. */
  routes(): RoutesByModel | Promise<RoutesByModel>;
  /** Something about the upstreams has changed. */
  invalidate(): void;
  /** Adds the model of this process, or replaces it. */
  registerLocal(local: LocalUpstream): void;
  /** The model of this process does not answer (any more), but will under these names. None: it will not. */
  awaitLocal(modelIds: readonly string[]): void;
  /** No upstream serves it yet, but one is about to. */
  isAwaited(modelId: string): boolean;
  healthOf(upstreamId: string): UpstreamHealth;
  close(): Promise<void>;
}

export const localUpstreamId = 'local';
/** At least the number of requests served at once, or the pool would queue them silently. */
const maxConnections = 4096;
/** Shorter than what model servers keep (uvicorn: 5 s), so that a request does not meet a connection being closed. */
const idleConnectionMs = 4_000;

export function createUpstreamDirectory(ctx: Ctx, seal: KeySeal, reach: UpstreamReach): UpstreamDirectory {
  const upstreamByVersion = new Map<string, Upstream>();
  let local: { readonly upstream: Upstream; readonly modelIds: LocalUpstream['modelIds'] } | null = null;
  let awaited: ReadonlySet<string> = new Set();
  const stored: CachedValue<RoutesByModel> = createCachedValue(ctx.clock, async () =>
    addLocal(await loadRoutes()),
  );

  async function loadRoutes(): Promise<Map<string, Route[]>> {
    const { rows, models } = await readUpstreams(ctx);
    const used = new Set<string>();
    const routes = new Map<string, Route[]>();
    for (const row of rows) {
      const version = JSON.stringify(row);
      used.add(version);
      const upstream = upstreamByVersion.get(version) ?? tryOpen(row);
      if (upstream === null) continue;
      upstreamByVersion.set(version, upstream);
      for (const model of models.filter(({ upstreamId }) => upstreamId === row.id)) {
        routes.set(model.modelId, [
          ...(routes.get(model.modelId) ?? []),
          { upstream, upstreamModel: model.upstreamModel, weight: model.weight, priority: model.priority },
        ]);
      }
    }
    closeUnused(used);
    return routes;
  }
  /** A key that was sealed under a secret we no longer have closes its own upstream, and no other. */
  function tryOpen(row: typeof upstreams.$inferSelect): Upstream | null {
    try {
      return openUpstream(row, seal, reach, healthOf(row.id));
    } catch (error) {
      ctx.log.error(
        { err: error, upstreamId: row.id },
        'the key of an upstream cannot be read; enter it again',
      );
      return null;
    }
  }
  function closeUnused(used: ReadonlySet<string>): void {
    for (const [version, upstream] of upstreamByVersion) {
      if (used.has(version)) continue;
      upstreamByVersion.delete(version);
      void upstream.pool.close();
    }
  }
  function addLocal(routes: Map<string, Route[]>): RoutesByModel {
    if (local === null) return routes;
    for (const { modelId, upstreamModel } of local.modelIds) {
      routes.set(modelId, [
        ...(routes.get(modelId) ?? []),
        { upstream: local.upstream, upstreamModel, weight: 1, priority: 1 },
      ]);
    }
    return routes;
  }
  function healthOf(upstreamId: string): UpstreamHealth {
    const known = [...upstreamByVersion.values()].findLast(({ id }) => id === upstreamId);
    const upstream = upstreamId === localUpstreamId ? local?.upstream : known;
    return upstream?.health ?? createUpstreamHealth();
  }

  return {
    routes: () => stored.get(),
    invalidate: () => stored.invalidate(),
    healthOf,
    registerLocal({ socketPath, modelIds }) {
      void local?.upstream.pool.close();
      local = { upstream: openLocal(socketPath), modelIds };
      awaited = new Set();
      stored.invalidate();
    },
    awaitLocal(modelIds) {
      void local?.upstream.pool.close();
      local = null;
      awaited = new Set(modelIds);
      stored.invalidate();
    },
    isAwaited: (modelId) => awaited.has(modelId),
    async close() {
      await Promise.all(
        [...upstreamByVersion.values(), ...(local === null ? [] : [local.upstream])].map(({ pool }) =>
          pool.destroy(),
        ),
      );
    },
  };
}

async function readUpstreams(ctx: Ctx) {
  return inTransaction(ctx, 'inference', async (ctx) => ({
    rows: await ctx.db.select().from(upstreams).where(eq(upstreams.isEnabled, true)).orderBy(upstreams.id),
    models: await ctx.db.select().from(upstreamModels),
  }));
}

function openUpstream(
  row: typeof upstreams.$inferSelect,
  seal: KeySeal,
  reach: UpstreamReach,
  health: UpstreamHealth,
): Upstream {
  const url = new URL(row.baseUrl);
  const key = row.sealedKey === null ? null : seal.open(row.id, row.sealedKey);
  return {
    id: row.id,
    pool: new Pool(url.origin, {
      connections: maxConnections,
      keepAliveTimeout: idleConnectionMs,
      connect: reach.connectorFor(url),
    }),
    pathPrefix: pathPrefixOf(url),
    secrets: [...(key === null ? [] : [key]), ...secretValues(seal, row.id, row.headers)],
    headers: requestHeaders(key, row.protocols, openHeaders(seal, row.id, row.headers)),
    whenClientLeaves: row.whenClientLeaves,
    continuousUsage: row.continuousUsage,
    protocols: row.protocols,
    recipient: recipientKeyOf(row.operator),
    // What was learned of the server outlives a change of its settings, except who is being answered.
    health: health.renewed(),
  };
}

/** Anthropic takes its own header alone; servers that speak Messages beside another protocol may know only the other. */
function requestHeaders(
  key: string | null,
  protocols: Upstream['protocols'],
  ofOperator: Readonly<Record<string, string>>,
): Upstream['headers'] {
  if (key === null) return { chat: ofOperator, messages: ofOperator, responses: ofOperator };
  const bearer = { ...ofOperator, authorization: `Bearer ${key}` };
  return {
    chat: bearer,
    responses: bearer,
    messages: { ...(protocols.length > 1 ? bearer : ofOperator), 'x-api-key': key },
  };
}

/** The model in this process answers on a socket that only we can enter. An answer that is not read costs nothing. */
function openLocal(socketPath: string): Upstream {
  return {
    id: localUpstreamId,
    pool: new Pool('http://localhost', { socketPath, connections: maxConnections }),
    pathPrefix: '/v1',
    secrets: [],
    headers: requestHeaders(null, ['chat'], {}),
    whenClientLeaves: 'abort',
    continuousUsage: true,
    protocols: ['chat'],
    recipient: null,
    health: createUpstreamHealth(),
  };
}
