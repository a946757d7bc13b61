import { defineModule } from '../../declare/define-module.ts';
import { acts } from './acts.ts';
import { endpointWords } from './endpoint-words.ts';
import { ids } from './ids.ts';
import { meters, retiredCodes } from './meters.ts';
import { gatewaySinks } from './forget-person.ts';
import { permissions } from './permissions.ts';
import * as problems from './problems.ts';
import { modelRoutes } from './routes.ts';
import { purposes } from './purposes.ts';
import * as schema from './schema.ts';
import { readUpstreamOperators } from './upstream-operator.ts';
import { upstreamRoutes } from './upstream-routes.ts';

export type { GatewayOptions } from './gateway-options.ts';
export type { LocalUpstream } from './upstream-directory.ts';
export { startLocalModelServer } from './upstreams/local/local-model-server.ts';
export { obtainWeights, type Weights, type WeightsProgress } from './upstreams/local/obtain-weights.ts';
export { countUpstreams, healthSeenBy, type UpstreamCounts } from './upstream-summary.ts';
export { wordsFor } from './protocols/words-for.ts';

export const gatewayModule = defineModule('gateway', {
  calls: ['audit', 'identity', 'privacy', 'catalog', 'wallet', 'billing'],
  ids,
  acts,
  purposes,
  schema,
  permissions,
  problems,
  meters,
  retiredCodes,
  endpoints: endpointWords,
  sinks: gatewaySinks,
  outsideRecipients: readUpstreamOperators,
  installs: { gateway: modelRoutes, api: upstreamRoutes },
});
