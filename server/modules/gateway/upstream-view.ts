import type { ProtocolName } from './protocols/protocol.ts';
import type { upstreamModels, upstreams } from './schema.ts';
import type { UpstreamOperator } from './upstream-operator.ts';

/** An upstream as operators see it. The key itself never leaves. */
export interface UpstreamView {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly hasApiKey: boolean;
  readonly models: readonly { readonly modelId: string; readonly upstreamModel: string }[];
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
    models: models
      .filter(({ upstreamId }) => upstreamId === row.id)
      .map(({ modelId, upstreamModel }) => ({ modelId, upstreamModel })),
    enabled: row.isEnabled,
    operator: row.operator,
    whenClientLeaves: row.whenClientLeaves,
    continuousUsage: row.continuousUsage,
    protocols: row.protocols,
    createdAt: row.createdAt,
  };
}
