import type { MeterPrice } from '../catalog/index.ts';
import type { ProtocolName } from './protocols/protocol.ts';
import type { upstreamModels, upstreams } from './schema.ts';
import { headerViews, type HeaderView } from './upstream-headers.ts';
import type { UpstreamOperator } from './upstream-operator.ts';

/** A model at an upstream as operators see it. */
export interface UpstreamModelView {
  readonly modelId: string;
  readonly upstreamModel: string;
  readonly weight: number;
  readonly priority: number;
  readonly costs: readonly MeterPrice[];
}

/** An upstream as operators see it. The key itself never leaves. */
export interface UpstreamView {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly hasApiKey: boolean;
  readonly models: readonly UpstreamModelView[];
  readonly headers: readonly HeaderView[];
  readonly enabled: boolean;
  readonly operator: UpstreamOperator | null;
  readonly whenClientLeaves: 'drain' | 'abort';
  readonly continuousUsage: boolean;
  readonly protocols: readonly ProtocolName[];
  readonly createdAt: Date;
}

/** PostgreSQL channel on which gateways hear of changes. */
export const upstreamsChangedChannel = 'upstreams_changed';

export function upstreamView(
  row: typeof upstreams.$inferSelect,
  models: readonly (typeof upstreamModels.$inferSelect)[],
): UpstreamView {
  return {
    id: row.id,
    name: row.name,
    baseUrl: row.baseUrl,
    hasApiKey: row.sealedKey !== null,
    models: models.filter(({ upstreamId }) => upstreamId === row.id).map(modelView),
    headers: headerViews(row.headers),
    enabled: row.isEnabled,
    operator: row.operator,
    whenClientLeaves: row.whenClientLeaves,
    continuousUsage: row.continuousUsage,
    protocols: row.protocols,
    createdAt: row.createdAt,
  };
}

/** Guarantee: a check of the database holds the three lists to one length. */
function modelView(row: typeof upstreamModels.$inferSelect): UpstreamModelView {
  const { modelId, upstreamModel, weight, priority, costMeters, costMicros, costPerUnits } = row;
  const costs = costMeters.map((meter, index) => ({
    meter,
    micros: costMicros[index] ?? 0n,
    perUnits: costPerUnits[index] ?? 1n,
  }));
  return { modelId, upstreamModel, weight, priority, costs };
}
