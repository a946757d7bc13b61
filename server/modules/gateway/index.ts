export { gatewayRoutes, type GatewayDeps } from './routes.ts';
export type { GatewayOptions } from './gateway.ts';
export type { LocalUpstream } from './upstream-directory.ts';
export { startLocalModelServer } from './upstreams/local/local-model-server.ts';
export { obtainWeights, type Weights, type WeightsProgress } from './upstreams/local/obtain-weights.ts';
export { openAiAnswer } from './openai-error.ts';
